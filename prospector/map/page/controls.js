// Small controls that the parts around the map share.

import { fill, h, icon, iconButton, rowsTable } from "./dom.js";
import { hatchBackground } from "./hatch.js";
import { say, told } from "./words.js";

/** A sample of how a layer is drawn. */
export function swatch(layer) {
  const { style, kind } = layer;
  if (kind === "point") return h("span", { class: `key key-point key-${style.shape}`, style: { "--fill": style.fill ?? "#ffffff", "--line": style.colour } });
  if (kind === "line") return h("span", { class: "key key-line", style: { "border-top": `${Math.max(2, style.weight)}px ${style.dash ? "dashed" : "solid"} ${style.colour}` } });
  if (style.hatch) return h("span", { class: "key key-polygon", style: { border: `1.5px solid ${style.colour}`, "background-image": hatchBackground(style.hatch, style.colour) } });
  const inside = h("i", { style: { background: style.fill ?? "transparent", opacity: style.fill ? Math.max(0.25, style.fill_opacity) : 0 } });
  return h("span", { class: "key key-polygon", style: { border: `1.5px ${style.dash ? "dashed" : "solid"} ${style.colour}` } }, inside);
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

/** Whether the model has no demonstrated skill. */
function isDoubtful(model) {
  return model.verdict ? model.verdict !== "demonstrated" : model.demonstrated === false;
}

/** The verdict on the model's skill in the reader's language, and what it rests on, each a sentence. */
export function verdict(model) {
  const words = told(model.skill_words);
  const name = model.verdict_name ? h("b", {}, `${told(model.verdict_name)}. `) : null;
  return [name, words.charAt(0).toUpperCase() + words.slice(1)];
}

/** What must be read of a model even where the panel is folded; nothing where its skill is demonstrated. */
export function doubt(model) {
  return isDoubtful(model) ? `${told(model.label)}: ${told(model.verdict_name)}.` : null;
}

/** How far the model is to be believed, in one line that opens into figures. */
export function skillNote(model) {
  const summary = h("summary", {}, h("span", {}, verdict(model)));
  return h("details", { class: isDoubtful(model) ? "skill doubtful" : "skill" }, summary,
    model.skill_rows.length ? rowsTable(toldRows(model.skill_rows)) : null,
    model.caution ? h("p", { class: "small" }, told(model.caution)) : null);
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
export function flyout(name, title, content) {
  const element = h("section", { class: `flyout flyout-${name}`, "aria-label": title, hidden: true });
  let opener = null;
  const close = () => {
    if (element.hidden) return;
    const inside = element.contains(document.activeElement);
    element.hidden = true;
    if (inside) opener?.focus();
  };
  const open = () => {
    opener = document.activeElement;
    element.hidden = false;
    element.querySelector("button")?.focus({ preventScroll: true });
  };
  const body = h("div", { class: "flyout-body", tabindex: -1 }, content);
  fill(element, h("header", {}, h("h2", {}, title), iconButton("close", say("Close {name}", { name: title.toLowerCase() }), close)), body);
  return { element, body, isOpen: () => !element.hidden, toggle: () => (element.hidden ? open() : close()), close };
}

/** A button with a drawing and a word. */
export function wordButton(name, word, onclick, attributes = {}) {
  return h("button", { type: "button", title: word, onclick, ...attributes }, icon(name), h("span", {}, word));
}
