// Which targets are listed, in what order, in what class. No drawing here: arrays in, arrays out.

import { folded } from "./fold.js";
import { reasons } from "./reasons.js";
import { rankOf, rise, scoreOf } from "./what_if.js";
import { say, spokenLanguage, told } from "./words.js";

/**
 * @typedef {object} Filters
 * @property {string} query text to be found in any of a target's words
 * @property {number} minimumScore least score, 0 to 1
 * @property {boolean} newGroundOnly leave out targets that hold a known deposit
 * @property {number} minimumOpen least share of open and vacant ground, 0 to 1
 * @property {string} holder text to be found in the name of a holder
 * @property {number} minimumArea least area in km2
 * @property {number} maximumArea largest area in km2, 0 for any
 * @property {number} minimumTop least share of the replicas that place it in the best tenth, 0 to 1
 */

/** The filters that let everything through. */
export const NO_FILTERS = Object.freeze({
  query: "", minimumScore: 0, newGroundOnly: false, minimumOpen: 0, holder: "", minimumArea: 0, maximumArea: 0, minimumTop: 0,
});

/** What a target's colour says when the evidence weighs otherwise: safe for colour-blind readers. */
export const MOVES = Object.freeze({ rises: "#0072b2", stays: "#bfc5ca", falls: "#e69f00" });

/** Steps of the percentile's standard deviation over the replicas, steady to unsteady: pale to dark. */
export const SPREAD = Object.freeze({ key: "percentile_spread", breaks: [0, 1, 2, 5, 10, 100], colours: ["#feedde", "#fdbe85", "#fd8d3c", "#d94801", "#7f2704"] });
const NOT_KNOWN = "#bfc5ca";

/** Whether replicas say how steady a model's targets are. */
export function hasSpread(model) {
  return model.targets.some((target) => target.percentile_spread !== null);
}

/**
 * What the colour of a model's targets says: their class, or how steady they are.
 * @returns {{key: string, breaks: number[], colours: string[]}}
 */
export function tintOf(model) {
  return model.tint ?? { key: model.class_by, breaks: model.breaks, colours: model.colours };
}

/** Share of a target that is open or vacant. Unknown ground does not count. */
export function openShare(target) {
  return target.open_share + target.vacant_share;
}

/** True where no deposit is known in the target. */
export function isNewGround(target) {
  return target.known_deposits === 0;
}

/** The names that a text of a table holds; the rule of name_lists.py. */
export function parted(text) {
  return text.split(";").map((name) => name.trim()).filter(Boolean);
}

/** Holders of the titles that touch a target. */
export function holdersOf(target) {
  return parted(target.holders);
}

const kept = new WeakMap();

/** Texts of a model's targets that were searched already, by place: their names, and by language what is said of their evidence. */
function textsOf(model) {
  if (!kept.has(model)) kept.set(model, { names: [], language: "", evidence: [] });
  const texts = kept.get(model);
  if (texts.language !== spokenLanguage()) Object.assign(texts, { language: spokenLanguage(), evidence: [] });
  return texts;
}

/** A target's names, folded. */
function namesOf(target) {
  const { target_id, name, known_names, nearest_deposit, place, nearest_town, holders, concession_ids } = target;
  return folded(`${target_id} ${name} ${known_names} ${nearest_deposit} ${place} ${nearest_town} ${holders} ${concession_ids}`);
}

/** What is said of a target's evidence, folded. */
function evidenceText(model, target) {
  return folded(reasons(model, target).map((one) => one.text).join(" "));
}

/** Words of a query that can stand in what is said of evidence: in a label or unit, and figures beside such a word. */
function evidenceWords(model, words) {
  const said = folded(`${model.evidence.map((one) => `${told(one.label)} ${told(one.unit)}`).join(" ")} ${say("within {measure}", { measure: "" })}`);
  const named = words.filter((word) => said.includes(word));
  return new Set(named.length ? [...named, ...words.filter((word) => /\d/.test(word))] : []);
}

