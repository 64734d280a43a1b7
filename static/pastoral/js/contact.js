// The form for a contact by keys: 1 to 6 say how it went, and what is pressed fills what follows from it.
(() => {
  const form = () => document.querySelector("form[data-contact]");
  const isTyping = (element) => element.matches("textarea, select, input:not([type=radio], [type=checkbox])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !form() || isTyping(event.target)) return;
    const choices = [...form().querySelectorAll("[data-choices=result] input")];
    const wanted = /^[1-9]$/.test(event.key) && choices[Number(event.key) - 1];
    if (!wanted || wanted.closest("[hidden]")) return;
    event.preventDefault();
    wanted.click();
    wanted.focus();
  });

  document.addEventListener("change", (event) => {
    const held = event.target.closest("form[data-contact]");
    if (!held) return;
    const { name, dataset, value, checked } = event.target;
    if (name === "purpose") event.target.dataset.isChosen = "true";
    const purpose = held.querySelector("[name=purpose]");
    if (name === "about" && checked && !purpose.dataset.isChosen) purpose.value = dataset.purpose;
    if (name === "direction" && checked) { // a draft that comes back tells of each choice, chosen or not
      held.querySelectorAll("[data-barred]").forEach((radio) => {
        radio.disabled = value !== "in";
        if (radio.disabled) radio.checked = false;
      });
    }
  });

  // Whose number is called is with whom the contact is.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("form[data-contact] [data-number]");
    if (!link) return;
    const held = link.closest("form");
    const person = held.querySelector(`[name=who][value="${link.dataset.of}"]`);
    person.checked = true;
    person.dispatchEvent(new Event("change", { bubbles: true }));
    held.querySelector("[name=number]").value = link.dataset.number;
  });
})();
