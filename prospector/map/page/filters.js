// The filters of the list, joined to the store.

import { choiceOfHolders } from "./holders.js";
import { slider } from "./controls.js";
import { fill, h } from "./dom.js";
import { createHistogram } from "./histogram.js";
import { fixed, percent } from "./numbers.js";
import { NO_FILTERS, openShare } from "./targets.js";
import { scoreOf } from "./what_if.js";
import { say, spokenLanguage } from "./words.js";

/**
 * All filters, the rarer ones folded away; beneath the search what it finds beside targets.
 * @param {ReturnType<import("./store.js").createStore>} store
 * @param {{find: (query: string) => object[], go: (place: object) => void}} places
 */
export function createFilters(store, places) {
  const change = (patch) => store.set({ filters: { ...store.get().filters, ...patch } });
  const search = h("input", { type: "search", id: "search", placeholder: say("Search place, deposit, holder, coordinates"), "aria-label": say("Search targets and places"), autocomplete: "off",
    oninput: () => change({ query: search.value }),
    onkeydown: (event) => { if (event.key === "Enter" && found.first()) places.go(found.first()); } });
  const found = placesFound(places);
  const score = slider({ id: "score", label: say("Score at least"), write: (value) => fixed(value, 2), onChange: (value) => change({ minimumScore: value }) });
  const open = slider({ id: "open", label: say("Open or vacant at least"), write: percent, onChange: (value) => change({ minimumOpen: value }) });
  const ground = h("input", { type: "checkbox", id: "new-ground", onchange: () => change({ newGroundOnly: ground.checked }) });
  const check = h("label", { class: "check" }, ground, say("New ground only"), h("span", { class: "muted" }, say("(no known deposit)")));
  const reset = h("button", { type: "button", class: "quiet", onclick: () => store.set({ filters: NO_FILTERS }) }, say("Clear filters"));
  const note = h("p", { class: "small" });
  const more = createMore(change, [score.element, open.element, note]);
  const element = h("div", { class: "filters" }, search, found.element, h("div", { class: "filter-last" }, check, reset, more.element));
  const spreads = [createHistogram(score.input, "score", scoreOf), createHistogram(open.input, "open", (_, target) => openShare(target))];
  const show = (model, filters, listed) => {
    for (const spread of spreads) spread(model, listed);
    if (search.value !== filters.query) search.value = filters.query;
    found.show(filters.query);
    ground.checked = filters.newGroundOnly;
    score.show(filters.minimumScore);
    open.show(filters.minimumOpen);
    more.show(model, filters, listed);
    reset.hidden = JSON.stringify(filters) === JSON.stringify(NO_FILTERS);
    const none = model.targets.every((target) => openShare(target) === 0);
    open.input.disabled = none && filters.minimumOpen === 0;
    note.hidden = !none;
    note.textContent = say("None is recorded as open or vacant. Unknown is not open.");
  };
  return { element, show };
}

/** What a search finds beside targets, each a button that goes there. */
function placesFound(places) {
  const element = h("ul", { class: "found", "aria-label": say("Places found"), hidden: true });
  let [results, shown] = [[], null];
  const item = (place) => h("li", {}, h("button", { type: "button", onclick: () => places.go(place) }, h("b", {}, place.name), " ", h("span", { class: "muted" }, place.about)));
  const show = (query) => {
    const key = `${spokenLanguage()} ${query}`;
    if (key === shown) return;
    shown = key;
    results = query.trim() ? places.find(query) : [];
    element.hidden = results.length === 0;
    fill(element, results.map(item));
  };
  return { element, show, first: () => results[0] };
}

/** The rarer filters: those that are given, holder, area and how the replicas agree. */
function createMore(change, first) {
  const holder = choiceOfHolders((value) => change({ holder: value }));
  const least = areaField("area-from", say("Least area in km²"), (value) => change({ minimumArea: value }));
  const most = areaField("area-to", say("Largest area in km²"), (value) => change({ maximumArea: value }));
  const top = slider({ id: "top", label: say("Best tenth in at least"), write: percent, onChange: (value) => change({ minimumTop: value }) });
  top.element.title = say("Share of the replicas that place a target in the best tenth of the ground");
  const area = h("div", { class: "field" }, h("span", {}, say("Area, km²")), h("span", { class: "field-pair" }, least, h("span", { "aria-hidden": "true" }, "–"), most));
  const element = h("details", { class: "more" }, h("summary", {}, say("More filters")), first, holder.element, area, top.element);
  let earlier = null;
  const spread = createHistogram(top.input, "top", (_, target) => target.top_tenth_share);
  const show = (model, filters, listed) => {
    spread(model, listed);
    if (model !== earlier) holder.list(model.targets);
    earlier = model;
    holder.show(filters.holder);
    showFigure(least, filters.minimumArea);
    showFigure(most, filters.maximumArea);
    top.show(filters.minimumTop);
    top.element.hidden = model.targets.every((target) => target.top_tenth_share === null);
    if (filters.minimumScore || filters.minimumOpen || filters.holder || filters.minimumArea || filters.maximumArea || filters.minimumTop) element.open = true;
  };
  return { element, show };
}

function areaField(id, label, onChange) {
  const input = h("input", { type: "number", id, min: 0, step: "any", inputmode: "decimal", "aria-label": label, placeholder: say("any"), oninput: () => onChange(Math.max(0, Number(input.value) || 0)) });
  return input;
}

function showFigure(input, value) {
  if ((Number(input.value) || 0) !== value) input.value = value ? String(value) : "";
}
