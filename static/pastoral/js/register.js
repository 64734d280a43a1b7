// Taking a register: keys, minutes from the clock, the running sum, and a page that survives a lost connection.
// Without it the page is a plain form that the server judges by itself.
(() => {
  const RETRY_SECONDS = [3, 6, 12, 30];
  const DIGITS_MILLISECONDS = 900;
  const { said, words, wordsOf, asKept, putBack, letterOf, say } = window.registerRow;
  const kept = window.registerKept;
  let form, rows, retryTimer, attempts, isSending, isLeaving, sent, sentReason, digits = "", digitsAt = 0;

  const isChanged = (row) => words(row) !== row.dataset.was;
  const isDirty = () => form.dataset.status === "edited" || rows.some(isChanged);

  // --- the running sum, whether a reason is wanted ---

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

  // --- what is not saved yet is kept until the server has it ---

  const token = () => form.elements.token.value;
  const keep = () => {
    if (!isDirty()) {
      kept.drop(token());
      return;
    }
    const chosen = rows.filter((row) => form.dataset.status === "edited" || isChanged(row)).map(asKept);
    kept.keep(token(), { person: form.dataset.person, reason: form.elements.reason.value, rows: chosen });
  };

  const bringBack = () => {
    const before = kept.find(form.dataset.person);
    if (!before || form.dataset.status === "edited") return;
    const differing = before.rows.filter((one) => {
      const row = document.getElementById(`row-${one.key}`);
      return row && words(row) !== wordsOf(one);
    });
    if (!differing.length) {
      kept.drop(before.token);
      return;
    }
    differing.forEach(putBack);
    form.elements.token.value = before.token;
    form.elements.reason.value = before.reason || form.elements.reason.value;
    const one = differing.length === 1;
    say("info", `${differing.length} choice${one ? "" : "s"} from before ${one ? "is" : "are"} back on the page and not saved yet.`, "Drop them", () => {
      kept.drop(before.token);
      isLeaving = true;
      location.reload();
    });
  };

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
    sent = new Map(rows.map((row) => [row.dataset.keyOf, words(row)]));
    sentReason = form.elements.reason.value;
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
      await saved(await answer.json());
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

  // Choices made while the page was on its way to the server and not in what was sent.
  const chosenSince = () => rows.filter((row) => words(row) !== sent.get(row.dataset.keyOf)).map(asKept);

  const saved = async ({ to }) => {
    if (!chosenSince().length) {
      kept.drop(token());
      isLeaving = true;
      form.inert = true; // nothing more is chosen on a page that is going
      location.assign(to);
      return;
    }
    const fresh = await fetch(to, { credentials: "same-origin", signal: AbortSignal.timeout(20000) });
    if (!fresh.ok || fresh.redirected) throw new Error("the saved register cannot be read");
    const text = await fresh.text();
    const count = chosenSince().length;
    kept.drop(token());
    show(text);
    say("info", `The register is saved. ${count} choice${count === 1 ? "" : "s"} you made meanwhile ${count === 1 ? "is" : "are"} not saved yet: save again.`);
  };

  const show = (text) => {
    const since = chosenSince();
    const reason = form.elements.reason.value;
    const focused = document.activeElement?.name;
    const page = new DOMParser().parseFromString(text, "text/html");
    const next = page.getElementById("register") || page.querySelector("#content > section");
    form.replaceWith(document.importNode(next, true));
    const lead = page.querySelector(".page-head .lead");
    if (lead) document.querySelector(".page-head .lead")?.replaceWith(document.importNode(lead, true));
    begin();
    if (form && since.length) {
      putOn(since);
      if (reason !== sentReason) form.elements.reason.value = reason;
      const again = focused && [...form.elements].filter((one) => one.name === focused);
      (again || []).find((one) => one.type !== "radio" || one.checked)?.focus();
    }
    const first = document.querySelector(".has-fault input:checked, .is-overtaken input:checked, #reason.is-invalid");
    if (first) {
      first.focus();
      first.scrollIntoView({ block: "center" });
    }
  };

  // Lay choices on the page that came back. What stands there now is known to the person where the row says so, and
  // where it is what they sent themselves; anywhere else the server judges by what stood when they chose.
  const putOn = (choices) => {
    choices.forEach((one) => {
      const row = document.getElementById(`row-${one.key}`);
      if (!row) return;
      const isKnown = row.classList.contains("is-overtaken") || row.dataset.was === sent.get(one.key);
      const stood = { was: row.dataset.was, version: row.querySelector("[name^='v-']").value };
      putBack(isKnown ? { ...one, ...stood } : one);
      letterOf(row);
    });
    summarise();
    keep();
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

  // A page brought back whole by the browser's back button is older than what stands.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && form?.inert) location.reload();
  });
  window.addEventListener("online", () => {
    if (form && retryTimer && !isSending) send();
  });
  window.addEventListener("beforeunload", (event) => {
    if (form && form.isConnected && !isLeaving && isDirty()) event.preventDefault();
  });

  begin();
  if (form && !form.dataset.status && matchMedia("(pointer: fine)").matches) go(rows[0]);
})();
