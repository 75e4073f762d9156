// Telling the features of a layer apart by what their cards say: holder, state, type, year.

import { fixed } from "./numbers.js";
import { classIndex } from "./targets.js";
import { say } from "./words.js";

/** Okabe and Ito's colours, and two more, for kinds; purples for figures; grey for all others. */
const KINDS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#332288"];
const FIGURES = ["#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f"];
/** Tenure has a palette of its own: that of cards and files. Unknown is hatched. */
export const TENURE = Object.freeze({ unknown: "#c3cbd2", held: "#44346b", applied_for: "#9b86c4", reserved: "#d9962b", vacant: "#6fb3dc", open: "#1d8a6b" });
/** Words of the classes of tenure, in order of precedence. */
export const TENURE_WORDS = Object.freeze({ unknown: "unknown", held: "held", applied_for: "applied for", reserved: "reserved", vacant: "vacant mine", open: "open" });
/** The row of a title's card that holds its class. */
export const TENURE_LABEL = "tenure class";
const OTHERS = "#9aa3ab";
const NOTHING = "#ffffff";

const GROUPED_OPACITY = 0.65;

/** How strongly groups of polygons are filled: rocks that serve as ground as weakly as their style says. */
export function groupedOpacity({ kind, style, colour_by: first }) {
  if (kind !== "polygon") return 1;
  return first ? style.fill_opacity : Math.max(GROUPED_OPACITY, style.fill_opacity);
}

/**
 * @typedef {object} Grouping
 * @property {string} by label of the row that tells features apart
 * @property {Array<{text: string, colour: string, count: number}>} groups
 * @property {(feature: object) => string} colourOf
 */

/**
 * Groups of a layer's features by one row of their cards.
 * @param {{features: object[]}} layer
 * @param {string} by
 * @returns {Grouping}
 */
export function groupBy(layer, by) {
  const values = layer.features.map((feature) => valueOf(feature, by)).filter((value) => value !== null);
  const missing = layer.features.length - values.length;
  if (by === TENURE_LABEL) return byTenure(by, values, missing);
  return values.every((value) => typeof value === "number") ? byFigure(by, values, missing) : byKind(by, values, missing);
}

function valueOf(feature, by) {
  return feature.rows.find(([label]) => label === by)?.[1] ?? null;
}

/** How often each value is there. */
function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Classes of tenure in their own order and colours. */
function byTenure(by, values, missing) {
  const counts = tally(values);
  const groups = Object.keys(TENURE).map((name) => ({ text: say(TENURE_WORDS[name]), colour: TENURE[name], count: counts.get(name) ?? 0, hatched: name === "unknown" }));
  return withUnrecorded(by, groups.filter((group) => group.count), missing, (value) => TENURE[value] ?? OTHERS);
}

function byKind(by, values, missing) {
  const order = [...tally(values)].sort((one, other) => other[1] - one[1] || (String(one[0]) < String(other[0]) ? -1 : 1));
  const colours = new Map(order.slice(0, KINDS.length).map(([value], index) => [value, KINDS[index]]));
  const groups = order.slice(0, KINDS.length).map(([value, count], index) => ({ text: String(value), colour: KINDS[index], count }));
  const others = order.slice(KINDS.length);
  if (others.length) groups.push({ text: say("{n} others", { n: others.length }), colour: OTHERS, count: total(others) });
  return withUnrecorded(by, groups, missing, (value) => colours.get(value) ?? OTHERS);
}

function total(counted) {
  return counted.reduce((sum, [, count]) => sum + count, 0);
}

/** Five classes of about as many features each, between whole figures. */
function byFigure(by, values, missing) {
  const order = [...values].sort((one, other) => one - other);
  const ends = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => order[Math.round(part * (order.length - 1))]);
  const breaks = [...new Set(ends)];
  if (breaks.length === 1) breaks.push(breaks[0]);
  const colours = breaks.slice(1).map((_, index) => FIGURES[Math.round((index * (FIGURES.length - 1)) / Math.max(1, breaks.length - 2))]);
  const groups = colours.map((colour, index) => ({
    text: `${plain(breaks[index])} – ${plain(breaks[index + 1])}`,
    colour,
    count: values.filter((value) => classIndex(value, breaks) === index).length,
  }));
  return withUnrecorded(by, groups, missing, (value) => colours[classIndex(value, breaks)]);
}

function plain(value) {
  return fixed(value, Number.isInteger(value) ? 0 : 1, false);
}

function withUnrecorded(by, groups, missing, colour) {
  if (missing) groups.push({ text: say("not recorded"), colour: NOTHING, count: missing });
  const colourOf = (feature) => {
    const value = valueOf(feature, by);
    return value === null ? NOTHING : colour(value);
  };
  return { by, groups, colourOf };
}
