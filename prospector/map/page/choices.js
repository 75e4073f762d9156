// What the reader chose for this browser, kept beyond the page where the host keeps anything.

const PREFIX = "prospector-";

/** Keep a choice; null forgets it. Where the host keeps nothing it lasts as long as the page. @param {string} name @param {?string} choice */
export function keepChoice(name, choice) {
  try {
    if (choice === null) window.localStorage.removeItem(PREFIX + name);
    else window.localStorage.setItem(PREFIX + name, choice);
  } catch {
    // a sandboxed page, or one whose reader allows no storage
  }
}

/** @param {string} name @returns {?string} null where nothing was kept */
export function keptChoice(name) {
  try {
    return window.localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}
