// The page's address, whose text after `#` holds the view. Where the host lets no page write its address (a notebook's
// frame, a sandbox, a preview), the text stays in memory.

let ownHash = null;

/** The text after `#`, with it. */
export function readAddress() {
  return ownHash ?? window.location.hash;
}

/** Write the text after `#`, with it; the browser's history gets no entry. */
export function writeAddress(hash) {
  ownHash = hash;
  try {
    window.history.replaceState(null, "", hash);
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

/** True in a frame without an origin of its own: its host may let it save no file. */
export function isSandboxed() {
  return window.origin === "null" && window.location.protocol !== "file:";
}
