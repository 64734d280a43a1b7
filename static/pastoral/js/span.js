// From one session to another: a single day that begins with its afternoon ends with it, and the words under the
// fields say what has been chosen.
(() => {
  const ONE_DAY = { "AM AM": "The morning only.", "AM PM": "The whole day.", "PM PM": "The afternoon only." };
  document.querySelectorAll("[data-span]").forEach((span) => {
    const [first, last] = span.querySelectorAll("input[type=date]");
    const [from, to] = span.querySelectorAll("select");
    const words = span.querySelector("[data-span-words]");
    const show = () => {
      const isOneDay = !last.value || last.value === first.value;
      if (isOneDay && from.value === "PM") to.value = "PM";
      to.querySelector("[value=AM]").disabled = isOneDay && from.value === "PM";
      words.textContent = isOneDay ? ONE_DAY[`${from.value} ${to.value}`] : "From the first day to the last, both included.";
    };
    span.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  });
})();
