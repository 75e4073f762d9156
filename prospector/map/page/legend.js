// The legend: classes with counts, what lies under the targets, and the layers in sight.

import { schematicTag, swatch } from "./controls.js";
import { togetherColours } from "./compare.js";
import { h } from "./dom.js";
import { groupedOpacity } from "./groups.js";
import { count, figure, fixed, measured, printed } from "./numbers.js";
import { sideName } from "./sides.js";
import { classCounts, MOVES, moveOf, tintOf } from "./targets.js";
import { say, told } from "./words.js";

/**
 * @param {object} model the listed one
 * @param {object[]} listed targets
 * @param {{ground: object, models: object[], beside: Array<{model: object, targets: object[]}>, outside: boolean, layers: object[], groupingOf: (layer: object) => object, both: ?boolean, past: ?Element, sides: ?{left: import("./sides.js").Side, right: import("./sides.js").Side}}} sight
 */
export function legendContent(model, listed, { ground, models, beside, outside, layers, groupingOf, both, past, sides }) {
  const known = listed.some((target) => target.known_deposits > 0);
  const drawn = layers.filter((layer) => layer.kind !== "image" && !groupingOf(layer));
  const grouped = layers.filter(groupingOf);
  return [
    sides ? sidesContent(sides) : null,
    sides ? h("div", { class: "legend-model" }, h("h3", {}, legendTitle(model)), ofListed(model, listed)) : ofListed(model, listed),
    beside.map(({ model: other, targets }) => h("div", { class: "legend-model" }, h("h3", {}, legendTitle(other)), classes(other, targets))),
    sides ? null : groundContent(model, ground, models, both),
    past,
    grouped.map((layer) => groups(layer, groupingOf(layer))),
    h("ul", { class: "keys keys-targets" },
      outlined("is-new", say("no known deposit")), known ? outlined("is-known", say("around known deposits")) : null,
      outside ? h("li", {}, h("span", { class: "key key-outside" }), say("outside the area of applicability")) : null),
    h("ul", { class: "keys keys-layers" },
      drawn.map((layer) => h("li", {}, swatch(layer), h("span", {}, told(layer.label), schematicTag(layer))))),
  ];
}

function ofListed(model, listed) {
  return model.rescored ? moves(model, listed) : classes(model, listed);
}

/** What the legend as a whole is of: the listed targets, or two sides. */
export function legendHeading(model, sides) {
  return sides ? say("Left and right of the divider") : legendTitle(model);
}

/** What the colours of the listed targets say. */
export function legendTitle(model) {
  if (model.rescored) return say("{model}: how ranks move", { model: told(model.label) });
  if (model.tint) return say("{model}: how far the percentile moves when the run is repeated", { model: told(model.label) });
  return model.class_by === "score"
    ? say("{model}: score of the listed targets", { model: told(model.label) })
    : say("{model}: % of the ground that scores lower", { model: told(model.label) });
}

function targetsText(n) {
  return n === 1 ? say("1 target") : say("{n} targets", { n: count(n) });
}

function classes(model, listed) {
  const counts = classCounts(model, listed);
  return h("ol", { class: "classes" }, classKeys(model).map(({ colour, text }, index) => colourItem(colour, text, targetsText(counts[index]))));
}

function moves(model, listed) {
  const countOf = (move) => listed.filter((target) => moveOf(model, target) === move).length;
  return h("ol", { class: "classes" }, classKeys(model).map(({ colour, text, move }) => colourItem(colour, text, targetsText(countOf(move)))));
}

/**
 * Colours of a model's targets and what each says, lowest first.
 * @returns {Array<{colour: string, text: string, move?: string}>}
 */
export function classKeys(model) {
  const words = { rises: say("rises"), stays: say("stays"), falls: say("falls") };
  if (model.rescored) return Object.entries(MOVES).map(([move, colour]) => ({ colour, text: words[move], move }));
  const { breaks, colours } = tintOf(model);
  return colours.map((colour, index) => ({ colour, text: `${classFigure(model, breaks[index])} – ${classFigure(model, breaks[index + 1])}` }));
}

function colourItem(colour, text, note = "") {
  return h("li", {}, h("span", { class: "class-colour", style: { background: colour } }), h("span", {}, text), h("span", { class: "muted" }, note));
}

function classFigure(model, value) {
  return tintOf(model).key === "score" ? fixed(value, 2) : String(value);
}

function outlined(className, words) {
  return h("li", {}, h("span", { class: `key key-polygon ${className}` }), words);
}

/** What lies under the targets. */
function groundContent(model, ground, models, both) {
  if (ground.kind === "score") return h("p", { class: "legend-ground" }, say("Under the targets: {class_by} of every unit, same colours", { class_by: say(model.class_by) }));
  if (ground.kind === "evidence") return evidenceContent(model.evidence.find((one) => one.name === ground.name));
  if (ground.kind === "together") return togetherContent(model, models.find((one) => one.name === ground.name), ground.least, both);
  return null;
}

/** What stands on either side of the divider. */
function sidesContent({ left, right }) {
  const one = (heading, { evidence }) => h("div", { class: "legend-ground legend-side" }, h("h3", {}, heading), evidence ? ramp(evidence) : null);
  return h("div", { class: "legend-sides" }, one(say("Left: {what}", { what: sideName(left) }), left), one(say("Right: {what}", { what: sideName(right) }), right));
}

function evidenceContent(one) {
  return h("div", { class: "legend-ground" }, h("h3", {}, `${told(one.label)}`, schematicTag(one)), ramp(one));
}

/** A bar of the evidence's colours between its two ends. */
export function ramp(one) {
  const [least, most] = [measured(one.low, one), measured(one.high, one)];
  const low = one.low_unresolved ? say("within {measure}", { measure: figure(least) }) : figure(least);
  return h("div", { class: "ramp" }, h("span", {}, low), h("span", { class: "ramp-colours" }), h("span", {}, printed(`${figure(most)} ${told(one.unit)}`.trim())));
}

function togetherContent(first, second, least, both) {
  const colours = togetherColours();
  const nowhere = both === false ? say("nowhere") : "";
  return h("div", { class: "legend-ground" },
    h("h3", {}, say("Ground at percentile {least} and above", { least })),
    h("ol", { class: "classes" }, colourItem(colours.first, told(first.label)), colourItem(colours.second, told(second.label)), colourItem(colours.both, say("both"), nowhere)));
}

/** The groups that a layer's features are coloured by. */
function groups(layer, grouping) {
  const item = ({ text, colour, count: n, hatched = false }) => h("li", {}, h("span", { class: hatched ? "key key-group share-unknown" : "key key-group", style: hatched ? {} : { background: `color-mix(in srgb, ${colour} ${Math.round(100 * groupedOpacity(layer))}%, var(--swatch-ground))` } }), h("span", {}, told(text)), h("span", { class: "muted" }, count(n)));
  return h("div", { class: "legend-ground" }, h("h3", {}, say("{layer} by {what}", { layer: told(layer.label), what: told(grouping.by) })), h("ul", { class: "keys" }, grouping.groups.map(item)));
}
