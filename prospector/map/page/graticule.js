/* global L */
// The graticule: meridians and parallels at even degrees, as fine as the view has room for.

import { h } from "./dom.js";
import { degreeText } from "./numbers.js";
import { groundColours } from "./theme.js";

const DEGREE_STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02];
const LINES_APART_PX = 90;
const TEXT_PX = { letter: 7, height: 12 };
const LINE_LOOK = { interactive: false, weight: 0.6, opacity: 0.28 };

/**
 * The graticule of a map.
 * @param {L.Map} map
 * @param {() => Array<{left: number, top: number, right: number, bottom: number}>} covered boxes over the map, in its pixels
 * @returns {(covered?: object[]) => void} call it when what is in view or over the map changes
 */
export function createGraticule(map, covered) {
  const lines = L.layerGroup().addTo(map);
  const renderer = L.svg({ pane: "outside", padding: 0.1 });
  const draw = (boxes = covered()) => {
    lines.clearLayers();
    const drawn = linesOf(map);
    pane.replaceChildren(...drawn.filter((line) => hasRoom(map, boxes, textBox(map, line))).map((line) => nameOf(map, line)));
    for (const line of drawn) L.polyline(line.ends, { ...LINE_LOOK, color: groundColours().line, renderer }).addTo(lines);
  };
  const pane = map.createPane("names-of-degrees");
  pane.style.zIndex = "635";
  pane.style.pointerEvents = "none";
  draw();
  return draw;
}

/** Where a line's text stands, in the map's pixels. */
function textBox(map, { at, side, text }) {
  const { x, y } = map.latLngToContainerPoint(at);
  const width = text.length * TEXT_PX.letter;
  const [left, top] = side === "meridian" ? [x, y + TEXT_PX.height / 2] : [x - width, y - TEXT_PX.height];
  return { left, top, right: left + width, bottom: top + TEXT_PX.height };
}

/** Whether a text lies whole on the map and under no box. */
function hasRoom(map, boxes, text) {
  const size = map.getSize();
  const isWhole = text.left >= 0 && text.top >= 0 && text.right <= size.x && text.bottom <= size.y;
  return isWhole && !boxes.some(({ left, top, right, bottom }) => text.right > left && text.left < right && text.bottom > top && text.top < bottom);
}

/** What a line is, at its end: below the map's upper edge, or before its right one. */
function nameOf(map, { at, side, text }) {
  const { x, y } = map.latLngToLayerPoint(at);
  return h("span", { class: `degree ${side}`, "aria-hidden": "true", style: { left: `${x}px`, top: `${y}px` } }, text);
}

/** Lines of the view with their text, which stands at its upper and its right edge. */
function linesOf(map) {
  const view = map.getBounds();
  const step = stepOf(map);
  const decimals = step < 1 ? String(step).length - 2 : 0;
  const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()];
  const meridians = multiples(west, east, step).map((degree) => ({ ends: [[south, degree], [north, degree]], at: [north, degree], side: "meridian", text: degreeText(degree, decimals, "E", "W") }));
  const parallels = multiples(south, north, step).map((degree) => ({ ends: [[degree, west], [degree, east]], at: [degree, east], side: "parallel", text: degreeText(degree, decimals, "N", "S") }));
  return [...meridians, ...parallels];
}

/** The finest step whose lines stand well apart. */
function stepOf(map) {
  const view = map.getBounds();
  const pixelsADegree = map.getSize().x / (view.getEast() - view.getWest());
  return DEGREE_STEPS.filter((step) => step * pixelsADegree >= LINES_APART_PX).at(-1) ?? DEGREE_STEPS[0];
}

function multiples(from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, index) => (first + index) * step);
}
