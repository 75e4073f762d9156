// The card: everything that is known of the selected target, or of a clicked thing.

import { copyButton } from "./copy.js";
import { fill, h, icon, iconButton, isSheet, rowsTable } from "./dom.js";
import { inFigures, schematicTag, toldRows } from "./controls.js";
import { areaFigure, count, degrees, fixed, kilometres, percent, percentileText, printed } from "./numbers.js";
import { TENURE_LABEL, TENURE_WORDS } from "./groups.js";
import { lawSection, noteFinder, reservation } from "./law.js";
import { analogues } from "./likeness.js";
import { pageLinks } from "./pages.js";
import { headline, whereabouts } from "./place.js";
import { reasons } from "./reasons.js";
import { isNewGround, targetColour } from "./targets.js";
import { titleFinder, titlesTable } from "./titles.js";
import { utm } from "./utm.js";
import { rankOf, rise, scoreOf } from "./what_if.js";
import { steadyFigures, steadyWords } from "./trust.js";
import { workFor } from "./work.js";
import { featureName, say, told } from "./words.js";

const FLAG_WORDS = { indigenous: "indigenous territory", urban: "urban ground", water: "ground kept for water", military: "military ground", border_zone: "border zone" };
/** What the figure beside each evidence is, by how the model adds them up. */
const SUMS = {
  logistic: "What each adds to the log-odds of the score: mean over the target, relative to the background.",
  fuzzy: "The stated membership of each, less one half.",
  index: "The stated membership of each, less one half, times its share.",
  other: "What each adds to the score.",
};
const PROTECTION_WORDS = { protected: "protected", not_protected: "not protected", protection_unknown: "protection unknown" };

/**
 * The card's element and how to fill it.
 * @param {object} payload
 * @param {{close: () => void, zoom: () => void, open: (thing: {layer: object, feature: object}) => void}} actions
 */
export function createCard(payload, actions) {
  const [findTitle, notesOf] = [titleFinder(payload), noteFinder(payload)];
  const element = h("section", { class: "card", "aria-label": say("Selected"), "aria-live": "polite", hidden: true });
  const show = (head, body, stop = null) => {
    const folded = isSheet();
    element.hidden = false;
    element.classList.toggle("is-folded", folded);
    fill(element, cardHead(element, head, actions, folded), stop, h("div", { class: "card-body", tabindex: 0, role: "group", "aria-label": say("Details") }, body));
  };
  return {
    element,
    hide: () => { element.hidden = true; },
    showTarget: (model, target, beneath, stop) => show(targetHead(model, target), targetBody(model, target, {
      links: pageLinks(payload, model, target),
      notes: notesOf(target),
      titles: target.titles.length ? titlesTable(target.titles, findTitle, actions.open) : null,
      beneath,
      reliefError: payload.relief_error_m,
    }), stop),
    showFeature: (layer, feature) => show(featureHead(layer, feature), featureBody(layer, feature)),
  };
}

function cardHead(element, head, { close, zoom }, folded) {
  const unfold = h("button", { type: "button", class: "unfold", "aria-expanded": String(!folded), onclick: () => {
    const now = element.classList.toggle("is-folded");
    unfold.setAttribute("aria-expanded", String(!now));
  } }, h("span", {}, say("Details")), icon("fold"));
  return h("header", { class: "card-head" }, head, h("div", { class: "card-tools" },
    unfold, iconButton("zoom", say("Zoom to it"), zoom), iconButton("close", say("Close"), close)));
}

function targetHead(model, target) {
  const badge = isNewGround(target) ? h("span", { class: "badge new" }, say("No known deposit")) : h("span", { class: "badge mines" }, say("Around known deposits"));
  return h("div", { class: "card-title" },
    h("p", { class: "kicker" }, say("{model} · rank {rank} of {n}", { model: told(model.label), rank: count(rankOf(model, target)), n: count(model.targets.length) })),
    h("h2", {}, h("span", { class: "swatch", style: { background: targetColour(model, target) } }), headline(target)),
    headline(target) === target.target_id ? null : h("p", { class: "muted small" }, [target.target_id, target.name ? whereabouts(target) : ""].filter(Boolean).join(" · ")),
    badge);
}