/**
 * What tells whether a target holds every word of a query, whatever the accents and the case.
 * @returns {(target: object) => boolean}
 */
export function searcher(model, query) {
  const words = folded(query.trim()).split(/\s+/).filter(Boolean);
  const wide = evidenceWords(model, words);
  const texts = textsOf(model);
  return (target) => {
    const { index } = target;
    const names = (texts.names[index] ??= namesOf(target));
    return words.every((word) => names.includes(word) || (wide.has(word) && (texts.evidence[index] ??= evidenceText(model, target)).includes(word)));
  };
}

/** True when a target passes every filter; every word of the query must be found. */
export function passes(model, target, filters) {
  if (scoreOf(model, target) < filters.minimumScore) return false;
  if (filters.newGroundOnly && !isNewGround(target)) return false;
  if (filters.minimumOpen > 0 && openShare(target) < filters.minimumOpen) return false;
  if (target.area_km2 < filters.minimumArea) return false;
  if (filters.maximumArea > 0 && target.area_km2 > filters.maximumArea) return false;
  if (filters.minimumTop > 0 && (target.top_tenth_share ?? 0) < filters.minimumTop) return false;
  if (filters.holder.trim() !== "" && !folded(target.holders).includes(folded(filters.holder.trim()))) return false;
  return filters.query.trim() === "" || searcherOf(model, filters.query)(target);
}

const searchers = new WeakMap();

/** The searcher of a model's last query: it is made once, not for each target. */
function searcherOf(model, query) {
  const key = `${spokenLanguage()} ${query}`;
  if (searchers.get(model)?.key !== key) searchers.set(model, { key, matches: searcher(model, query) });
  return searchers.get(model).matches;
}

/** What a column shows of a target: rank and score are those of the view. */
function shownValue(model, target, key) {
  if (key === "rank") return rankOf(model, target);
  if (key === "score") return scoreOf(model, target);
  return target[key];
}

/** Targets in the order of one column; ties keep the order of rank, missing values come last. */
export function sorted(model, targets, { key, descending }) {
  if (key === "rank" && !descending) return byRank(model, targets);
  const sign = descending ? -1 : 1;
  const keyed = targets.map((target) => ({ target, value: shownValue(model, target, key), rank: rankOf(model, target) }));
  keyed.sort((one, other) => {
    if (one.value === other.value) return one.rank - other.rank;
    if (one.value === null) return 1;
    if (other.value === null) return -1;
    return sign * (one.value < other.value ? -1 : 1);
  });
  return keyed.map(({ target }) => target);
}

/** In order of the view's rank, each put in its place: a payload's targets are in order of the run's. */
function byRank(model, targets) {
  if (!model.rescored) return targets;
  const places = Array.from({ length: model.targets.length }, () => null);
  for (const target of targets) places[rankOf(model, target) - 1] = target;
  return places.filter(Boolean);
}

/** Index of the class a value falls in: lower bound included, the last class closed. */
export function classIndex(value, breaks) {
  const last = breaks.length - 2;
  for (let index = last; index > 0; index -= 1) if (value >= breaks[index]) return index;
  return 0;
}

/** The colour of a target in its deposit model, or of how it moved where the evidence weighs otherwise. */
export function targetColour(model, target) {
  if (model.rescored) return MOVES[moveOf(model, target)];
  const { key, breaks, colours } = tintOf(model);
  return target[key] === null ? NOT_KNOWN : colours[classIndex(target[key], breaks)];
}

/** Whether a target's rank rises, stays or falls under other weights. */
export function moveOf(model, target) {
  const moved = rise(model, target);
  if (moved === 0) return "stays";
  return moved > 0 ? "rises" : "falls";
}

/** How many targets fall in each class. */
export function classCounts(model, targets) {
  const { key, breaks, colours } = tintOf(model);
  const counts = colours.map(() => 0);
  for (const target of targets) if (target[key] !== null) counts[classIndex(target[key], breaks)] += 1;
  return counts;
}
