// Runs before the page is drawn, so that no light flash precedes a dark page.
(() => {
  const root = document.documentElement;
  const machine = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return window.localStorage.getItem("pastoral-theme");
    } catch {
      return null; // storage may be switched off; the machine's choice stands
    }
  };
  const apply = () => {
    root.dataset.bsTheme = chosen() || (machine.matches ? "dark" : "light");
  };
  apply();
  machine.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-to]");
    if (!button) return;
    try {
      window.localStorage.setItem("pastoral-theme", button.dataset.themeTo);
    } catch {
      // not kept, but shown
    }
    root.dataset.bsTheme = button.dataset.themeTo;
  });
})();
