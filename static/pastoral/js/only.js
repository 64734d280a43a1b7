// Fields that matter to one answer alone stand there only while it is chosen: data-only-if="decision:grant,part".
// Without a script they always stand, and their words say when they matter.
(() => {
  const fold = (form) => {
    form.querySelectorAll("[data-only-if]").forEach((part) => {
      const [name, values] = part.dataset.onlyIf.split(":");
      part.hidden = !values.split(",").includes(new FormData(form).get(name));
    });
  };
  const foldAll = () => document.querySelectorAll("form:has([data-only-if])").forEach(fold);
  document.addEventListener("change", (event) => event.target.form && fold(event.target.form));
  document.addEventListener("htmx:load", foldAll);
  window.addEventListener("pageshow", foldAll);
  foldAll();
})();
