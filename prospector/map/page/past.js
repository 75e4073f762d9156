/* global L */
// The slider over discovery years: what was known before, what was found since, and where that stood in the ranking trained before.

import { slider } from "./controls.js";
import { fill, h } from "./dom.js";
import { count, fixed } from "./numbers.js";
import { classIndex } from "./targets.js";
import { say, told } from "./words.js";

const BEST = 0.95;
const FOUND_LINE = "#c2185b";
const KNOWN = "#17202a";
const UNDATED = "#6b7783";
const NAME_PX = { width: 34, height: 15 };

/** The back-test of a year, else the first that the run computed; null where it computed none. */
export function testOf({ past }, before) {
  return past ? past.tests.find((test) => test.before === before) ?? past.tests[0] : null;
}

/** Key of the layer of a model's known deposits, which the slider's own signs stand for. */
export function depositsKey({ name }) {
  return `deposits_${name}`;
}

/** What the back-test says, a sentence each: how many, how they stood beside nearness alone, whether that is enough to tell. */
export function pastWords(test) {
  const { before, found, n_training: trained, n_undated: undated } = test;
  const far = found.filter((one) => !one.near);
  const best = (finds, key) => count(finds.filter((one) => one[key] >= BEST).length);
  return [
    say("The model is trained on {trained} deposits known before {year} and tested on {n} found since.", { trained: count(trained), year: before, n: count(found.length) }),
    say("{hits} of the {n} fall in the best 5 % of the ground; by distance to known deposits alone, {near}.", { hits: best(found, "percentile"), n: count(found.length), near: best(found, "by_distance") }),
    far.length ? say("On new ground, more than 20 km from any known deposit: {hits} of {n}; by distance alone, {near}.", { hits: best(far, "percentile"), n: count(far.length), near: best(far, "by_distance") }) : "",
    powerWords(test),
    undatedWords(test, undated),
  ].filter(Boolean);
}

function powerWords({ auc, auc_interval: interval, found }) {
  if (auc === null) return say("{n} finds are too few for an AUC, which needs ten: these are single cases and prove nothing.", { n: count(found.length) });
  const value = fixed(auc, 2);
  return interval ? say("AUC {auc} ({low} to {high}).", { auc: value, low: fixed(interval[0], 2), high: fixed(interval[1], 2) }) : say("AUC {auc}.", { auc: value });
}

function undatedWords({ undated: treated }, n) {
  if (n === 0) return "";
  return treated === "train"
    ? say("{n} deposits without a year of discovery are used for training, though some may have been found later.", { n: count(n) })
    : say("{n} deposits without a year of discovery are used neither for training nor for testing.", { n: count(n) });
}

/**
 * The box with the slider.
 * @param {ReturnType<import("./store.js").createStore>} store
 */
export function createPast(store) {
  const element = h("div", { class: "past" });
  let [shown, years, body] = [null, null, null];
  const build = (model) => {
    const { tests } = model.past;
    years = slider({ id: "past-year", label: say("Known before"), max: tests.length - 1, step: 1, write: (index) => String(tests[index].before), onChange: (index) => store.set({ past: tests[index].before }) });
    years.input.disabled = tests.length === 1;
    body = h("div", { role: "status" });
    fill(element, years.element, body);
  };
  const show = (model, before) => {
    if (before === null) return;
    const test = testOf(model, before);
    if (!test) fill(element, h("p", {}, say("This run has no back-test of {model}: it needs a model learned from deposits, some of them with a year of discovery. The choices under About say why.", { model: told(model.label) })));
    else {
      if (model !== shown) build(model);
      years.show(model.past.tests.indexOf(test));
      fill(body, contentOf(model, test));
    }
    shown = test ? model : null;
  };
  return { element, show };
}

function contentOf(model, test) {
  return [
    pastWords(test).map((text) => h("p", {}, text)),
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": say("Earlier finds") }, findsTable(model, test)),
    h("p", { class: "small" }, say("Percentiles are those of the ranking trained on deposits known before {year}. Targets and score on the map use all deposits.", { year: test.before })),
  ];
}

