// The student picker: Enter chooses the first that fits, arrow keys go through the rest, and the page stays as it is.
(() => {
  const form = document.querySelector("[data-picker]")?.closest("form");
  if (!form) return;
  const picker = () => form.querySelector("[data-picker]"); // looked up each time: it is swapped for the next one
  const box = () => picker().querySelector("[name='who']");
  const found = () => [...picker().querySelectorAll("#picker-found [data-pick]")];

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (!button) return;
    event.preventDefault();
    const values = { [button.name]: button.value, who: "", do: "pick" };
    if (button.name === "student") values.student = [...new FormData(form).getAll("student"), button.value];
    // Asked by the button, not by the form: the form's other fields may still be empty.
    htmx.ajax("POST", location.href, { source: button, target: "#picker", swap: "outerHTML", values }).then(() => box().focus());
  });

  // Enter before the answer is there: the first that fits is chosen when it comes.
  let wanted = "";
  const choose = () => {
    const list = picker().querySelector("#picker-found [data-for]");
    if (wanted && list && list.dataset.for === wanted && found().length) {
      wanted = "";
      found()[0].click();
    }
  };
  form.addEventListener("htmx:afterSettle", choose);

  // What was typed while the page was still loading is looked for now.
  if (box().value.trim() && !found().length) {
    htmx.ajax("GET", box().getAttribute("hx-get"), { source: box(), target: "#picker-found" });
  }

  form.addEventListener("keydown", (event) => {
    if (!picker().contains(event.target)) return;
    const rows = found();
    if (event.target === box() && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (!box().value.trim()) return;
      event.preventDefault();
      wanted = box().value.trim(); // an answer to earlier letters must not choose the wrong student
      choose();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (rows.includes(event.target) || event.target === box())) {
      if (!rows.length) return;
      event.preventDefault();
      const next = rows.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? box() : rows[Math.min(next, rows.length - 1)]).focus();
    }
  });
})();
