// The find box: results under it as one types, arrow keys through them, Enter opens the first, Escape leaves.
(() => {
  const form = document.querySelector("[data-find]");
  if (!form) return;
  const box = form.querySelector("input[type=search]");
  const results = document.getElementById("find-results");
  const rows = () => [...results.querySelectorAll("a")];

  const close = () => {
    results.hidden = true;
  };

  const move = (from, step) => {
    const all = rows();
    if (!all.length) return;
    const next = all.indexOf(from) + step;
    if (next < 0) box.focus();
    else all[Math.min(next, all.length - 1)].focus();
  };

  results.addEventListener("htmx:afterSwap", () => {
    results.hidden = box.value.trim().length === 0;
  });

  box.addEventListener("input", () => {
    if (!box.value.trim()) close();
  });

  box.addEventListener("focus", () => {
    if (box.value.trim() && rows().length) results.hidden = false;
  });

  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !results.hidden) {
      event.preventDefault();
      move(null, 1);
    } else if (event.key === "Escape") {
      box.value = "";
      close();
      box.blur();
    } else if (event.key === "Enter" && !results.hidden) {
      const list = results.querySelector("[data-for]");
      const first = rows()[0];
      // An answer to earlier letters must not open the wrong student: then the form goes to the results page.
      if (first && list && list.dataset.for === box.value.trim()) {
        event.preventDefault();
        first.click();
      }
    }
  });

  results.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(document.activeElement, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      close();
      box.focus();
    }
  });

  document.addEventListener("click", (event) => {
    if (!form.parentElement.contains(event.target)) close();
  });

  form.parentElement.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.parentElement.contains(event.relatedTarget)) close();
  });
})();
