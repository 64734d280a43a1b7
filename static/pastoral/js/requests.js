// A request that fails in the background must be seen: the page says so instead of standing still.
(() => {
  const show = (words) => {
    const box = document.getElementById("messages");
    if (!box) return;
    box.querySelectorAll("[data-request-failed]").forEach((old) => old.remove());
    const notice = document.createElement("div");
    notice.className = "notice notice-error";
    notice.dataset.requestFailed = "true";
    notice.setAttribute("role", "alert");
    const body = document.createElement("div");
    body.className = "notice-body";
    body.textContent = words;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "notice-close";
    close.setAttribute("aria-label", "Close this message");
    close.textContent = "×";
    close.addEventListener("click", () => notice.remove());
    notice.append(body, close);
    box.append(notice);
  };

  const clear = () => {
    document.querySelectorAll("[data-request-failed]").forEach((notice) => notice.remove());
  };

  const reason = (status) => {
    if (status === 403) return "You may not do that. If you think you should, ask whoever looks after Pastoral at your school.";
    if (status === 404) return "That is not there any more, or not among your students. Reload the page.";
    if (status === 503) return "The database cannot be reached just now. Nothing was saved; try again in a moment.";
    return "Something went wrong on the server. Nothing was saved; try again, and say so if it happens again.";
  };

  document.addEventListener("htmx:responseError", (event) => show(reason(event.detail.xhr.status)));
  document.addEventListener("htmx:sendError", () => show("The server cannot be reached. Check the connection; the page will go on when it is back."));
  document.addEventListener("htmx:timeout", () => show("The server takes too long to answer. Try again in a moment."));
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.successful) clear();
  });
})();
