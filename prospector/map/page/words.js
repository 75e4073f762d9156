// The page's words in the reader's language. English is written in place; other languages translate it.

import { SPANISH } from "./words_es.js";

/** Languages of the page, by code. */
export const LANGUAGES = { en: "English", es: "Español" };
const TRANSLATIONS = { es: SPANISH };
const LOCALES = { en: "en", es: "es-CL" };

const spoken = { code: "en", payload: {}, all: {} };

/** The language that a reader's browser asks for, as far as the page speaks it. */
export function browserLanguage(asked = navigator.languages) {
  const codes = asked.map((one) => one.slice(0, 2).toLowerCase());
  return codes.find((code) => code in LANGUAGES) ?? "en";
}

/**
 * Speak a language from now on.
 * @param {string} code
 * @param {Record<string, Record<string, string>>} [translations] of the payload's own texts, by language
 */
export function speak(code, translations = {}) {
  spoken.code = code in LANGUAGES ? code : "en";
  spoken.all = translations;
  spoken.payload = translations[spoken.code] ?? {};
}

/**
 * What a function makes while another language is spoken.
 * @template Made
 * @param {string} code
 * @param {() => Made} make
 * @returns {Made}
 */
export function inLanguage(code, make) {
  const before = { ...spoken };
  Object.assign(spoken, { code, payload: spoken.all[code] ?? {} });
  try {
    return make();
  } finally {
    Object.assign(spoken, before);
  }
}

/** Code of the language that is spoken. */
export function spokenLanguage() {
  return spoken.code;
}

/**
 * What every output says, in the reader's language, as Python's `Standing` has it.
 * @param {{sentences: string[]}} payload
 */
export function standing({ sentences }) {
  const [reporting = "", resolution = "", tenure = ""] = sentences.map(told);
  return { reporting, resolution, tenure };
}

/** How the language writes numbers. */
export function locale() {
  return LOCALES[spoken.code];
}

/**
 * One of the page's own texts. Each `{name}` in it is replaced by the value of that name.
 * @param {string} text English, as the key
 * @param {Record<string, unknown>} [values]
 */
export function say(text, values = {}) {
  const found = TRANSLATIONS[spoken.code]?.[text] ?? text;
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A thing's name as the reader's language has it: faults and coasts have one in each, places and holders keep theirs. */
export function featureName({ kind }, { name }) {
  return kind === "line" ? told(name) : name;
}

/** A text of the payload: translated where the payload or the page says how, else as it is. */
export function told(text) {
  return spoken.payload[text] ?? TRANSLATIONS[spoken.code]?.[text] ?? text;
}

/** A name as it stands within a sentence: with a small first letter, but abbreviations and symbols of elements as they are. */
export function withinSentence(name) {
  return name.replace(/^\p{Lu}(?=\p{Ll}{2})/u, (first) => first.toLowerCase());
}