/** What is known of a target; `links`, `titles` and `beneath` are elements that stand in it, `notes` the law; `reliefError` is in metres. */
function targetBody(model, target, { links, notes, titles, beneath, reliefError }) {
  return [
    figures(model, target),
    links,
    otherwise(model, target),
    mines(target),
    h("h3", {}, say("Evidence")),
    evidence(model, target),
    target.percentile_mean === null ? null : [h("h3", {}, say("How sure")), replicas(target)],
    likeDeposits(model, target),
    work(model, target),
    h("h3", {}, say("Tenure")),
    shareBar(target, TENURE_WORDS),
    h("p", { class: "small" }, tenureNote(target)),
    reservation(notes),
    titles ?? rowsTable([[say("Holders"), target.holders || say("none on record")], [say("Concessions"), target.concession_ids || say("none on record")]]),
    lawSection(target, notes),
    h("h3", {}, say("Protected ground")),
    shareBar(target, PROTECTION_WORDS),
    flagged(target),
    h("h3", {}, say("Place")),
    rowsTable(placeRows(target, reliefError)),
    rowsTable(centreRows(target)),
    beneath.length ? [h("h3", {}, say("Also here")), h("ul", { class: "beneath" }, beneath)] : null,
  ];
}

function figures(model, target) {
  const one = (value, label, hint) => h("div", { title: hint }, h("b", {}, value), h("span", {}, label));
  const size = areaFigure(target.area_km2);
  return h("div", { class: "figures" },
    one(fixed(scoreOf(model, target), 3), say("score"), say("Favourability, 0 to 1, comparable within one deposit model; not a probability of a deposit")),
    one(`${percentileText(target.percentile)} %`, say("of the ground scores lower"), say("Percentile: the share of all units that score lower")),
    one(size.text, size.inHectares ? "ha" : "km²", size.inHectares ? say("Area in hectares") : say("Area in square kilometres")));
}

/** Under other weights: what the run says of it. */
function otherwise(model, target) {
  if (!model.rescored) return null;
  const moved = rise(model, target);
  const words = moved === 0 ? say("The same rank") : say(moved > 0 ? "{n} up" : "{n} down", { n: count(Math.abs(moved)) });
  return h("p", { class: "callout otherwise" }, h("b", {}, say("Not the run's: ")), words, ". ",
    say("The run: rank {rank}, score {score}; the percentile is the run's.", { rank: count(target.rank), score: fixed(target.score, 3) }));
}

function mines(target) {
  if (isNewGround(target)) return null;
  const words = target.known_deposits === 1 ? say("Holds 1 known deposit: ") : say("Holds {n} known deposits: ", { n: count(target.known_deposits) });
  return h("p", { class: "callout" }, h("b", {}, words), target.known_names);
}

/** Evidence as bars on both sides of a zero line, strongest first, the words above each bar. */
function evidence(model, target) {
  const found = reasons(model, target);
  if (found.length === 0) return h("p", { class: "small" }, say("No evidence is listed for this target."));
  const largest = Math.abs(found[0].part);
  const scale = h("div", { class: "evidence-scale", "aria-hidden": "true" }, h("span", {}, `◂ ${say("against")}`), h("span", {}, `${say("for")} ▸`));
  const written = (part) => `${part > 0 ? "+" : "−"}${fixed(Math.abs(part), 2)}`;
  const figures_ = inFigures("evidence-figures", rowsTable(found.map(({ text, part }) => [printed(text), written(part)])), h("p", { class: "small" }, say(SUMS[model.what_if?.kind] ?? SUMS.other)));
  return h("div", { class: "evidence" }, scale, found.map((one) => evidenceRow(one, model.evidence[one.index], largest)), figures_);
}

function evidenceRow({ text, part, schematic }, one, largest) {
  const side = part > 0 ? "for" : "against";
  const width = `${(50 * Math.abs(part)) / largest}%`;
  const words = say(part > 0 ? "in favour" : "against");
  return h("div", { class: "evidence-row" },
    h("span", { class: "evidence-text", title: told(one.reason) }, printed(text), schematicTag({ schematic })),
    h("span", { class: `evidence-bar ${side}`, style: { "--width": width }, role: "img", title: words, "aria-label": words }));
}

/** How the target stands when deposits, background and schematic layers are drawn anew. */
function replicas(target) {
  const mean = target.percentile_mean;
  const [low, high] = [Math.max(0, mean - target.percentile_spread), Math.min(100, mean + target.percentile_spread)];
  return h("div", {},
    h("div", { class: "replica-bar", "aria-hidden": "true" },
      h("span", { class: "replica-spread", style: { left: `${low}%`, width: `${high - low}%` } }),
      h("span", { class: "replica-mean", style: { left: `${mean}%` } })),
    h("p", { class: "small" }, steadyWords(target)),
    inFigures("steady-figures", h("p", { class: "small" }, steadyFigures(target))));
}

/** Shares that sum to 1, as one bar with the words below. */
function shareBar(target, words) {
  const parts = Object.keys(words).filter((name) => target[`${name}_share`] > 0);
  const text = (name) => `${say(words[name])} ${percent(target[`${name}_share`])}`;
  const segment = (name) => h("span", { class: `share share-${name}`, style: { "flex-grow": target[`${name}_share`] }, title: text(name) });
  const word = (name) => h("li", {}, h("span", { class: `share-key share-${name}` }), text(name));
  return h("div", {}, h("div", { class: "shares", "aria-hidden": "true" }, parts.map(segment)), h("ul", { class: "share-words" }, parts.map(word)));
}

