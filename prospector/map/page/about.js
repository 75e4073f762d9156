// What the map is, how far to believe it, where its data come from.

import { schematicTag, toldRows, verdict } from "./controls.js";
import { h, iconButton, rowsTable } from "./dom.js";
import { say, spokenLanguage, told } from "./words.js";

const LIMITS = [
  "A score is favourability at equal weight of deposits and background. It compares targets of one deposit model; across models compare percentiles.",
  "No unit is known to be barren: where nothing is recorded, nobody may have looked.",
  "Unknown tenure is not open ground. Ask the register before any decision.",
  "Layers marked schematic are drawn from descriptions, with a tolerance.",
];

/** A dialog. */
export function createAbout(payload) {
  const close = () => element.close();
  const model = (one) => [h("h3", {}, told(one.label)), h("p", {}, verdict(one)), rowsTable(toldRows(one.skill_rows)), one.caution ? h("p", { class: "callout" }, told(one.caution)) : null];
  const made = say("{made_by}. Drawn with Leaflet (BSD-2-Clause) in a page hosted by folium (MIT).", { made_by: payload.made_by });
  const asks = payload.basemap
    ? say("The map asks {hosts} for images of the ground in view, and no other server; that server can see where you look. With any other base it makes no request.", { hosts: payload.basemap.hosts.join(", ") })
    : say("The file makes no request to any server.");
  const element = h("dialog", { class: "about", "aria-label": say("About this map") },
    h("header", {}, h("h2", {}, say("About this map: {title}", { title: told(payload.title) })), iconButton("close", say("Close"), close)),
    h("div", { class: "about-body", tabindex: 0, role: "group", "aria-label": say("Limits, skill and sources") },
      h("h3", {}, say("Limits")), h("ul", {}, payload.sentences.map((text) => h("li", {}, told(text)))),
      h("ul", {}, LIMITS.map((text) => h("li", {}, say(text)))),
      payload.models.map(model),
      payload.notices.length ? [h("h3", {}, say("Choices that were made")), rowsTable(noticeRows(payload.notices))] : null,
      h("h3", {}, say("Sources")), sourcesTable(payload.sources),
      h("h3", {}, say("Keys")), rowsTable(keys()),
      h("p", { class: "small" }, made, " ", asks)));
  element.addEventListener("click", (event) => { if (event.target === element) close(); });
  return element;
}

/** Rows of a table: how grave each choice is, and its sentence in the language that is spoken. */
function noticeRows(notices) {
  const levels = { problem: say("problem"), caution: say("caution"), note: say("note") };
  return notices.map((one) => [levels[one.level], one.sentence[spokenLanguage()] ?? one.sentence.en]);
}

function keys() {
  return [
    [say("List"), say("Arrow keys, Page Up and Down, Home and End move; Enter selects")],
    [say("Map"), say("Arrow keys move, + and − zoom, when the map has the focus")],
    [say("Tour"), say("Right and left arrow, or Page Down and Page Up, lead on and back")],
    [say("Escape"), say("Closes what is open")],
  ];
}

function sourcesTable(sources) {
  const names = [say("Layer"), say("Origin"), say("Licence"), say("Date"), say("Citation")];
  const row = (source) => h("tr", {}, h("th", { scope: "row" }, told(source.layer), schematicTag(source)),
    ["origin", "licence", "date", "citation"].map((key) => h("td", {}, told(source[key]) || say("not stated"))));
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": say("Sources") }, h("table", { class: "sources" },
    h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, sources.map(row))));
}
