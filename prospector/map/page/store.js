// The one changing value of the page, and the link that restores it.

import { notesOfLink, readNotes } from "./notes.js";
import { sideOf, sidesOfLink } from "./sides.js";
import { hasSpread, NO_FILTERS } from "./targets.js";
import { FITTED_WEIGHT, HEAVIEST, isChanged } from "./what_if.js";

const KEYS = { query: "search", minimumScore: "score", minimumOpen: "open", holder: "holder", minimumArea: "area", maximumArea: "area-to", minimumTop: "top" };
/** Base of a server's pictures, and of nothing, in state and link. */
export const TILES = "tiles";
const BLANK = "blank";
const MIDDLE = 0.5;
const SHARES = new Set(["minimumScore", "minimumOpen", "minimumTop"]);

/**
 * @typedef {object} State
 * @property {string} model name of the deposit model that is listed
 * @property {string[]} shown names of the deposit models that are drawn
 * @property {import("./targets.js").Filters} filters
 * @property {{key: string, descending: boolean}} sort
 * @property {Record<string, number>} weights of evidence, where they are not the run's
 * @property {Ground} ground what lies under the targets
 * @property {"class" | "spread"} tint what the colour of targets says
 * @property {boolean} outside whether ground outside the area of applicability is hatched
 * @property {string[]} layers keys of those that are drawn
 * @property {Record<string, string>} colours by key of a layer, the row of its cards that it is coloured by
 * @property {string} base key of what lies under everything; empty for nothing
 * @property {{targets: number, ground: number}} opacity
 * @property {string} language
 * @property {?string} selected target_id
 * @property {?{layer: object, feature: object}} feature a clicked thing that is not a target
 * @property {boolean} tour whether the selected target is a stop of the tour
 * @property {?number} past year of discovery before which deposits are shown as known; null for no such view
 * @property {?{left: string, right: string}} swipe codes of what stands on either side of the divider; null for none
 * @property {number} divider how far across the map it stands, 0 to 1
 * @property {?string} hovered target_id
 * @property {import("./notes.js").Note[]} [notes] that the reader placed
 */

/**
 * @typedef {object} Ground
 * @property {"none" | "score" | "evidence" | "together"} kind
 * @property {string} [name] of the evidence, or of the other deposit model
 * @property {number} [least] percentile from which ground counts as high
 */

/** Nothing lies under the targets. */
export const NO_GROUND = Object.freeze({ kind: "none" });

const OPACITY = Object.freeze({ targets: 1, ground: 0.7 });

/** What is drawn at first. */
export function firstSight(payload) {
  const drawn = payload.layers.filter((layer) => layer.kind !== "image" && layer.visible);
  const colours = payload.layers.filter((layer) => layer.colour_by).map((layer) => [layer.key, layer.colour_by]);
  return { layers: drawn.map((layer) => layer.key), colours: Object.fromEntries(colours), base: payload.basemap ? TILES : ownBase(payload), opacity: OPACITY };
}

/** The picture that lies in the file itself. */
export function ownBase(payload) {
  return payload.layers.find((layer) => layer.kind === "image" && layer.visible)?.key ?? "";
}

/** A value with listeners: `set` merges a patch and tells them which keys changed. */
export function createStore(initial) {
  let state = initial;
  const listeners = [];
  return {
    get: () => state,
    subscribe: (listener) => listeners.push(listener),
    set(patch) {
      const changed = Object.keys(patch).filter((key) => patch[key] !== state[key]);
      if (changed.length === 0) return;
      state = { ...state, ...patch };
      for (const listener of listeners) listener(state, new Set(changed));
    },
  };
}

/** The patch that lists another deposit model; models the reader put beside it stay drawn. */
export function switchModel(state, model) {
  const alone = state.shown.length === 1 && state.shown[0] === state.model;
  const shown = alone ? [model] : [...new Set([...state.shown, model])];
  const ground = state.ground.kind === "score" ? state.ground : NO_GROUND;
  return { model, shown, ground, weights: {}, selected: null, feature: null, hovered: null };
}

/**
 * A state, with what is in view, as the text after `#`; what is as at first is left out.
 * @param {State} state
 * @param {[number, number, number, number]} bounds west, south, east and north of the ground that nothing covers
 * @param {ReturnType<typeof firstSight>} first
 */
