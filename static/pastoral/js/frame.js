// Keys, the rail on a phone, menus and forms that are sent once. The page works without any of it.
(() => {
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  // An element names its key: data-key="/" is focused, any other is pressed.
  document.addEventListener("keydown", (event) => {
    const isOver = document.querySelector("dialog[open]"); // a drawer has keys of its own
    if (event.ctrlKey || event.metaKey || event.altKey || isOver || isTyping(event.target)) return;
    const wanted = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches("input, textarea, select")) {
      wanted.focus();
      if (wanted.select) wanted.select();
    } else {
      wanted.click();
    }
  });

  const rail = document.getElementById("rail");
  const opener = document.querySelector("[data-rail-toggle]");
  const showRail = (isOpen) => {
    rail.classList.toggle("is-open", isOpen);
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) rail.querySelector("a").focus();
  };
  if (rail && opener) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", "rail");
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      showRail(!rail.classList.contains("is-open"));
    });
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        opener.click();
      }
    });
    rail.querySelector(".rail-close").addEventListener("click", (event) => {
      event.preventDefault();
      showRail(false);
      opener.focus();
    });
  }

  // Which sections of a long rail are unfolded goes from page to page.
  const folds = [...document.querySelectorAll("[data-rail-fold]")];
  folds.forEach((fold) => {
    fold.querySelector("summary").addEventListener("click", () => {
      const willBe = folds.filter((each) => (each === fold ? !each.open : each.open));
      const open = willBe.map((each) => encodeURIComponent(each.dataset.railFold));
      document.cookie = `rail=${open.join(",")}; path=/; max-age=31536000; samesite=lax`;
    });
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (rail && rail.classList.contains("is-open") && !rail.contains(event.target) && !opener.contains(event.target)) {
      showRail(false);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    if (rail && rail.classList.contains("is-open")) {
      showRail(false);
      opener.focus();
    }
  });

  // A second click on a slow form would send it twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => {
      button.setAttribute("aria-disabled", "true");
    });
  });

  // The back button brings the page back as it was left: let its forms be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });

  // What was just done is said over a page that stays where it was scrolled to, for a while.
  const said = document.getElementById("messages");
  const sayIt = () => {
    if (!said.children.length) return;
    said.classList.add("is-over");
    setTimeout(() => said.classList.remove("is-over"), 8000);
  };
  if (said) {
    sayIt();
    new MutationObserver(sayIt).observe(said, { childList: true });
  }

  // A form that came back opens at its first fault, which on a phone stands far below its head.
  const toFault = (part) => {
    const fault = part.querySelector(":is(input, select, textarea).is-invalid:not([type='hidden'])");
    if (fault) fault.focus();
    else part.querySelector(".invalid-feedback.d-block")?.scrollIntoView({ block: "center" });
  };
  const main = document.querySelector("main");
  if (main) toFault(main);
  document.addEventListener("htmx:afterSettle", (event) => toFault(event.target));

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  // What a record said before is part of it on paper, and so is the end of a list that is folded.
  window.addEventListener("beforeprint", () => {
    for (const words of document.querySelectorAll("details.changed-words, details.changes-more")) words.open = true;
  });
  // A list in pages is printed from the page that holds all of it, as soon as that is there.
  if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print());
})();
