// Building the page. Whatever comes from the payload enters as a text node or as an attribute value, never as markup.

import { plainNumber } from "./numbers.js";
import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** Line drawings of the toolbar, on a 20 x 20 field. */
const ICONS = {
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5",
  layers: "M10 3 2.5 7 10 11l7.5-4ZM3 10.5 10 14l7-3.5M3 13.5 10 17l7-3.5",
  legend: "M3 5h3M3 10h3M3 15h3M9 5h8M9 10h8M9 15h8",
  about: "M10 9v5M10 6v.6M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Z",
  close: "M5 5l10 10M15 5 5 15",
  fold: "M5 8l5 5 5-5",
  evidence: "M3 3h6v6H3ZM11 3h6v6h-6ZM3 11h6v6H3ZM11 11h6v6h-6Z",
  measure: "M2.5 13.5 13.5 2.5l4 4-11 11ZM6 10l2 2M8.5 7.5l1.5 1.5M11 5l2 2",
  locate: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 1.5v4M10 14.5v4M1.5 10h4M14.5 10h4",
  print: "M6 7V3h8v4M6 14H3.5V7.5h13V14H14M6 11.5h8V17H6Z",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l3-3a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-3 3a3 3 0 0 0 4.2 4.2l1-1",
  area: "M4 6 11 3l6 6-3 8-8-2ZM4 6h.1M11 3h.1M17 9h.1M14 17h.1M6 15h.1",
  north: "M13 13 19 30 13 26 7 30ZM8.5 10.5V1.5h2.3l4.4 5.8V1.5h2.3v9h-2.3L10.8 4.7v5.8Z",
  tour: "M5 17V3M5 4h10l-2.5 3.5L15 11H5",
  swipe: "M10 2v16M7 7 4 10l3 3M13 7l3 3-3 3M2.5 3.5v13h15v-13Z",
  exchange: "M3 7h13M13 4l3 3-3 3M17 13H4M7 10l-3 3 3 3",
  past: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 5.5V10l3.5 2",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M16 4l-1.4 1.4M5.4 14.6 4 16",
  moon: "M16 12.5A7 7 0 0 1 7.5 4a7 7 0 1 0 8.5 8.5Z",
  half: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 2.5v15M12.5 3.5v13M15 5v10",
  zoom: "M8.5 3.5a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM12.2 12.2 17 17",
};

/**
 * An element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes] `onclick` and the like take a function, `style` an object of properties
 * @param {...unknown} children elements, or anything else as text; null and false are left out
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  fill(element, ...children);
  return element;
}

/** Replace what an element holds. */
export function fill(element, ...children) {
  const kept = children.flat(2).filter((child) => child !== null && child !== undefined && child !== false);
  element.replaceChildren(...kept.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return element;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** One of the line drawings. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  line.setAttribute("d", ICONS[name]);
  drawing.append(line);
  return drawing;
}

/** A button that shows a drawing and is named for those who cannot see it. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button", { type: "button", title: label, "aria-label": label, onclick, ...attributes }, icon(name));
}

/** A table of label and value. */
export function rowsTable(rows, className = "rows") {
  const line = ([label, value]) => h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, written(value)));
  return h("table", { class: className }, h("tbody", {}, rows.map(line)));
}

/** A figure with as many decimals as it has; text and elements as they are. */
function written(value) {
  if (value === null || value === undefined) return say("not stated");
  return typeof value === "number" ? plainNumber(value) : value;
}

/** True where list, map and card have no room side by side; the style file asks the same. */
export function isNarrow() {
  return window.matchMedia("(max-width: 60em)").matches;
}

/** True where the reader asked for less motion. */
export function isStill() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** True where list and card are sheets at the foot of the map, as on a telephone held upright; the style file asks the same. */
export function isSheet() {
  return window.matchMedia("(max-width: 60em) and (orientation: portrait), (max-width: 36em)").matches;
}