export function toHash(state, bounds, first) {
  const { filters, ground } = state;
  const parts = new URLSearchParams();
  parts.set("bounds", bounds.map((degrees) => degrees.toFixed(5)).join("/"));
  parts.set("model", state.model);
  const beside = state.shown.filter((name) => name !== state.model);
  if (beside.length) parts.set("beside", beside.join(","));
  if (state.selected) parts.set("target", state.selected);
  if (state.feature) parts.set("thing", [state.feature.layer.key, state.feature.layer.features.indexOf(state.feature.feature)].join("/"));
  for (const [filter, key] of Object.entries(KEYS)) if (filters[filter]) parts.set(key, filters[filter]);
  if (filters.newGroundOnly) parts.set("new", "1");
  if (isChanged(state.weights)) parts.set("weights", weightsText(state.weights));
  if (ground.kind !== "none") parts.set("ground", [ground.kind, ground.name, ground.least].filter(Boolean).join("/"));
  if (state.outside) parts.set("outside", "1");
  if (state.past !== null) parts.set("past", String(state.past));
  if (state.swipe) parts.set("swipe", [state.swipe.left, state.swipe.right, state.divider.toFixed(3)].join(","));
  if (state.tour) parts.set("tour", "1");
  if (state.tint !== "class") parts.set("tint", state.tint);
  if (state.sort.key !== "rank" || state.sort.descending) parts.set("sort", `${state.sort.descending ? "-" : ""}${state.sort.key}`);
  for (const [key, text] of Object.entries(sightTexts(state, first))) if (text) parts.set(key, text);
  for (const note of notesOfLink(state.notes ?? [])) parts.append("note", note);
  parts.set("language", state.language);
  return `#${parts.toString().replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",")}`;
}

/** Layers that are not as at first (a minus before one that is off), colours, base and opacity as text. */
function sightTexts({ layers, colours, base, opacity }, first) {
  const on = layers.filter((key) => !first.layers.includes(key));
  const off = first.layers.filter((key) => !layers.includes(key)).map((key) => `-${key}`);
  const clear = `${opacity.targets}/${opacity.ground}`;
  return {
    layers: [...on, ...off].join(","),
    colour: coloursText(colours, first.colours),
    base: base === first.base ? "" : base || BLANK,
    opacity: clear === `${first.opacity.targets}/${first.opacity.ground}` ? "" : clear,
  };
}

/** A thing of a layer, by the layer's key and its number there. */
function thingOf(text, { layers }) {
  const [key, number] = (text ?? "").split("/");
  const layer = layers.find((one) => one.key === key);
  const feature = layer?.features[Number(number)];
  return feature ? { layer, feature } : null;
}

/** What a link names and the file does not hold, as it is written in the link; a view off the region is named `view`. */
export function missingOf(hash, payload) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const { models, layers } = payload;
  const named = (key) => (parts.get(key) ?? "").split(",").filter(Boolean);
  const view = viewOf(parts);
  return [
    ...named("model").concat(named("beside")).filter((name) => !models.some((model) => model.name === name)),
    ...named("target").filter((id) => !modelOfTarget(models, id)),
    ...named("thing").filter((text) => !thingOf(text, payload)),
    ...named("layers").map((key) => key.replace(/^-/, "")).filter((key) => !layers.some((layer) => layer.key === key)),
    ...named("swipe").slice(0, 2).filter((code) => !sideOf(code, payload)),
    ...(view && !isOver(view, payload.bounds) ? [VIEW] : []),
  ];
}

/** In `missingOf`: the view lies off the region. */
export const VIEW = "view";

/**
 * Whether any of the region is in a view.
 * @param {{bounds?: number[], latitude?: number, longitude?: number}} view
 * @param {number[]} region west, south, east, north
 */
export function isOver({ bounds, latitude, longitude }, [west, south, east, north]) {
  const [left, bottom, right, top] = bounds ?? [longitude, latitude, longitude, latitude];
  return left <= east && right >= west && bottom <= north && top >= south;
}

function weightsText(weights) {
  const changed = Object.entries(weights).filter(([, weight]) => weight !== FITTED_WEIGHT);
  return changed.map(([name, weight]) => `${name}:${weight}`).join(",");
}

/** Colours that are not as at first; a layer that is of one colour now has a minus before it. */
function coloursText(colours, first) {
  const other = Object.entries(colours).filter(([key, by]) => first[key] !== by).map(([key, by]) => `${key}:${by}`);
  const plain = Object.keys(first).filter((key) => !colours[key]).map((key) => `-${key}`);
  return [...other, ...plain].join(",");
}

/** The model that a target belongs to, where a link names the target alone. */
function modelOfTarget(models, id) {
  return id && models.find((model) => model.targets.some((target) => target.target_id === id));
}

/** What a link says, as a patch of the state and a view; what it does not say keeps its default. */
export function fromHash(hash, payload) {
  const { models } = payload;
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const model = models.find((one) => one.name === parts.get("model")) ?? modelOfTarget(models, parts.get("target")) ?? models[0];
  const beside = (parts.get("beside") ?? "").split(",").filter((name) => models.some((one) => one.name === name));
  const id = parts.get("target");
  const target = id ? model.targets.find((one) => one.target_id === id) : null;
  const patch = {
    model: model.name,
    shown: [...new Set([...beside, model.name])],
    filters: filtersOf(parts),
    weights: weightsOf(parts.get("weights"), model),
    ground: groundOf(parts.get("ground"), model, models),
    outside: parts.get("outside") === "1",
    tint: parts.get("tint") === "spread" && models.some(hasSpread) ? "spread" : "class",
    sort: sortOf(parts.get("sort")),
    selected: target?.target_id ?? null,
    past: pastYear(parts.get("past"), models),
    ...swipeOf(parts, payload),
    tour: parts.get("tour") === "1" && Boolean(target),
    feature: target ? null : thingOf(parts.get("thing"), payload),
    ...sightOf(parts, payload),
  };
  return { patch, view: viewOf(parts), language: parts.get("language"), notes: readNotes(parts.getAll("note")) };
}

