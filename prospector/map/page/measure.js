/* global L */
// Measuring a way on the map, in kilometres over the ellipsoid's mean sphere.

import { fixed } from "./numbers.js";
import { say } from "./words.js";

const LINE = "#c2185b";

/**
 * A tool that turns clicks into a line with its length.
 * @param {L.Map} map
 * @param {HTMLElement} readout where the length is written
 */
export function createMeasure(map, readout) {
  const tool = { on: false, places: [], line: null };
  const draw = () => {
    tool.line?.remove();
    tool.line = tool.places.length ? L.polyline(tool.places, { pane: "marks", color: LINE, weight: 3, dashArray: "2 5", interactive: false }).addTo(map) : null;
    readout.textContent = tool.on ? lengthText(map, tool.places) : "";
    readout.hidden = !tool.on;
  };
  return {
    isOn: () => tool.on,
    add: (place) => { tool.places.push(place); draw(); },
    toggle: (on = !tool.on) => { Object.assign(tool, { on, places: [] }); draw(); return on; },
  };
}

function lengthText(map, places) {
  if (places.length < 2) return say("Click the ends of a way to measure it. Escape ends.");
  let length = 0;
  for (let index = 1; index < places.length; index += 1) length += map.distance(places[index - 1], places[index]);
  return `${fixed(length / 1000, 2)} km`;
}
