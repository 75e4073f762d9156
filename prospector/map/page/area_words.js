// What lies in an area, in words and figures for the reader.

import { h } from "./dom.js";
import { TENURE, TENURE_LABEL, TENURE_WORDS } from "./groups.js";
import { area, count, fixed, percent } from "./numbers.js";
import { rowValue } from "./area_figures.js";
import { headline } from "./place.js";
import { say, told } from "./words.js";
import { rankOf } from "./what_if.js";

const FIRST_ROWS = 10;
/** Fewer cells of the picture say nothing of how the score is spread. */
const LEAST_CELLS = 20;

/** @param {import("./area_figures.js").AreaFigures} found */
export function figuresContent(found, model, { openTarget, openTitle }) {
  return [
    h("p", { class: "area-size" }, h("b", {}, area(found.km2, "km²"))),
    h("h3", {}, `${say("Targets")}: ${told(model.label)}`), targetsPart(found, model, openTarget),
    h("h3", {}, say("Whose ground")), groundPart(found),
    h("h3", {}, say("Titles")), titlesPart(found, openTitle),
    h("h3", {}, say("Score by class")), scoresPart(found, model),
  ];
}

function targetsPart({ targets }, model, open) {
  if (!targets.length) return h("p", {}, say("No target of this deposit model lies in it."));
  const whole = targets.reduce((sum, { km2 }) => sum + km2, 0);
  const best = targets.reduce((least, { target }) => Math.min(least, rankOf(model, target)), Infinity);
  const words = { n: count(targets.length), area: area(whole, "km²"), rank: count(best) };
  const row = ({ target, km2 }) => [count(rankOf(model, target)), h("button", { type: "button", class: "link", onclick: () => open(model, target) }, headline(target)), area(km2, "km²")];
  const text = targets.length === 1 ? say("1 target, {area} of it in the area, rank {rank}.", words) : say("{n} targets, {area} of them in the area, best rank {rank}.", words);
  return [h("p", { class: "area-targets" }, text), ...shortTable(["#", say("Where"), say("in the area")], targets.map((one) => () => row(one)))];
}

/** Shares of the ground by class, each place once; unknown first, and never called open. */
function groundPart({ ground, km2, asOf, titles }) {
  const shown = Object.entries(ground).filter(([, part]) => part / km2 > 1e-6);
  const bar = (name) => h("span", { class: "area-key", style: { background: TENURE[name] }, "aria-hidden": "true" });
  const note = titles ? say("Ground without a title on record, and not known to be open, counts as unknown.") : say("This map has no register of titles: all ground is unknown.");
  return [
    h("table", { class: "area-table area-ground" }, h("tbody", {}, shown.map(([name, part]) => h("tr", {}, h("th", { scope: "row" }, bar(name), say(TENURE_WORDS[name])), h("td", {}, hectaresText(part)), h("td", {}, area(part, "km²")), h("td", {}, percent(part / km2)))))),
    h("p", { class: "small" }, [asOf ? say("Tenure as of {date}.", { date: asOf }) : "", say("Unknown ground is not open ground."), note].filter(Boolean).join(" ")),
  ];
}

function hectaresText(km2) {
  return `${fixed(km2 * 100, km2 < 0.1 ? 1 : 0)} ha`;
}

function titlesPart({ titles, asOf }, open) {
  if (!titles) return h("p", {}, say("not stated"));
  if (!titles.length) return h("p", {}, say("No title on record touches it."));
  const holders = new Map();
  for (const { feature, km2 } of titles) {
    const holder = told(String(rowValue(feature, "holder"))) || say("holder not stated");
    const before = holders.get(holder) ?? [0, 0];
    holders.set(holder, [before[0] + 1, before[1] + km2]);
  }
  const order = [...holders].sort((one, other) => other[1][1] - one[1][1]);
  const about = (feature) => [told(String(rowValue(feature, "holder"))), say(TENURE_WORDS[rowValue(feature, TENURE_LABEL)] ?? rowValue(feature, TENURE_LABEL)), told(String(rowValue(feature, "state")))].filter(Boolean).join(" · ");
  const title = ({ feature, km2 }) => [h("span", {}, h("button", { type: "button", class: "link", onclick: () => open(feature) }, feature.name || String(rowValue(feature, "concession id"))), h("span", { class: "muted" }, about(feature))), hectaresText(km2)];
  return [
    h("p", { class: "area-titles" }, titles.length === 1 ? say("1 title touches it.") : say("{n} titles touch it. Where titles overlap, each counts its own ground.", { n: count(titles.length) }), asOf ? ` ${say("Tenure as of {date}.", { date: asOf })}` : ""),
    ...shortTable([say("Holder"), say("Titles"), "ha"], order.map(([holder, [number, km2]]) => () => [holder, count(number), fixed(km2 * 100, 0)])),
    h("details", {}, h("summary", {}, say("Title by title")), shortTable([say("Title"), "ha"], titles.map((one) => () => title(one)))),
  ];
}

function scoresPart({ scores, km2 }, model) {
  if (!scores) return h("p", {}, say("This map has no picture of the score."));
  if (scores.cells < LEAST_CELLS) return h("p", {}, say("The area is too small to count classes of the score: it covers {n} cells.", { n: count(scores.cells) }));
  const row = (colour, text, part) => h("tr", {}, h("th", { scope: "row" }, h("span", { class: "area-key", style: { background: colour ?? "transparent" }, "aria-hidden": "true" }), text), h("td", {}, area(part, "km²")), h("td", {}, percent(part / km2)));
  const classes = model.colours.map((colour, place) => row(colour, `${model.breaks[place]} – ${model.breaks[place + 1]}`, scores.classes[place]));
  const rest = scores.without / km2 > 0.005 ? [row(null, say("without a score"), scores.without)] : [];
  return [h("table", { class: "area-table area-scores" }, h("tbody", {}, [...classes.reverse(), ...rest])), h("p", { class: "small" }, say("Classes of the {by}, counted in {n} cells of the picture.", { by: say(model.class_by), n: count(scores.cells) }))];
}

/** The first rows of a table and how many more there are. @param {Array<() => unknown[]>} rows made when they are shown */
function shortTable(heads, rows) {
  const line = (make) => h("tr", {}, make().map((cell) => h("td", {}, cell)));
  return [
    h("table", { class: "area-table" }, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, rows.slice(0, FIRST_ROWS).map(line))),
    rows.length > FIRST_ROWS ? h("p", { class: "small" }, say("and {n} more: all are in the file", { n: count(rows.length - FIRST_ROWS) })) : null,
  ];
}
