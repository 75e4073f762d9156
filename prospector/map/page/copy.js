// Text for the clipboard. Where the host gives the page no clipboard, the text is selected and copied the old way.

import { h } from "./dom.js";
import { say } from "./words.js";

const SAID_FOR_MS = 1800;

/** Copy a text; false where no way is open. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text) {
  const field = h("textarea", { class: "off-screen", readonly: true }, text);
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  /** @type {HTMLElement} */ (before)?.focus?.();
  return done;
}

/**
 * A button that copies what a function gives and says so for a moment.
 * @param {string} label what is copied, for those who cannot see the button
 * @param {() => string} text
 * @param {unknown} [content] what the button shows
 */
export function copyButton(label, text, content = say("Copy")) {
  const button = h("button", { type: "button", class: "copy", title: label, "aria-label": label, onclick: async () => {
    const done = await copyText(text());
    button.textContent = done ? say("Copied") : say("Not copied");
    setTimeout(() => button.replaceChildren(content instanceof Node ? content : document.createTextNode(String(content))), SAID_FOR_MS);
  } }, content);
  return button;
}
