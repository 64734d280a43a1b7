// A link to the form for a contact opens it in a drawer over the page; without a script it opens the form's own page.
(() => {
  const drawer = document.getElementById("drawer");
  if (!drawer) return;
  const body = document.getElementById("drawer-body");

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-drawer-close]")) return drawer.close();
    const link = event.target.closest("a[href]");
    const isOther = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button;
    if (!link || isOther || new URL(link.href, location.href).pathname !== drawer.dataset.opens) return;
    event.preventDefault();
    body.replaceChildren();
    htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" }).then(() => {
      if (body.children.length && !drawer.open) drawer.showModal();
    });
  });

  drawer.addEventListener("close", () => body.replaceChildren());

  // A form that comes back with its faults is shown, not reported as a failed request.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 422 || !body.contains(event.detail.elt)) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });

  // What was typed into the page behind the drawer must not go with a reload.
  const isTouched = () => {
    const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200;
    const fields = [...document.querySelectorAll("main form[method=post] :is(input, textarea)")];
    return status >= 400 || fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  };

  document.addEventListener("contact-logged", (event) => {
    drawer.close();
    if (!isTouched()) return location.reload();
    const notice = document.createElement("div");
    notice.className = "notice notice-success";
    notice.textContent = event.detail.words;
    document.getElementById("messages").append(notice);
  });
})();
