// Small controls that the parts around the map share.

import { fill, h, icon, iconButton, rowsTable } from "./dom.js";
import { hatchBackground } from "./hatch.js";
import { trust } from "./trust.js";
import { fillColour, lineColour, signColours } from "./theme.js";
import { say, told } from "./words.js";

/** A sample of how a layer is drawn, on light ground and on dark. */
export function swatch(layer) {
  const { style, kind } = layer;
  if (kind === "point") return h("span", { class: `key key-layer key-point key-${style.shape}`, style: { ...shades("line", (dark) => signColours(style, dark).line), ...shades("fill", (dark) => signColours(style, dark).fill) } });
  const lines = shades("line", (dark) => lineColour(style.colour, dark));
  if (kind === "line") return h("span", { class: "key key-layer key-line", style: { ...lines, "border-top": `${Math.max(2, style.weight)}px ${style.dash ? "dashed" : "solid"} var(--line)` } });
  if (style.hatch) return h("span", { class: "key key-layer key-polygon", style: { ...lines, border: "1.5px solid var(--line)", "background-image": hatchBackground(style.hatch, style.colour) } });
  const inside = h("i", { style: { background: "var(--fill)", opacity: style.fill ? Math.max(0.25, style.fill_opacity) : 0 } });
  return h("span", { class: "key key-layer key-polygon", style: { ...lines, ...shades("fill", (dark) => fillColour(layer, style.fill ?? "transparent", dark)), border: `1.5px ${style.dash ? "dashed" : "solid"} var(--line)` } }, inside);
}

/** A colour on light ground and on dark; the style file takes the one that fits. */
function shades(name, colour) {
  return { [`--${name}-light`]: colour(false), [`--${name}-dark`]: colour(true) };
}

/** A mark on what is drawn from descriptions. */
export function schematicTag({ schematic, partly = false }) {
  const word = partly ? say("partly schematic") : say("schematic");
  return schematic ? h("span", { class: "tag", title: say("Drawn from descriptions, with a tolerance. Not for measuring.") }, word) : null;
}

/** Tabs that choose the deposit model that is listed. */
export function createTabs(models, onChoose) {
  const tabs = models.map((model) => h("button", { type: "button", role: "tab", "data-model": model.name, "aria-controls": "model-panel", onclick: () => onChoose(model.name) }, told(model.label)));
  const element = h("div", { class: "tabs", role: "tablist", "aria-label": say("Deposit model") }, tabs);
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  const show = (name) => tabs.forEach((tab) => {
    const chosen = tab.dataset.model === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  });
  return { element, show };
}

/** Whether the model learned and its skill is not demonstrated. */
function isDoubtful({ demonstrated }) {
  return demonstrated === false;
}

/** The verdict on the model's skill in the reader's language, and what it rests on, each a sentence. */
export function verdict(model) {
  return [model.verdict_name ? h("b", {}, `${told(model.verdict_name)}. `) : null, grounds(model)];
}

