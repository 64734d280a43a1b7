// A RAG meeting by keyboard: arrows go from student to student out of the line too, Esc leaves it for the other keys.
(() => {
  const line = document.getElementById("line");
  const go = (way) => document.querySelector(`[data-way="${way}"]`)?.click();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const isOther = event.target !== line && event.target.closest("input, textarea, select");
    if (isOther) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      go(event.key === "ArrowDown" ? "after" : "before");
    } else if (event.key === "Escape" && event.target === line) {
      line.blur();
    } else if (event.key === "Enter" && event.target === document.body && line) {
      event.preventDefault();
      line.focus();
    }
  });
})();
