// Taking a register: keys, minutes from the clock, the running sum, and a page that survives a lost connection.
// Without it the page is a plain form that the server judges by itself.
(() => {
  const RETRY_SECONDS = [3, 6, 12, 30];
  const DIGITS_MILLISECONDS = 900;
  const STORE = `register ${location.pathname}`;
  let form, rows, retryTimer, attempts, isSending, isLeaving, digits = "", digitsAt = 0;

  const said = (row) => {
    const choice = row.querySelector("input[type=radio]:checked")?.value || "";
    const minutes = choice === "late" ? row.querySelector("[name^='t-']").value.trim() : "";
    const code = choice === "other" ? row.querySelector("[name^='c-']")?.value || "" : "";
    return { choice, minutes, code };
  };
  const words = (row) => {
    const { choice, minutes, code } = said(row);
    return `${choice}:${minutes}${code ? `:${code}` : ""}`;
  };
  const isChanged = (row) => words(row) !== row.dataset.was;
  const isDirty = () => form.dataset.status === "edited" || rows.some(isChanged);

  // --- the running sum, the letter of a late mark, whether a reason is wanted ---

  const letterOf = (row) => {
    const place = row.querySelector("[data-letter]");
    const minutes = Number(row.querySelector("[name^='t-']").value);
    const isLate = said(row).choice === "late" && minutes > 0;
    const isAfter = minutes > Number(form.dataset.open);
    place.textContent = isLate ? (isAfter ? "U, after close" : "L") : "";
    place.classList.toggle("is-u", isLate && isAfter);
  };

  const summarise = () => {
    const counts = { present: 0, absent: 0, late: 0, other: 0 };
    rows.forEach((row) => {
      const { choice } = said(row);
      counts[choice in counts ? choice : "other"] += 1;
    });
    const text = `${counts.present} present, ${counts.absent} absent, ${counts.late} late${counts.other ? `, ${counts.other} with another code` : ""}`;
    const place = document.getElementById("register-summary");
    if (place.textContent !== text) place.textContent = text;
    const needsReason = rows.some(
      (row) => "marked" in row.dataset && isChanged(row) && !(row.dataset.was === "absent:" && said(row).choice === "late"),
    );
    form.querySelector(".register-reason").classList.toggle("is-needed", needsReason);
    document.getElementById("reason").required = needsReason;
  };

  const changed = (row) => {
    if (row) letterOf(row);
    summarise();
    keep();
  };

  // --- what is not saved yet is kept in this tab, by key alone, until the server has it ---

  const keep = () => {
    if (!isDirty()) {
      sessionStorage.removeItem(STORE);
      return;
    }
    const kept = rows.filter((row) => form.dataset.status === "edited" || isChanged(row)).map((row) => ({
      key: row.dataset.keyOf,
      was: row.dataset.was,
      version: row.querySelector("[name^='v-']").value,
      ...said(row),
    }));
    const token = form.elements.token.value;
    sessionStorage.setItem(
      STORE,
      JSON.stringify({ person: form.dataset.person, token, reason: form.elements.reason.value, rows: kept }),
    );
  };

  const bringBack = () => {
    let kept;
    try {
      kept = JSON.parse(sessionStorage.getItem(STORE));
    } catch {
      kept = null;
    }
    if (!kept || kept.person !== form.dataset.person || form.dataset.status === "edited") return;
    const differing = kept.rows.filter((one) => {
      const row = document.getElementById(`row-${one.key}`);
      return row && words(row) !== `${one.choice}:${one.minutes}${one.code ? `:${one.code}` : ""}`;
    });
    if (!differing.length) {
      sessionStorage.removeItem(STORE);
      return;
    }
    differing.forEach(putBack);
    form.elements.token.value = kept.token;
    form.elements.reason.value = kept.reason || form.elements.reason.value;
    const one = differing.length === 1;
    say("info", `${differing.length} choice${one ? "" : "s"} from before ${one ? "is" : "are"} back on the page and not saved yet.`, "Drop them", () => {
      sessionStorage.removeItem(STORE);
      isLeaving = true;
      location.reload();
    });
  };

  const putBack = (one) => {
    const row = document.getElementById(`row-${one.key}`);
    const radio = row.querySelector(`input[type=radio][value="${one.choice}"]`);
    if (!radio) return;
    radio.checked = true;
    if (one.minutes) row.querySelector("[name^='t-']").value = one.minutes;
    const codes = row.querySelector("[name^='c-']");
    if (codes && one.code) codes.value = one.code;
    // What stood when it was chosen, so that a change by somebody else in between is seen.
    row.querySelector("[name^='v-']").value = one.version;
    row.querySelector("[name^='was-']").value = one.was;
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

  // --- sending: kept on the page until it is taken, sent again with the same token ---

  const setSending = (on) => {
    isSending = on;
    const button = form.querySelector(".register-save");
    if (on) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  };

  const tryLater = (text) => {
    keep();
    say("warning", text, "Try now", send);
    const seconds = RETRY_SECONDS[Math.min(attempts, RETRY_SECONDS.length - 1)];
    attempts += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(send, seconds * 1000);
  };

  const send = async () => {
    if (isSending) return;
    clearTimeout(retryTimer);
    keep();
    setSending(true);
    let answer;
    try {
      answer = await fetch(form.getAttribute("action") || location.href, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        signal: AbortSignal.timeout(20000),
      });
      await judge(answer);
    } catch {
      tryLater("Not saved yet: the server cannot be reached. Everything you chose is kept on this page and is sent again by itself.");
    } finally {
      setSending(false);
    }
  };

  const judge = async (answer) => {
    if (answer.redirected) {
      say("warning", "You are signed out. Sign in again: what you chose is kept and comes back.", "Sign in", () => {
        isLeaving = true;
        location.assign(answer.url);
      });
    } else if (answer.ok) {
      const { to } = await answer.json();
      sessionStorage.removeItem(STORE);
      isLeaving = true;
      location.assign(to);
    } else if (answer.status === 409 || answer.status === 422) {
      show(await answer.text());
    } else if (answer.status >= 500 || answer.status === 429) {
      tryLater("Not saved yet: the server cannot take it just now. Everything you chose is kept on this page and is sent again by itself.");
    } else {
      say("error", "Not saved: this page is out of date, or the group is not yours to register any more. Load it again; what you chose is kept.", "Load again", () => {
        isLeaving = true;
        location.reload();
      });
    }
  };

  const show = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const next = page.getElementById("register") || page.querySelector("#content > section");
    form.replaceWith(document.importNode(next, true));
    const lead = page.querySelector(".page-head .lead");
    if (lead) document.querySelector(".page-head .lead")?.replaceWith(document.importNode(lead, true));
    begin();
    const first = document.querySelector(".has-fault input:checked, .is-overtaken input:checked, #reason.is-invalid");
    if (first) {
      first.focus();
      first.scrollIntoView({ block: "center" });
    }
  };

  // --- keys ---

  const go = (row) => {
    const target = row?.querySelector("input[type=radio]:checked") || row?.querySelector("input[type=radio]");
    if (!target) return;
    target.focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const choose = (row, choice) => {
    const radio = row.querySelector(`input[type=radio][value="${choice}"]`);
    if (!radio) return;
    radio.checked = true;
    radio.focus();
    chosen(row, choice);
  };

  const chosen = (row, choice) => {
    if (choice === "late") {
      const minutes = row.querySelector("[name^='t-']");
      if (!minutes.value) minutes.value = minutesNow();
      minutes.focus();
      minutes.select();
    } else if (choice === "other") {
      row.querySelector("[name^='c-']").focus();
    }
    changed(row);
  };

  const minutesNow = () => {
    const passed = Math.floor((Date.now() / 1000 - Number(form.dataset.starts)) / 60);
    return form.dataset.starts && passed >= 1 && passed <= 240 ? String(passed) : "";
  };

  const jump = (digit) => {
    const now = Date.now();
    const longer = digits + digit;
    digits = now - digitsAt < DIGITS_MILLISECONDS && rows[Number(longer) - 1] ? longer : digit;
    digitsAt = now;
    go(rows[Number(digits) - 1]);
  };

  const LETTERS = { p: "present", "/": "present", a: "absent", n: "absent", l: "late", o: "other" };

  const onKey = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    const row = event.target.closest(".register-row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const isRadio = event.target.type === "radio";
    if (!/^[0-9]$/.test(event.key)) digits = "";
    const place = rows.indexOf(row);
    if (event.target.tagName !== "SELECT" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      go(rows[place + (event.key === "ArrowDown" ? 1 : -1)]);
    } else if (event.key === "Enter") {
      if (rows[place + 1]) go(rows[place + 1]);
      else form.querySelector(".register-save").focus();
    } else if (isRadio && LETTERS[event.key.toLowerCase()]) {
      choose(row, LETTERS[event.key.toLowerCase()]);
    } else if (isRadio && /^[0-9]$/.test(event.key)) {
      jump(event.key);
    } else {
      return;
    }
    event.preventDefault();
  };

  // --- beginning, also after the server sent the page back ---

  const begin = () => {
    form = document.getElementById("register");
    if (!form) return;
    rows = [...form.querySelectorAll(".register-row")];
    attempts = 0;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!isSending) send();
    });
    form.addEventListener("keydown", onKey);
    form.addEventListener("input", (event) => changed(event.target.closest(".register-row")));
    // A click on a choice; the arrow keys of the browser only walk along the row.
    form.addEventListener("click", (event) => {
      const row = event.target.closest(".register-row");
      if (row && event.target.type === "radio" && event.detail) chosen(row, event.target.value);
    });
    bringBack();
    rows.forEach(letterOf);
    summarise();
  };

  window.addEventListener("online", () => {
    if (form && retryTimer && !isSending) send();
  });
  window.addEventListener("beforeunload", (event) => {
    if (form && form.isConnected && !isLeaving && isDirty()) event.preventDefault();
  });

  begin();
  if (form && !form.dataset.status && matchMedia("(pointer: fine)").matches) go(rows[0]);
})();
