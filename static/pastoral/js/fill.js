// "All attended": the tick fills every answer of its day; each can still be changed before it is saved.
(() => {
  document.addEventListener("change", (event) => {
    const value = event.target.dataset.fillAll;
    if (!value || !event.target.checked) return;
    event.target.closest("[data-fill]").querySelectorAll(`input[type=radio][value="${value}"]`).forEach((radio) => {
      radio.checked = true;
    });
  });
})();
