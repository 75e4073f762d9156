// Light or dark: as the reader chooses, else as the system asks. Colours of data stay; ground, lines and the page around them change.

import { keepChoice, keptChoice } from "./choices.js";
import { h, icon } from "./dom.js";
import { say } from "./words.js";

const THEME = "theme";
const CHOICES = ["system", "light", "dark"];
const ICONS_OF = { system: "half", light: "sun", dark: "moon" };
/** About how bright the ground of a dark map is (relative luminance), and how far a line must stand out from it. */
const DARK_GROUND = 0.06;
const LEAST_CONTRAST = 3;
const STEPS_TO_WHITE = 20;
/** Fills that are light enough for a dark line around them. */
const LIGHT_FILL = 0.4;
/** Ground of a map without relief: sea, sheet, land; and the lines that frame it. */
const GROUNDS = {
  light: { sea: "#cfdde8", sheet: "#f6f3ea", frame: "#5d6b78", line: "#17202a" },
  dark: { sea: "#1f2e3a", sheet: "#2b2f31", frame: "#9aa7b3", line: "#e6ebf0", land: "#34383a" },
};

const shown = { dark: false };

/** Whether the page is dark now. */
export function isDark() {
  return shown.dark;
}

/** Colours of what lies under everything, and of the lines over it. */
export function groundColours() {
  return GROUNDS[shown.dark ? "dark" : "light"];
}

/** A line's colour as it can be told from the ground: on a dark one mixed with white until it can. */
export function lineColour(colour, dark = shown.dark) {
  if (!dark) return colour;
  for (let step = 0; step < STEPS_TO_WHITE; step += 1) {
    const mixed = towardsWhite(colour, step / STEPS_TO_WHITE);
    if ((luminance(mixed) + 0.05) / (DARK_GROUND + 0.05) >= LEAST_CONTRAST) return mixed;
  }
  return "#ffffff";
}

/** Line and fill of a sign: a light one keeps its dark line, a dark one becomes light. */
export function signColours({ colour, fill }, dark = shown.dark) {
  const inside = fill ?? "#ffffff";
  if (!dark || luminance(inside) >= LIGHT_FILL) return { line: colour, fill: inside };
  return { line: lineColour(colour, true), fill: lineColour(inside, true) };
}

/** What fills a layer: land that serves as ground is dark on a dark map. */
export function fillColour(layer, fill, dark = shown.dark) {
  return layer.key === "land" && dark ? GROUNDS.dark.land : fill;
}

/** Relative luminance of a colour, 0 to 1 (WCAG 2). */
export function luminance(colour) {
  const [red, green, blue] = channelsIn(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsIn(colour) {
  const digits = colour.length === 4 ? [1, 2, 3].map((at) => colour[at].repeat(2)) : [1, 3, 5].map((at) => colour.slice(at, at + 2));
  return digits.map((one) => parseInt(one, 16));
}

function towardsWhite(colour, part) {
  const mixed = channelsIn(colour).map((value) => Math.round(value + (255 - value) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The reader's choice and the page's answer to it.
 * @param {() => void} redraw called when light becomes dark or dark light
 */
export function createTheme(redraw) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const theme = { choice: rememberedTheme(), isHeld: false, button: null };
  const apply = () => {
    const dark = !theme.isHeld && (theme.choice === "dark" || (theme.choice === "system" && system.matches));
    if (dark === shown.dark) return false;
    shown.dark = dark;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    return true;
  };
  const answer = () => { if (apply()) redraw(); };
  const tell = () => {
    const words = { system: say("Colours: as the system"), light: say("Colours: light"), dark: say("Colours: dark") }[theme.choice];
    theme.button.replaceChildren(icon(ICONS_OF[theme.choice]));
    theme.button.title = words;
    theme.button.setAttribute("aria-label", words);
  };
  const next = () => {
    theme.choice = CHOICES[(CHOICES.indexOf(theme.choice) + 1) % CHOICES.length];
    keepChoice(THEME, theme.choice);
    tell();
    answer();
  };
  system.addEventListener("change", answer);
  apply();
  return {
    /** The switch, in the reader's language. */
    furnish() {
      theme.button = h("button", { type: "button", class: "theme", onclick: next });
      tell();
      return theme.button;
    },
    /** Be light while the page is printed or saved as a picture. */
    holdLight(isHeld) {
      theme.isHeld = isHeld;
      answer();
    },
  };
}

function rememberedTheme() {
  const kept = keptChoice(THEME) ?? "";
  return CHOICES.includes(kept) ? kept : CHOICES[0];
}