function findsTable({ past }, { found }) {
  const heads = [say("Found"), say("Deposit"), say("Percentile"), say("by distance"), say("km")];
  const row = ({ deposit, percentile, by_distance: near, nearest_km: km }) => h("tr", {}, [past.deposits[deposit].year, past.deposits[deposit].name, fixed(100 * percentile, 1), fixed(100 * near, 1), fixed(km, 0)].map((cell) => h("td", {}, cell)));
  const inOrder = [...found].sort((one, other) => past.deposits[one.deposit].year - past.deposits[other.deposit].year);
  return h("table", { class: "finds" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, inOrder.map(row)));
}

/** Colour of a find: that of the class in which its percentile falls, where classes are of percentiles. */
function findColour({ class_by: by, breaks, colours }, { percentile }) {
  return by === "percentile" ? colours[classIndex(100 * percentile, breaks)] : "#ffffff";
}

/** What the signs are, for the legend. */
export function pastKeys(model, before) {
  const test = testOf(model, before);
  const key = (style, text) => h("li", {}, h("span", { class: "key key-point", style }), text);
  return h("div", { class: "legend-ground legend-past" }, h("h3", {}, say("Known deposits by their year of discovery")), h("ul", { class: "keys" },
    key({ "--fill": KNOWN, "--line": "#ffffff" }, say("known before {year}", { year: test.before })),
    key({ "--fill": "#ffffff", "--line": FOUND_LINE }, say("found since, with its percentile then")),
    test.n_undated ? key({ "--fill": "transparent", "--line": UNDATED }, say("without a year")) : null));
}

/**
 * Draws the signs of a year over the targets.
 * @param {L.Map} map
 * @param {object} renderer
 */
export function createPastSigns(map, renderer) {
  map.createPane("past").style.zIndex = "645";
  const [signs, names] = [L.layerGroup().addTo(map), L.layerGroup().addTo(map)];
  let drawn = [];
  const sign = ([longitude, latitude], look) => L.circleMarker([latitude, longitude], { renderer, interactive: false, fillOpacity: 1, ...look }).addTo(signs);
  const rename = () => { names.clearLayers(); for (const name of freeNames(map, drawn)) name.addTo(names); };
  map.on("zoomend", rename);
  return (model, before) => {
    signs.clearLayers();
    const test = before === null ? null : testOf(model, before);
    drawn = test ? test.found.map((one) => ({ ...one, ...model.past.deposits[one.deposit] })) : [];
    for (const { at, year } of test ? model.past.deposits : []) {
      if (year === null) sign(at, { radius: 4, weight: 1.5, color: UNDATED, fillOpacity: 0 });
      else if (year < test.before) sign(at, { radius: 4.5, weight: 1.2, color: "#ffffff", fillColor: KNOWN });
    }
    for (const one of drawn) sign(one.at, { radius: 6.5, weight: 2.5, color: FOUND_LINE, fillColor: findColour(model, one) });
    rename();
  };
}

/** Percentiles beside their finds, the highest first; none over another. */
function freeNames(map, finds) {
  const taken = [];
  return [...finds].sort((one, other) => other.percentile - one.percentile).flatMap(({ at: [longitude, latitude], percentile }) => {
    const place = map.latLngToLayerPoint([latitude, longitude]);
    if (taken.some((other) => Math.abs(other.x - place.x) < NAME_PX.width && Math.abs(other.y - place.y) < NAME_PX.height)) return [];
    taken.push(place);
    const text = h("span", {}, fixed(100 * percentile, 1));
    return [L.marker([latitude, longitude], { pane: "past", interactive: false, keyboard: false, icon: L.divIcon({ className: "name name-found", html: text, iconSize: [NAME_PX.width, NAME_PX.height], iconAnchor: [-9, 7] }) })];
  });
}
