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

  form.addEventListener("keydown", (event) => {
    if (!picker().contains(event.target)) return;
    const rows = found();
    if (event.target === box() && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      const list = picker().querySelector("#picker-found [data-for]");
      if (!box().value.trim()) return;
      event.preventDefault();
      // An answer to earlier letters must not choose the wrong student.
      if (rows.length && list.dataset.for === box().value.trim()) rows[0].click();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (rows.includes(event.target) || event.target === box())) {
      if (!rows.length) return;
      event.preventDefault();
      const next = rows.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? box() : rows[Math.min(next, rows.length - 1)]).focus();
    }
  });
})();
