// What is typed into a form with data-draft="key" is kept on the server until the form is sent: a second after the last
// key, and when the page goes away. Opened again, on any device, the form has it back. Of a record that stands, the
// version that the person saw is kept too: was it changed since, sending says so, and nothing is overwritten unseen.
(() => {
  const WAIT = 1000;
  const place = document.body.dataset.drafts;
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const stamp = (words) => words.slice(11, 16);
  if (!place) return;

  const STATES = ["seen", "opened"]; // which state of the record the form was made for
  const isKept = (field) => {
    if (!field.name || field.disabled || ["password", "file", "submit"].includes(field.type)) return false;
    return field.type !== "hidden" || STATES.includes(field.name) || field.closest("[data-picker]") !== null;
  };
  const fieldsOf = (form) => {
    const names = new Set([...form.elements].filter(isKept).map((field) => field.name));
    return [...new FormData(form)].filter(([name, value]) => names.has(name) && typeof value === "string");
  };

  const start = (form) => {
    if (form.dataset.draftStarted) return;
    form.dataset.draftStarted = "true";
    const key = form.dataset.draft || location.pathname + location.search; // without one, the page is the form
    const state = document.createElement("p");
    state.className = "draft-state no-print";
    state.setAttribute("role", "status");
    form.prepend(state);
    const sent = document.createElement("input");
    Object.assign(sent, { type: "hidden", name: "draft", value: key });
    form.append(sent);
    const touched = new Set(); // typed into before what was kept came back: that stands
    let timer = 0;
    let isDirty = false;
    let saving = new AbortController();
    const data = () => new URLSearchParams({ key, fields: JSON.stringify(fieldsOf(form)), csrfmiddlewaretoken: token() });

    const save = async () => {
      isDirty = false;
      saving = new AbortController();
      try {
        const answer = await fetch(place, { method: "POST", body: data(), redirect: "manual", signal: saving.signal });
        if (answer.status === 200) state.textContent = `Kept ${stamp((await answer.json()).at)}`;
        else if (answer.status === 413) state.textContent = "Too long to be kept: send it, or keep a copy.";
        else state.textContent = "Not kept: you are signed out. Send it all the same; it asks you to sign in.";
      } catch (fault) {
        if (fault.name === "AbortError") return;
        isDirty = true;
        state.textContent = "Not kept: the server cannot be reached.";
      }
    };
    const later = (event) => {
      if (!event.isTrusted || !isKept(event.target)) return;
      touched.add(event.target.name);
      isDirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    const stop = () => {
      clearTimeout(timer);
      saving.abort();
      isDirty = false;
    };
    form.addEventListener("submit", stop);
    const leave = () => {
      if (isDirty && document.contains(form)) navigator.sendBeacon(place, data());
      isDirty = false;
    };
    window.addEventListener("pagehide", leave);
    form.closest("dialog")?.addEventListener("close", leave, { capture: true, once: true });
    document.addEventListener("visibilitychange", () => document.hidden && leave());
    restore(form, key, state, stop, touched);
  };

  const restore = async (form, key, state, stop, touched) => {
    const faults = ".is-invalid, .invalid-feedback.d-block";
    if ("cameBack" in form.dataset || form.querySelector(faults)) return; // it came back with what was typed in it
    const answer = await fetch(`${place}?${new URLSearchParams({ key })}`, { redirect: "manual" }).catch(() => null);
    if (!answer || answer.status !== 200) return;
    const held = await answer.json();
    fill(form, held.fields, touched);
    state.textContent = `Restored what you typed ${held.on} at ${stamp(held.at)}, kept until you send it, ${held.days} days at most · `;
    const away = document.createElement("button");
    Object.assign(away, { type: "button", className: "btn btn-sm", textContent: "Throw it away" });
    away.addEventListener("click", async () => {
      stop();
      await fetch(place, { method: "POST", body: new URLSearchParams({ key, fields: "[]", csrfmiddlewaretoken: token() }) });
      if (!form.closest("dialog")) return location.reload();
      form.reset();
      form.dispatchEvent(new Event("change", { bubbles: true }));
      state.textContent = "Thrown away.";
    });
    state.append(away);
  };

  const fill = (form, fields, touched) => {
    const values = (name) => fields.filter((each) => each[0] === name).map((each) => each[1]);
    const names = new Set(fields.map((each) => each[0]));
    const isFilled = (field) => isKept(field) && !touched.has(field.name) && (field.type !== "hidden" || STATES.includes(field.name));
    [...form.elements].filter(isFilled).forEach((field) => {
      const held = values(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = held.includes(field.value);
      else if (field.multiple) [...field.options].forEach((option) => (option.selected = held.includes(option.value)));
      else if (names.has(field.name)) field.value = held.shift() ?? "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const picker = form.querySelector("[data-picker]");
    const students = values("student");
    if (!picker || !students.length) return;
    const roles = Object.fromEntries(fields.filter(([name]) => name.startsWith("role-")));
    htmx.ajax("POST", location.href, { source: form, target: "#picker", swap: "outerHTML", values: { ...roles, student: students, do: "pick" } });
  };

  const startAll = () => document.querySelectorAll("form[data-draft]").forEach(start);
  document.addEventListener("htmx:load", startAll);
  startAll();
})();
