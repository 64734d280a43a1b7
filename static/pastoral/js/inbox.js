// The inbox by keyboard: 1 notes the row that has the focus, 2 acts on it, 3 hands it over, the arrows go up and down.
(() => {
  let place = 0;
  const rows = () => [...document.querySelectorAll("[data-inbox] .inbox-row")];
  const current = () => rows().findIndex((row) => row.contains(document.activeElement));
  const go = (to) => {
    const all = rows();
    if (!all.length) return;
    place = Math.max(0, Math.min(to, all.length - 1));
    all[place].focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const at = current();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      go(at < 0 ? 0 : at + (event.key === "ArrowDown" ? 1 : -1));
      return;
    }
    const row = rows()[Math.max(at, 0)];
    const button = row && row.querySelector(`[data-inbox-key="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    place = Math.max(at, 0);
    button.click();
    const panel = button.closest("details");
    if (panel && panel.open) panel.querySelector("input:not([type=hidden]), select").focus();
  });

  // What was dealt with is gone: the next one stands where it stood.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest("[data-inbox]")) go(place);
  });
})();
