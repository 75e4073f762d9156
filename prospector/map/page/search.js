// What a search finds beside targets: towns, deposits, salars and other named things, titles and their holders.

import { folded } from "./fold.js";
import { featureName } from "./words.js";

const MOST_FOUND = 7;
/** Rows of a card by which its thing is found as well. */
const FOUND_BY = new Set(["concession id", "file number", "salar id", "deposit id"]);
const HOLDER = "holder";
const PRIVATE = "private holder";
/** Puts a title behind all else that has the words. */
const TITLE_WEIGHT = 3;

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} text folded, what is searched
 * @property {object} layer
 * @property {object[]} features one, or all titles of a holder
 * @property {boolean} isTitle
 */

/**
 * Everything with a name on the map.
 * @param {{layers: object[]}} payload
 * @returns {Entry[]}
 */
export function listPlaces(payload) {
  return payload.layers.filter(({ kind }) => kind !== "image").flatMap(placesOf);
}

/** What of a layer has a name, then the holders of its titles. */
function placesOf(layer) {
  const [entries, holders, uses] = [[], new Map(), new Map()];
  for (const feature of layer.features) {
    const { codes, holder } = named(feature.rows, uses);
    const name = featureName(layer, feature) || String(codes[0] ?? "");
    if (name) entries.push({ name, text: folded([name, feature.name, ...codes].join(" ")), layer, features: [feature], isTitle: Boolean(holder) });
    if (!holder || holder === PRIVATE) continue;
    if (holders.has(holder)) holders.get(holder).push(feature);
    else holders.set(holder, [feature]);
  }
  for (const [holder, features] of holders) entries.push({ name: String(holder), text: folded(String(holder)), layer, features, isTitle: false });
  return entries;
}

/** The codes of a card's rows and its holder; a layer's labels are few, so what each is for is asked once. */
function named(rows, uses) {
  const found = { codes: [], holder: null };
  for (const [label, value] of rows) {
    if (!uses.has(label)) uses.set(label, label.toLowerCase());
    const use = uses.get(label);
    if (use === HOLDER) found.holder ??= value;
    else if (FOUND_BY.has(use)) found.codes.push(value);
  }
  return found;
}

/**
 * The entries that hold every word of a query: those that begin with it first, then in the order of the layers, points first.
 * Titles come last: a register repeats the names of salars and towns many times.
 * @param {Entry[]} entries
 * @param {string} query
 */
export function findPlaces(entries, query) {
  const text = folded(query.trim());
  if (text.length < 2) return [];
  const words = text.split(/\s+/);
  const found = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
  const weight = (entry) => (entry.text === text ? 0 : entry.text.startsWith(text) ? 1 : 2) + (entry.layer.kind === "point" ? 0 : 0.5) + (entry.isTitle ? TITLE_WEIGHT : 0);
  return found.map((entry) => ({ entry, weight: weight(entry) })).sort((one, other) => one.weight - other.weight).slice(0, MOST_FOUND).map(({ entry }) => entry);
}
