/* global L */
// What turns clicks, taps and keys into places on the map: one task at a time, with a bar that says what to do.

import { fill, h } from "./dom.js";
import { say } from "./words.js";

export const PEN_COLOUR = "#c2185b";
const SAME_PX = 6;

/**
 * @typedef {object} Task
 * @property {(places: Array<[number, number]>) => string} words what the bar says
 * @property {boolean} [ring] whether the line closes
 * @property {number} [most] after so many places it is finished
 * @property {number} [least] before so many it cannot be
 * @property {(places: Array<[number, number]>) => void} [finish] longitude and latitude of each place
 * @property {() => void} [end] it was finished or given up
 */

/**
 * @param {L.Map} map
 * @param {HTMLElement} bar
 * @param {L.Layer} renderer of the line
 */
export function createPen(map, bar, renderer) {
  const pen = { task: /** @type {?Task} */ (null), places: [], line: null };
  const holder = map.getContainer();
  const canFinish = () => pen.task.finish && pen.places.length >= pen.task.least;
  const act = { undo: () => { pen.places.pop(); draw(); }, finish: () => finish(), end: () => stop() };
  const button = (word, name, action) => h("button", { type: "button", class: `pen-${name}`, onclick: action }, word);
  function draw() {
    pen.line?.remove();
    pen.line = pen.places.length ? drawn(pen, renderer).addTo(map) : null;
    fill(bar, h("span", {}, pen.task.words(pen.places)), pen.places.length ? button(say("Undo"), "undo", act.undo) : null, canFinish() ? button(say("Finish"), "finish", act.finish) : null, button(say("End"), "end", act.end));
  }
  function stop() {
    if (!pen.task) return;
    const { task } = pen;
    pen.line?.remove();
    Object.assign(pen, { task: null, places: [], line: null });
    map.doubleClickZoom.enable();
    holder.classList.remove("measuring");
    bar.hidden = true;
    fill(bar);
    task.end?.();
  }
  function finish() {
    if (!canFinish()) return;
    const { task, places } = pen;
    stop();
    task.finish(places);
  }
  function add({ lat, lng }) {
    if (!pen.task) return false;
    const near = (place) => place && map.latLngToContainerPoint([place[1], place[0]]).distanceTo(map.latLngToContainerPoint([lat, lng])) < SAME_PX;
    if (pen.task.ring && pen.places.length >= pen.task.least && near(pen.places[0])) finish();
    else if (!near(pen.places.at(-1))) pen.places.push([lng, lat]);
    if (!pen.task) return true;
    if (pen.places.length === pen.task.most) finish();
    else draw();
    return true;
  }
  map.on("dblclick", () => finishIf());
  const finishIf = () => { if (pen.task && canFinish()) finish(); };
  holder.addEventListener("keydown", (event) => {
    if (!pen.task || event.target !== holder) return;
    const action = { " ": () => add(map.getCenter()), Enter: finishIf, Backspace: act.undo }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    holder.focus();
  });
  return {
    isOn: () => pen.task !== null,
    add,
    stop,
    start(task) {
      stop();
      Object.assign(pen, { task, places: [] });
      map.doubleClickZoom.disable();
      holder.classList.add("measuring");
      bar.hidden = false;
      draw();
      holder.focus();
    },
  };
}

/** The places so far as a dashed line with a dot at each. */
function drawn({ places, task }, renderer) {
  const ends = places.map(([longitude, latitude]) => [latitude, longitude]);
  const line = task.ring && ends.length > 2 ? [...ends, ends[0]] : ends;
  const style = { renderer, color: PEN_COLOUR, interactive: false };
  return L.layerGroup([L.polyline(line, { ...style, weight: 3, dashArray: "2 5" }), ...ends.map((end) => L.circleMarker(end, { ...style, radius: 3, weight: 2, fillColor: "#ffffff", fillOpacity: 1 }))]);
}
