// The card: everything that is known of the selected target, or of a clicked thing.

import { fill, h, icon, iconButton, isNarrow, rowsTable } from "./dom.js";
import { area, degrees, fixed, percent, percentileText } from "./numbers.js";
import { isNewGround, targetColour } from "./targets.js";

const TENURE_WORDS = { unknown: "unknown", held: "held", applied_for: "applied for", reserved: "reserved", vacant: "vacant mine", open: "open" };
const PROTECTION_WORDS = { protected: "protected", not_protected: "not protected", protection_unknown: "protection unknown" };

/**
 * The card's element and how to fill it.
 * @param {{close: () => void, zoom: () => void}} actions
 */
export function createCard(actions) {
  const element = h("section", { class: "card", "aria-label": "Selected", "aria-live": "polite", hidden: true });
  const show = (head, body) => {
    const folded = isNarrow();
    element.hidden = false;
    element.classList.toggle("is-folded", folded);
    fill(element, cardHead(element, head, actions, folded), h("div", { class: "card-body" }, body));
  };
  return {
    element,
    hide: () => { element.hidden = true; },
    showTarget: (model, target, model_count, beneath) => show(targetHead(model, target, model_count), targetBody(target, beneath)),
    showFeature: (layer, feature) => show(featureHead(layer, feature), featureBody(layer, feature)),
  };
}

function cardHead(element, head, { close, zoom }, folded) {
  const unfold = h("button", { type: "button", class: "unfold", "aria-expanded": String(!folded), onclick: () => {
    const now = element.classList.toggle("is-folded");
    unfold.setAttribute("aria-expanded", String(!now));
  } }, h("span", {}, "Details"), icon("fold"));
  return h("header", { class: "card-head" }, head, h("div", { class: "card-tools" },
    unfold, iconButton("zoom", "Zoom to it", zoom), iconButton("close", "Close", close)));
}

function targetHead(model, target, count) {
  const badge = isNewGround(target) ? h("span", { class: "badge new" }, "No known deposit") : h("span", { class: "badge mines" }, "Around known mines");
  return h("div", { class: "card-title" },
    h("p", { class: "kicker" }, `${model.label} · rank ${target.rank} of ${count}`),
    h("h2", {}, h("span", { class: "swatch", style: { background: targetColour(model, target) } }), target.name || target.target_id),
    target.name ? h("p", { class: "muted" }, target.target_id) : null,
    badge);
}

function targetBody(target, beneath) {
  return [
    figures(target),
    mines(target),
    h("h3", {}, "Evidence"),
    evidence(target),
    h("h3", {}, "Tenure"),
    shareBar(target.tenure, TENURE_WORDS),
    h("p", { class: "small" }, tenureNote(target)),
    rowsTable([["Holders", target.holders || "none on record"], ["Concessions", target.concession_ids || "none on record"]]),
    h("h3", {}, "Protected ground"),
    shareBar(target.protection, PROTECTION_WORDS),
    h("h3", {}, "Place"),
    rowsTable(placeRows(target)),
    beneath.length ? [h("h3", {}, "Also here"), h("ul", { class: "beneath" }, beneath)] : null,
  ];
}

function figures(target) {
  const figure = (value, label, hint) => h("div", { title: hint }, h("b", {}, value), h("span", {}, label));
  return h("div", { class: "figures" },
    figure(fixed(target.score, 3), "score", "Favourability, 0 to 1, comparable within one deposit model; not a probability of a deposit"),
    figure(percentileText(target.percentile), "percentile", "Share of all units that score lower"),
    figure(area(target.area_km2), "km²", "Area in square kilometres"));
}

function mines(target) {
  if (isNewGround(target)) return null;
  const count = target.known_deposits === 1 ? "1 known deposit" : `${target.known_deposits} known deposits`;
  return h("p", { class: "callout" }, h("b", {}, `Holds ${count}: `), target.known_names);
}

/** Evidence as bars on both sides of a zero line, strongest first, the words above each bar. */
function evidence({ evidence_for, evidence_against }) {
  const largest = Math.max(...[...evidence_for, ...evidence_against].map(([, weight]) => Math.abs(weight ?? 0)), 1e-9);
  const rows = [...evidence_for.map((row) => [...row, "for"]), ...evidence_against.map((row) => [...row, "against"])];
  if (rows.length === 0) return h("p", { class: "small" }, "No evidence is listed for this target.");
  const scale = h("div", { class: "evidence-scale", "aria-hidden": "true" }, h("span", {}, "◂ against"), h("span", {}, "for ▸"));
  return h("div", { class: "evidence" }, scale, rows.map(([text, weight, side]) => evidenceRow(text, weight ?? 0, side, largest)));
}

function evidenceRow(text, weight, side, largest) {
  const width = `${(50 * Math.abs(weight)) / largest}%`;
  const figure = `${side === "for" ? "+" : "−"}${fixed(Math.abs(weight), 2)}`;
  return h("div", { class: "evidence-row" },
    h("span", { class: "evidence-text" }, text),
    h("span", { class: `evidence-bar ${side}`, style: { "--width": width } }),
    h("span", { class: "evidence-figure", title: side === "for" ? "speaks for" : "speaks against" }, figure));
}

/** Shares that sum to 1, as one bar with the words below. */
function shareBar(shares, words) {
  const parts = Object.keys(words).filter((name) => shares[name] > 0);
  const segment = (name) => h("span", { class: `share share-${name}`, style: { "flex-grow": shares[name] }, title: `${words[name]} ${percent(shares[name])}` });
  const word = (name) => h("li", {}, h("span", { class: `share-key share-${name}` }), `${words[name]} ${percent(shares[name])}`);
  return h("div", {}, h("div", { class: "shares", "aria-hidden": "true" }, parts.map(segment)), h("ul", { class: "share-words" }, parts.map(word)));
}

function tenureNote({ tenure, tenure_as_of }) {
  const date = tenure_as_of ? `Tenure as of ${tenure_as_of}.` : "The date of the tenure data is not stated.";
  return tenure.unknown > 0 ? `Unknown is not open: no complete register covers that ground. ${date}` : date;
}

function placeRows(target) {
  const [longitude, latitude] = target.centre;
  const nearest = target.nearest_deposit ? `${target.nearest_deposit}, ${fixed(target.nearest_deposit_km, 1)} km` : "none known";
  return [["Nearest known deposit", nearest], ["Centre (WGS 84)", degrees(latitude, longitude)], ["UTM", target.utm]];
}

function featureHead(layer, feature) {
  return h("div", { class: "card-title" },
    h("p", { class: "kicker" }, layer.label, layer.schematic ? h("span", { class: "tag" }, "schematic") : null),
    h("h2", {}, feature.name || "No name on record"));
}

function featureBody(layer, feature) {
  const schematic = layer.schematic ? "Schematic: drawn from descriptions, with a tolerance. Not for measuring." : null;
  const notes = [layer.note, schematic].filter(Boolean).map((text) => h("p", { class: "small" }, text));
  return [feature.rows.length ? rowsTable(feature.rows) : null, notes];
}
