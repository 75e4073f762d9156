// The page's address, whose text after `#` holds the view. Where the host lets no page write its address (a notebook's
// frame, a sandbox, a preview), the text stays in memory.

let ownHash = null;

/** The text after `#`, with it. */
export function readAddress() {
  return ownHash ?? window.location.hash;
}

/**
 * Write the text after `#`, with it.
 * @param {string} hash
 * @param {boolean} [isEntry] whether the browser's Back leads to what was before; else it is replaced
 */
export function writeAddress(hash, isEntry = false) {
  ownHash = hash;
  try {
    if (isEntry) window.history.pushState(null, "", hash);
    else window.history.replaceState(null, "", hash);
  } catch {
    // The host refused: the address is in memory only.
  }
}

/**
 * Hear of every text after `#` that the page did not write itself: a link was pasted or pressed.
 * @param {(hash: string) => void} listener
 */
export function followAddress(listener) {
  window.addEventListener("hashchange", () => {
    const { hash } = window.location;
    if (hash === ownHash) return;
    ownHash = hash;
    listener(hash);
  });
}

/** The whole address, to be sent; null where the host shows none that another could open. */
export function ownAddress() {
  const { href, protocol } = window.location;
  return isSandboxed() || protocol === "about:" ? null : href.split("#")[0] + readAddress();
}

/** True in a frame without an origin of its own: its host may let it save no file. */
export function isSandboxed() {
  return window.origin === "null" && window.location.protocol !== "file:";
}
