// What is chosen on a register and not saved yet: kept on this device for the day, by keys alone, until the server has it.
// It outlives a lost connection, a session that ran out and a tab closed by mistake.
(() => {
  const PREFIX = "register ";
  const today = () => new Date().toDateString();

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };

  const all = () => {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    } catch {
      return [];
    }
  };

  const drop = (token) => {
    try {
      localStorage.removeItem(PREFIX + token);
    } catch {
      // The browser keeps nothing for this site: there is nothing to drop.
    }
  };

  const keep = (token, page) => {
    try {
      localStorage.setItem(PREFIX + token, JSON.stringify({ ...page, path: location.pathname, day: today(), at: Date.now() }));
    } catch {
      // The browser keeps nothing for this site: the page itself still holds every choice.
    }
  };

  // Return what the person left unsaved on this register today, the last of it; what other days left is dropped.
  const find = (person) => {
    const found = all().map((name) => ({ token: name.slice(PREFIX.length), ...read(name) }));
    found.filter((one) => one.day !== today()).forEach((one) => drop(one.token));
    return found
      .filter((one) => one.day === today() && one.path === location.pathname && one.person === person)
      .sort((one, other) => other.at - one.at)[0];
  };

  window.registerKept = { keep, drop, find };
})();