/** Other ground where work is barred or bound to conditions. */
function flagged(target) {
  const known = target.flags.filter(([role]) => role in FLAG_WORDS);
  return known.length ? rowsTable(known.map(([role, share]) => [say(FLAG_WORDS[role]), percent(share)])) : null;
}

function tenureNote({ unknown_share, tenure_as_of }) {
  const date = tenure_as_of ? say("Tenure as of {date}.", { date: tenure_as_of }) : say("The date of the tenure data is not stated.");
  return unknown_share > 0 ? `${say("Unknown is not open: no complete register covers that ground.")} ${date}` : date;
}

function placeRows(target, reliefError) {
  const nearest = target.nearest_deposit ? `${target.nearest_deposit}, ${kilometres(target.nearest_deposit_km)} km` : say("none known");
  const away = (name, km) => (km === null || km === undefined ? null : [name, `${kilometres(km)} km`].filter(Boolean).join(", "));
  const access = [
    [say("Nearest town"), target.nearest_town && away(target.nearest_town, target.town_km)],
    [say("Nearest port"), target.nearest_port && away(target.nearest_port, target.port_km)],
    [say("Nearest road"), away("", target.road_km)],
    [say("Nearest power line"), away("", target.power_line_km)],
    [say("Nearest well"), away(depthToWater(target), target.well_km)],
    [say("Elevation"), heightOf(target, reliefError)],
  ].filter(([, value]) => value);
  const unit = [...new Set([target.administrative_unit, target.province, target.region])].filter(Boolean).join(", ");
  const lies = unit ? [[say("Administrative unit"), unit]] : [];
  return [...lies, [say("Nearest known deposit"), nearest], ...access];
}

/** The centre as people write it, each with a button that copies it as software reads it. */
function centreRows({ centre: [longitude, latitude] }) {
  const plain = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const metres = utm(latitude, longitude);
  return [
    [say("Centre (WGS 84)"), h("span", { class: "copied" }, degrees(latitude, longitude), copyButton(say("Copy the degrees"), () => plain))],
    ["UTM (WGS 84)", h("span", { class: "copied" }, metres, copyButton(say("Copy easting and northing"), () => metres))],
  ];
}

/** The known deposits that a target is most like, others than those in it. */
function likeDeposits(model, target) {
  const found = analogues(model, target);
  if (!found.length) return null;
  const item = ({ name, apart, km }) => h("li", { title: say("Difference: {apart} standard deviations of the ground", { apart: fixed(apart, 2) }) }, h("b", {}, name), ` ${say("{km} km away", { km: kilometres(km) })}`);
  return [h("h3", {}, say("Known deposits most like it")), h("ol", { class: "like" }, found.map(item)),
    h("p", { class: "small" }, say("Similar in the evidence used here, which does not mean similar ore."))];
}

/** What would change the answer. */
function work(model, target) {
  const sentences = workFor(model, target);
  return sentences.length ? [h("h3", {}, say("What would change the answer")), h("ul", { class: "work" }, sentences.map((text) => h("li", {}, text)))] : null;
}

/** The elevation, with what the relief was measured to err. */
function heightOf({ elevation_m }, reliefError) {
  if (elevation_m === null) return null;
  const metres = fixed(elevation_m, 0, false);
  if (reliefError === null || reliefError === undefined) return `${metres} m`;
  return say("{metres} m (the relief errs by up to {error} m at nine in ten checks)", { metres, error: fixed(reliefError, 0, false) });
}

/** How deep water stands in the nearest well, where it is known. */
function depthToWater({ depth_to_water_m }) {
  return depth_to_water_m === null ? "" : say("water at {metres} m depth", { metres: fixed(depth_to_water_m, 0) });
}

/** Whether a feature was drawn from descriptions. */
function isDrawn(layer, feature) {
  return layer.schematic && !layer.surveyed.includes(layer.features.indexOf(feature));
}

function featureHead(layer, feature) {
  return h("div", { class: "card-title" },
    h("p", { class: "kicker" }, told(layer.label), schematicTag({ schematic: isDrawn(layer, feature) })),
    h("h2", {}, featureName(layer, feature) || say("No name on record")));
}

function featureBody(layer, feature) {
  const schematic = isDrawn(layer, feature) ? say("Schematic: drawn from descriptions, with a tolerance. Not for measuring.") : null;
  const notes = [told(layer.note), schematic].filter(Boolean).map((text) => h("p", { class: "small" }, text));
  const rows = feature.rows.map(([label, value]) => [label, label === TENURE_LABEL ? say(TENURE_WORDS[value] ?? value) : value]);
  return [rows.length ? rowsTable(toldRows(rows)) : null, notes];
}
