// A part of a page that refreshes by itself while it is looked at: never under somebody's fingers, never in a hidden tab.
(() => {
  const part = () => document.querySelector("[data-live]");
  let last = Date.now();

  const isBusy = (element) => {
    const active = document.activeElement;
    const isTyping = element.contains(active) && active.matches("input, textarea, select");
    return isTyping || element.querySelector("details[open]") || document.querySelector("details[data-menu][open]");
  };

  const refresh = () => {
    const element = part();
    if (!element || document.hidden || isBusy(element)) return;
    last = Date.now();
    window.htmx.trigger(element, "live");
  };

  window.setInterval(() => {
    const element = part();
    if (element && Date.now() - last >= 1000 * Number(element.dataset.live)) refresh();
  }, 1000);

  document.addEventListener("visibilitychange", () => {
    const element = part();
    if (element && !document.hidden && Date.now() - last >= 1000 * Number(element.dataset.live)) refresh();
  });
})();