/** Two sides of a link, which are compared, and the divider between them. */
function swipeOf(parts, payload) {
  const { swipe = null, divider = null } = sidesOfLink(parts.get("swipe"), payload) ?? {};
  return { swipe, divider: between(divider ?? MIDDLE, 0, 1) };
}

/** A year of a link, where any model was back-tested. */
function pastYear(text, models) {
  const year = Number(text);
  return text && Number.isInteger(year) && models.some((model) => model.past) ? year : null;
}

function sightOf(parts, payload) {
  const first = firstSight(payload);
  const named = (parts.get("layers") ?? "").split(",");
  const drawable = payload.layers.filter((layer) => layer.kind !== "image");
  const isOn = ({ key }) => named.includes(key) || (first.layers.includes(key) && !named.includes(`-${key}`));
  const colours = (parts.get("colour") ?? "").split(",").map((one) => one.split(":"));
  const known = colours.filter(([key, by]) => drawable.some((layer) => layer.key === key && layer.groupings.includes(by)));
  const kept = Object.entries(first.colours).filter(([key]) => !colours.some(([name]) => name === `-${key}`));
  const [targets, ground] = (parts.get("opacity") ?? "").split("/");
  return {
    layers: drawable.filter(isOn).map(({ key }) => key),
    colours: Object.fromEntries([...kept, ...known]),
    base: baseOf(parts.get("base"), payload, first),
    opacity: { targets: shareOf(targets, first.opacity.targets), ground: shareOf(ground, first.opacity.ground) },
  };
}

function baseOf(text, payload, first) {
  if (text === BLANK) return "";
  const bases = payload.layers.filter((layer) => layer.kind === "image").map(({ key }) => key);
  return [...bases, ...(payload.basemap ? [TILES] : [])].includes(text) ? text : first.base;
}

function shareOf(text, otherwise) {
  return text ? between(Number(text), 0, 1) : otherwise;
}

function filtersOf(parts) {
  const filters = { ...NO_FILTERS, newGroundOnly: parts.get("new") === "1" };
  for (const [filter, key] of Object.entries(KEYS)) {
    const text = parts.get(key) ?? "";
    if (typeof NO_FILTERS[filter] === "string") filters[filter] = text;
    else filters[filter] = between(Number(text), 0, SHARES.has(filter) ? 1 : Infinity);
  }
  return filters;
}

function between(value, low, high) {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low;
}

function weightsOf(text, model) {
  const named = (text ?? "").split(",").map((one) => one.split(":"));
  const known = named.filter(([name]) => model.what_if && model.evidence.some((one) => one.name === name));
  return Object.fromEntries(known.map(([name, weight]) => [name, between(Number(weight), 0, HEAVIEST)]));
}

function groundOf(text, model, models) {
  const [kind, name, least] = (text ?? "").split("/");
  if (kind === "score" && model.overlay) return { kind };
  if (kind === "evidence" && model.evidence.some((one) => one.name === name && one.picture)) return { kind, name };
  const other = models.find((one) => one.name === name && one !== model && one.overlay);
  if (kind === "together" && model.overlay && other) return { kind, name, least: between(Number(least), 0, 100) };
  return NO_GROUND;
}

/** Columns that a list can be sorted by. */
const SORTABLE = new Set(["rank", "target_id", "score", "percentile_spread", "held_share", "area_km2"]);

function sortOf(text) {
  const [, minus, key] = /^(-?)([a-z_0-9]+)$/.exec(text ?? "") ?? ["", "", ""];
  return SORTABLE.has(key) ? { key, descending: minus === "-" } : { key: "rank", descending: false };
}

/**
 * What was in view: bounds, or in links of an earlier form centre and zoom; null where the link says nothing.
 * @returns {?{bounds?: number[], latitude?: number, longitude?: number, zoom?: number}}
 */
function viewOf(parts) {
  const numbers = (key, count) => {
    const found = (parts.get(key) ?? "").split("/").map(Number);
    return found.length === count && found.every(Number.isFinite) ? found : null;
  };
  const bounds = numbers("bounds", 4);
  if (bounds && bounds[0] < bounds[2] && bounds[1] < bounds[3]) return { bounds };
  const [latitude, longitude, zoom] = numbers("view", 3) ?? [];
  return zoom === undefined ? null : { latitude, longitude, zoom };
}