/** What the verdict rests on, as a sentence. */
function grounds(model) {
  const words = told(model.skill_words);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What must be read of a model even where the panel is folded; nothing where its skill is demonstrated. */
export function doubt(model) {
  return isDoubtful(model) ? `${told(model.label)}: ${told(model.verdict_name)}.` : null;
}

/** How far the model is to be believed: the verdict, which opens into plain words, and those into the figures. */
export function skillNote(model) {
  const named = model.verdict_name ? [h("b", {}, `${told(model.verdict_name)}.`), " ", h("span", { class: "why" }, say("In plain words"))] : grounds(model);
  const { long } = trust(model);
  return h("details", { class: isDoubtful(model) ? "skill doubtful" : "skill" }, h("summary", {}, named),
    long ? h("p", {}, long) : null,
    model.caution ? h("p", {}, told(model.caution)) : null,
    model.verdict_name ? inFigures("skill-figures", h("p", { class: "grounds" }, grounds(model)), model.skill_rows.length ? rowsTable(toldRows(model.skill_rows)) : null) : null);
}

/** Figures for those who ask for them. */
export function inFigures(name, ...content) {
  return h("details", { class: `in-figures ${name}` }, h("summary", {}, say("In figures")), content);
}

/** Rows of the payload in the reader's language. */
export function toldRows(rows) {
  return rows.map(([label, value]) => [told(label), typeof value === "string" ? told(value) : value]);
}

/**
 * A slider with its label and its value in words.
 * @param {{id: string, label: unknown, max?: number, step?: number, write: (value: number) => string, onChange: (value: number) => void}} options
 */
export function slider({ id, label, max = 1, step = 0.01, write, onChange }) {
  const output = h("output", { for: id });
  const input = h("input", { type: "range", id, min: 0, max, step, oninput: () => onChange(Number(input.value)) });
  const element = h("div", { class: "slider" }, h("label", { for: id }, label), input, output);
  const show = (value) => {
    input.value = String(value);
    input.setAttribute("aria-valuetext", write(value));
    output.textContent = write(value);
  };
  return { element, input, show };
}

/** A slider of how much shows through. */
export function opacity(id, onChange) {
  const input = h("input", { type: "range", id, min: 0, max: 1, step: 0.05, oninput: () => onChange(Number(input.value)) });
  const element = h("div", { class: "slider small" }, h("label", { for: id }, say("Opacity")), input);
  return { element, show: (value) => { input.value = String(value); } };
}

/** A list to choose from. @param {Array<[string, string]>} options value and text */
export function choice(label, options, onChange, attributes = {}) {
  const select = h("select", { "aria-label": label, onchange: () => onChange(select.value), ...attributes },
    options.map(([value, text]) => h("option", { value }, text)));
  return select;
}

/** A titled box over the map with a close button; it takes the focus when it opens and gives it back. */
export function flyout(name, title, content, whenTurned) {
  const element = h("section", { class: `flyout flyout-${name}`, "aria-label": title, hidden: true });
  const box = openable(element, whenTurned);
  const body = h("div", { class: "flyout-body", tabindex: -1 }, content);
  fill(element, h("header", {}, h("h2", {}, title), iconButton("close", say("Close {name}", { name: title.toLowerCase() }), box.close)), body);
  return box;
}

/**
 * What opens and closes: it takes the focus when it opens and gives it back.
 * @param {HTMLElement} element
 * @param {(open: boolean) => void} [whenTurned]
 */
function openable(element, whenTurned) {
  let opener = null;
  const turn = (open) => { element.hidden = !open; whenTurned?.(open); };
  const close = () => {
    if (element.hidden) return;
    const inside = element.contains(document.activeElement);
    turn(false);
    if (inside) opener?.focus();
  };
  const open = () => {
    opener = document.activeElement;
    turn(true);
    /** @type {HTMLElement} */ (element.querySelector("button, input"))?.focus({ preventScroll: true });
  };
  return { element, isOpen: () => !element.hidden, toggle: () => (element.hidden ? open() : close()), close };
}

/**
 * The legend, which is the list of layers too: folded away, the key of what is drawn, or everything that can be.
 * @param {HTMLElement} layers the switches of all layers
 * @param {{hide: () => void, turn: (open: boolean) => void}} actions
 */
export function legendBox(layers, { hide, turn }) {
  const title = h("h2");
  const key = h("div", { class: "legend-key" });
  const list = openable(h("div", { class: "flyout-layers", hidden: true }, layers), (open) => {
    turn(open);
    body.scrollTop = 0;
    button.setAttribute("aria-label", open ? say("Close layers") : say("Hide the legend"));
    button.title = button.getAttribute("aria-label");
  });
  const button = iconButton("close", say("Hide the legend"), () => (list.isOpen() ? list.close() : hide()));
  const body = h("div", { class: "legend-body", tabindex: 0, role: "group", "aria-label": say("Legend") }, key, list.element);
  const element = h("section", { class: "legend", "aria-label": say("Legend") }, h("header", {}, title, button), body);
  return { element, list, show: (heading, content) => { title.textContent = heading; fill(key, content); } };
}

/** A button with a drawing and a word. */
export function wordButton(name, word, onclick, attributes = {}) {
  return h("button", { type: "button", title: word, onclick, ...attributes }, icon(name), h("span", {}, word));
}
