// The box of areas and notes: drawing, opening, typing; what lies in the chosen area; what can be saved.

import { figuresOf } from "./area_figures.js";
import { areaFile, titlesCsv } from "./area_files.js";
import { figuresContent } from "./area_words.js";
import { fill, h, iconButton } from "./dom.js";
import { csvParts } from "./download.js";
import { LONGEST_NOTE, notesFile } from "./notes.js";
import { say } from "./words.js";

/**
 * @param {object} areas as areas.js holds them
 * @param {object} actions what the page does for it
 */
export function createAreaPanel(areas, actions) {
  const file = h("input", { type: "file", class: "off-screen", id: "area-file", "aria-label": say("Open a file"), tabindex: -1, accept: ".geojson,.json,.kml,.wkt,.txt,.csv", onchange: () => { actions.open(file.files[0]); file.value = ""; } });
  const typed = h("textarea", { id: "area-text", rows: 4, spellcheck: "false", placeholder: "-69.10 -23.20\n-68.80 -23.20\n-68.80 -23.50" });
  const said = h("p", { class: "area-said", role: "status" });
  const [list, figures, notes] = [h("div"), h("div", { class: "area-figures" }), h("div", { class: "notes" })];
  const button = (word, name, action) => h("button", { type: "button", class: `plain ${name}`, onclick: action }, word);
  const element = h("div", { class: "areas" },
    h("p", { class: "small" }, say("Draw an area, or drop, paste or open one: GeoJSON, KML, WKT, or one vertex per line. Nothing leaves this page.")),
    h("div", { class: "buttons" }, button(say("Draw an area"), "area-draw", actions.draw), file, button(say("Open a file"), "area-open", () => file.click()), button(say("Place a note"), "note-place", actions.note)),
    h("details", {}, h("summary", {}, say("Type or paste")), h("label", { for: "area-text", class: "small" }, say("Vertices as lat lon or lon lat, with minutes and seconds, or UTM; or WKT, GeoJSON, KML")), typed,
      button(say("Add it"), "area-take", () => { if (actions.read(typed.value)) typed.value = ""; })),
    said, list, figures, notes);
  const state = { asked: null };
  return {
    element,
    tell: (text) => { said.textContent = text; },
    show(model) {
      fill(list, areas.all().length ? areaList(areas, actions) : null);
      const area = areas.chosen();
      if (state.asked && state.asked.area === area && state.asked.model === model && state.asked.geometry === area?.geometry) return;
      state.asked = { area, model, geometry: area?.geometry };
      fill(figures, area ? h("p", { class: "small", role: "status" }, say("Computing …")) : null);
      if (area) setTimeout(() => showFigures(figures, { area, model, state, actions, asked: state.asked }), 30);
    },
    showNotes: (all, left) => fill(notes, all.length ? noteList(all, left, actions) : null),
  };
}

/** Chosen by radio button; the chosen one can be renamed, gone to and removed. */
function areaList(areas, actions) {
  const row = (area) => {
    const isChosen = area === areas.chosen();
    const name = h("input", { type: "text", value: area.name, maxlength: 60, "aria-label": say("Name of the area"), onchange: () => areas.rename(area, name.value) });
    return h("li", {},
      h("input", { type: "radio", name: "area", checked: isChosen, "aria-label": say("Choose {name}", { name: area.name }), onchange: () => areas.choose(area) }),
      name,
      iconButton("zoom", say("Go to {name}", { name: area.name }), () => actions.goTo(area)),
      iconButton("close", say("Remove {name}", { name: area.name }), () => areas.remove(area)));
  };
  return h("ul", { class: "area-list", role: "list" }, areas.all().map(row));
}

/** Work out what lies in an area, unless the reader has gone on to another. */
async function showFigures(element, { area, model, state, actions, asked }) {
  const found = await figuresOf(area.geometry, actions.payload, model);
  if (state.asked !== asked) return;
  const save = (word, part, kind, type, write) => h("button", { type: "button", title: say("Save {what} as {format}", { what: word, format: kind.toUpperCase() }), class: `save-${part}`, onclick: () => actions.save(write(), { part, kind, type }) }, `${word} · ${{ geojson: "GeoJSON", csv: "CSV" }[kind]}`);
  const { tables } = actions.payload;
  fill(element, figuresContent(found, model, actions), h("div", { class: "downloads area-saves" },
    save(say("Area"), "area", "geojson", "application/geo+json", () => areaFile(area, found, model, actions.payload)),
    found.targets.length ? save(say("Targets"), "area_targets", "csv", "text/csv", () => csvParts(found.targets.map(({ target }) => target), model, tables)) : null,
    found.titles?.length ? save(say("Titles"), "area_titles", "csv", "text/csv", () => titlesCsv(found, tables)) : null));
}

/** Notes that can be gone to, written anew and removed. @param {number} left how many have no room in the link */
function noteList(all, left, actions) {
  const row = (note) => {
    const text = h("input", { type: "text", value: note.text, maxlength: LONGEST_NOTE, "aria-label": say("Text of the note"), onchange: () => actions.rewriteNote(note, text.value) });
    return h("li", {}, text, iconButton("zoom", say("Go to {name}", { name: note.text }), () => actions.goToNote(note)), iconButton("close", say("Remove {name}", { name: note.text }), () => actions.rewriteNote(note, "")));
  };
  return [
    h("h3", {}, say("Notes")),
    h("ul", { class: "area-list", role: "list" }, all.map(row)),
    left ? h("p", { class: "small note-left" }, say("The link has no room for {n} of the notes: save them as a file.", { n: left })) : null,
    h("div", { class: "downloads area-saves" }, h("button", { type: "button", class: "save-notes", title: say("Save {what} as {format}", { what: say("Notes"), format: "GeoJSON" }), onclick: () => actions.save(notesFile(all), { part: "notes", kind: "geojson", type: "application/geo+json" }) }, `${say("Notes")} · GeoJSON`)),
  ];
}
