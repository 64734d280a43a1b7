// One row of a register as the script reads it and writes it, and the words it says to the person.
(() => {
  const said = (row) => {
    const choice = row.querySelector("input[type=radio]:checked")?.value || "";
    const minutes = choice === "late" ? row.querySelector("[name^='t-']").value.trim() : "";
    const code = choice === "other" ? row.querySelector("[name^='c-']")?.value || "" : "";
    return { choice, minutes, code };
  };
  const wordsOf = ({ choice, minutes, code }) => `${choice}:${minutes}${code ? `:${code}` : ""}`;
  const words = (row) => wordsOf(said(row));
  const asKept = (row) => ({
    key: row.dataset.keyOf,
    was: row.dataset.was,
    version: row.querySelector("[name^='v-']").value,
    ...said(row),
  });

  const putBack = (one) => {
    const row = document.getElementById(`row-${one.key}`);
    const radio = row?.querySelector(`input[type=radio][value="${one.choice}"]`);
    if (!radio) return;
    radio.checked = true;
    row.querySelector("[name^='t-']").value = one.minutes;
    const codes = row.querySelector("[name^='c-']");
    if (codes && one.code) codes.value = one.code;
    // What stood when it was chosen, so that a change by somebody else in between is seen.
    row.querySelector("[name^='v-']").value = one.version;
    row.querySelector("[name^='was-']").value = one.was;
  };

  const letterOf = (row) => {
    const place = row.querySelector("[data-letter]");
    const minutes = Number(row.querySelector("[name^='t-']").value);
    const isLate = said(row).choice === "late" && minutes > 0;
    const isAfter = minutes > Number(row.closest("form").dataset.open);
    place.textContent = isLate ? (isAfter ? "U, after close" : "L") : "";
    place.classList.toggle("is-u", isLate && isAfter);
  };

  // --- words to the person ---

  const say = (kind, text, label, act) => {
    const box = document.getElementById("register-notices");
    unsay();
    const notice = document.createElement("div");
    notice.className = `notice notice-${kind}`;
    notice.dataset.said = "true";
    notice.setAttribute("role", kind === "info" ? "status" : "alert");
    const body = document.createElement("div");
    body.className = "notice-body";
    body.textContent = text;
    notice.append(body);
    if (label) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = label;
      button.addEventListener("click", act);
      notice.append(button);
    }
    box.append(notice);
    if (kind !== "info") notice.scrollIntoView({ block: "center" });
  };
  const unsay = () => document.querySelectorAll("#register-notices [data-said]").forEach((old) => old.remove());

  window.registerRow = { said, words, wordsOf, asKept, putBack, letterOf, say };
})();
