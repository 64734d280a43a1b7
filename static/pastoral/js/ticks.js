// A list with ticks: one tick for all of them, how many there are, and on a phone what to do with them folded into a
// bar at the bottom. The list works as well without.
(() => {
  document.querySelectorAll("[data-ticks]").forEach((form) => {
    const part = (name) => form.querySelector(`[${name}]`); // looked up each time: a part may be swapped for another
    const boxes = () => [...form.querySelectorAll("input[type=checkbox][name]:not([data-not-ticked])")];
    const show = () => {
      const [all, count] = [part("data-tick-all"), part("data-tick-count")];
      const ticked = boxes().filter((box) => box.checked).length;
      if (count) {
        const over = ticked - Number(count.dataset.most ?? Infinity); // more than there is to give
        count.textContent = ticked ? `${ticked} ticked${over > 0 ? `: ${over} too many` : ""}` : "nothing ticked yet";
        count.classList.toggle("text-bad", over > 0);
      }
      if (all) {
        all.checked = ticked > 0 && ticked === boxes().length;
        all.indeterminate = ticked > 0 && !all.checked;
      }
    };
    form.addEventListener("change", (event) => {
      if (event.target === part("data-tick-all")) boxes().forEach((box) => { box.checked = event.target.checked; });
      show();
    });
    form.addEventListener("htmx:afterSettle", show);
    window.addEventListener("pageshow", show);
    show();
    const act = part("data-tick-act");
    if (!act) return;
    const isNarrow = window.matchMedia("(max-width: 991.98px)");
    const fold = () => { act.open = !isNarrow.matches || "hasFaults" in act.dataset; };
    isNarrow.addEventListener("change", fold);
    fold();
  });
})();
