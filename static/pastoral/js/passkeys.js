// A passkey that is refused or broken off is said in words, where allauth's own script only writes to the console.
(() => {
  const words = (fault) => {
    if (fault && fault.name === "NotAllowedError") return "The passkey was not used: it was broken off, or it took too long. Try again, or use your password.";
    if (fault && fault.name === "InvalidStateError") return "This device already holds a passkey for your account.";
    return "Passkeys do not work here just now. Use your password, or try another browser.";
  };

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    document.querySelectorAll("[data-passkey-failed]").forEach((old) => old.remove());
    const notice = document.createElement("div");
    notice.className = "notice notice-error mb-3";
    notice.dataset.passkeyFailed = "true";
    notice.setAttribute("role", "alert");
    notice.textContent = words(event.detail.exception);
    const heading = document.querySelector("main h1");
    if (heading) heading.after(notice);
  });
})();
