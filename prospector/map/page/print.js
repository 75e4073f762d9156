// One sheet to hand over: A4 on its side, with all that a reader of paper needs beside the map.

import { fill, h } from "./dom.js";
import { TENURE_WORDS } from "./groups.js";
import { area, count, fixed } from "./numbers.js";
import { headline } from "./place.js";
import { mainTenure } from "./tenure.js";
import { rankOf, scoreOf } from "./what_if.js";
import { say, standing, told } from "./words.js";

const PRINTED_TARGETS = 10;
const SIZES_PT = [8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5];

/**
 * The parts of the sheet beside the map; empty until it is printed.
 * @returns {{head: HTMLElement, side: HTMLElement, foot: HTMLElement, show: (payload: object, model: object, targets: object[], legend: {title: string, key: Element, quote: string}) => void, fit: () => void, clear: () => void}}
 */
export function createSheet() {
  const [head, side, foot] = ["head", "side", "foot"].map((name) => h("div", { class: `print-${name}` }));
  const show = (payload, model, targets, legend) => {
    const { reporting, resolution, tenure } = standing(payload);
    const first = targets.slice(0, PRINTED_TARGETS);
    fill(head, h("h1", {}, `${told(payload.title)} · ${told(model.label)}`), legend.quote ? h("p", { class: "quote" }, legend.quote) : null, h("p", {}, [tenure, runWords(payload)].join(" · ")));
    fill(side, h("h2", {}, say("First {n} targets", { n: count(first.length) })), printedTargets(model, first), h("h2", {}, legend.title), legend.key.cloneNode(true));
    fill(foot, h("p", {}, h("b", {}, reporting), " ", resolution), h("p", {}, h("b", {}, say("Sources")), ": ", sourceWords(payload.sources)));
  };
  return { head, side, foot, show, fit: () => fitText(side), clear: () => { for (const part of [head, side, foot]) fill(part); } };
}

/** Write list and legend as large as they have room. */
function fitText(side) {
  for (const size of SIZES_PT) {
    side.style.setProperty("font-size", `${size}pt`);
    if (side.scrollHeight <= side.clientHeight) return;
  }
}

/** The run and what made it. */
export function runWords({ run_id: id, made_by: maker }) {
  return id ? `${say("Run {id}", { id })}, ${maker}` : maker;
}

function printedTargets(model, targets) {
  const row = (target) => h("tr", {}, [count(rankOf(model, target)), headline(target), fixed(scoreOf(model, target), 2), area(target.area_km2, "km²"), say(TENURE_WORDS[mainTenure(target).name])].map((text) => h("td", {}, text)));
  const heads = ["#", say("Where"), say("Score"), say("Area"), say("Whose")];
  return h("table", { class: "print-targets" }, h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, targets.map(row)));
}

/** Layers by their origin, each origin once. */
function sourceWords(sources) {
  const layers = new Map();
  for (const { layer, origin, date } of sources) {
    const from = [told(origin), told(date ?? "")].filter(Boolean).join(", ");
    layers.set(from, [...(layers.get(from) ?? []), told(layer)]);
  }
  return [...layers].map(([from, names]) => `${names.join(", ")}: ${from}`).join("; ");
}
