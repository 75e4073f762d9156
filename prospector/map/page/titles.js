// The titles that a target meets, as a table: whose, of what kind and state, how large, until when.

import { TENURE_LABEL, TENURE_WORDS } from "./groups.js";
import { h } from "./dom.js";
import { count, fixed, percent } from "./numbers.js";
import { say, told } from "./words.js";

const LAYER = "concessions";
const ID = "concession id";
const MOST_ROWS = 12;

/**
 * What finds the title of an id among the layer's features.
 * @returns {(id: string) => ?{layer: object, feature: object}}
 */
export function titleFinder(payload) {
  let found = null;
  return (id) => {
    found ??= titlesOf(payload);
    return found.get(id) ?? null;
  };
}

function titlesOf({ layers }) {
  const layer = layers.find((one) => one.key === LAYER);
  if (!layer) return new Map();
  return new Map(layer.features.map((feature) => [rowOf(feature, ID), { layer, feature }]));
}

function rowOf(feature, label) {
  return feature.rows.find(([name]) => name === label)?.[1] ?? "";
}

/**
 * The table, largest overlap first; a title's name opens its card.
 * @param {Array<[string, number, number]>} overlaps
 * @param {(id: string) => ?{layer: object, feature: object}} find
 * @param {(thing: {layer: object, feature: object}) => void} open
 */
export function titlesTable(overlaps, find, open) {
  const heads = [say("Title and holder"), "ha", say("share"), say("until")];
  const rest = overlaps.length - MOST_ROWS;
  return h("div", {},
    h("table", { class: "titles" },
      h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, overlaps.slice(0, MOST_ROWS).map(([id, hectares, share]) => titleRow(id, find(id), open, [fixed(hectares, hectares < 10 ? 1 : 0), percent(share)])))),
    rest > 0 ? h("p", { class: "small" }, say("and {n} smaller ones", { n: count(rest) })) : null);
}

function titleRow(id, thing, open, figures) {
  const read = (label) => (thing ? rowOf(thing.feature, label) : "");
  const name = thing?.feature.name || id;
  const class_ = read(TENURE_LABEL);
  const about = [told(read("holder")) || say("holder not stated"), told(read("kind")), class_ ? say(TENURE_WORDS[class_] ?? class_) : "", told(read("state"))].filter(Boolean).join(" · ");
  return h("tr", {},
    h("th", { scope: "row" },
      class_ ? h("span", { class: `share-key share-${class_}`, "aria-hidden": "true" }) : null,
      thing ? h("button", { type: "button", class: "link", onclick: () => open(thing) }, name) : name,
      h("span", { class: "muted" }, about)),
    figures.map((text) => h("td", {}, text)),
    h("td", {}, read("expires") || "–"));
}
