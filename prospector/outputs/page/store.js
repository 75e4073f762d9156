// The one changing value of the page, and the link that restores it.

import { NO_FILTERS } from "./targets.js";

/**
 * @typedef {object} State
 * @property {string} model name of the deposit model that is listed
 * @property {string[]} shown names of the deposit models that are drawn
 * @property {import("./targets.js").Filters} filters
 * @property {{key: string, descending: boolean}} sort
 * @property {?string} selected target_id
 * @property {?{layer: object, feature: object}} feature a clicked thing that is not a target
 * @property {?string} hovered target_id
 */

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
  return { model, shown, selected: null, feature: null, hovered: null };
}

/** A state, with the map's centre and zoom, as the text after `#`. */
export function toHash(state, view) {
  const { filters } = state;
  const parts = new URLSearchParams();
  parts.set("view", [view.latitude.toFixed(4), view.longitude.toFixed(4), view.zoom.toFixed(2)].join("/"));
  parts.set("model", state.model);
  if (state.selected) parts.set("target", state.selected);
  if (filters.query) parts.set("search", filters.query);
  if (filters.minimumScore) parts.set("score", filters.minimumScore);
  if (filters.minimumOpen) parts.set("open", filters.minimumOpen);
  if (filters.newGroundOnly) parts.set("new", "1");
  return `#${parts.toString().replaceAll("%2F", "/")}`;
}

/** What a link says, as a patch of the state and a view; what it does not say keeps its default. */
export function fromHash(hash, models) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const model = models.find((one) => one.name === parts.get("model")) ?? models[0];
  const target = model?.targets.find((one) => one.target_id === parts.get("target"));
  const filters = {
    ...NO_FILTERS,
    query: parts.get("search") ?? "",
    minimumScore: shareOf(parts.get("score")),
    minimumOpen: shareOf(parts.get("open")),
    newGroundOnly: parts.get("new") === "1",
  };
  return { patch: { model: model?.name ?? "", filters, selected: target?.target_id ?? null }, view: viewOf(parts.get("view")) };
}

function shareOf(text) {
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0;
}

function viewOf(text) {
  const [latitude, longitude, zoom] = (text ?? "").split("/").map(Number);
  return [latitude, longitude, zoom].every(Number.isFinite) ? { latitude, longitude, zoom } : null;
}
