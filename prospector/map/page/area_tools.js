// Areas, notes and measuring on the page: the pen, the box, files that are dropped or pasted, and what is drawn for them.

import { isSandboxed } from "./address.js";
import { createAreaPanel } from "./area_panel.js";
import { readAreas, sound, Unreadable } from "./area_reader.js";
import { boundsOfArea, createAreas, drawAreas } from "./areas.js";
import { save } from "./download.js";
import { measuring } from "./measure.js";
import { drawNotes, notesOfLink, soundNotes, withNotes } from "./notes.js";
import { count } from "./numbers.js";
import { say } from "./words.js";

const NOTE_MARGIN_DEGREES = 0.05;
const WRITTEN = "input, textarea, select, [contenteditable]";

/**
 * @param {object} page
 * @param {object} needs what of the page it works with
 * @param {() => object} needs.model the listed one
 */
export function createAreaTools(page, { model }) {
  const { map, store, scene, payload } = page;
  const drawn = { areas: null, notes: null };
  const areas = createAreas(() => tools.show());
  const tell = (text) => { tools.panel.tell(text); page.tell(text); };
  const start = (task) => {
    page.areaBox.close();
    page.pen.start(task);
  };
  const reopen = () => { if (!page.areaBox.isOpen()) page.areaBox.toggle(); };
  const tools = {
    areas,
    panel: null,
    /** Make the box in the reader's language. */
    furnish() {
      tools.panel = createAreaPanel(areas, {
        payload,
        draw: tools.draw, note: tools.placeNote, open: tools.open, read: tools.read,
        goTo: (area) => map.fitBounds(boundsOfArea(area), { padding: [40, 40], animate: false }),
        goToNote: (note) => map.fitBounds([[note.latitude - NOTE_MARGIN_DEGREES, note.longitude - NOTE_MARGIN_DEGREES], [note.latitude + NOTE_MARGIN_DEGREES, note.longitude + NOTE_MARGIN_DEGREES]], { animate: false }),
        rewriteNote: (note, text) => store.set({ notes: store.get().notes.flatMap((one) => (one === note ? soundNotes([{ ...note, text }]) : [one])) }),
        openTarget: (one, target) => store.set({ model: one.name, selected: target.target_id, feature: null }),
        openTitle: (feature) => store.set({ selected: null, feature: { layer: payload.layers.find(({ key }) => key === "concessions"), feature } }),
        save: (content, { part, kind, type }) => saveFile(page, model(), content, { part, kind, type }),
      });
      return tools.panel.element;
    },
    show() {
      drawn.areas = drawAreas(map, scene.marks, drawn.areas, areas);
      tools.panel.show(model());
    },
    showNotes(notes) {
      drawn.notes = drawNotes(map, scene.marks, drawn.notes, notes);
      tools.panel.showNotes(notes, notes.length - notesOfLink(notes).length);
    },
    draw: () => start({
      ring: true, least: 3, words: drawingWords,
      finish: (places) => { if (tools.take(() => ({ areas: [{ name: "", geometry: sound({ type: "Polygon", coordinates: [[...places, places[0]]] }, payload.bounds) }], notes: [], others: 0 }))) reopen(); },
    }),
    placeNote: () => start({
      least: 1, most: 1, words: () => say("Click the place of the note, or move the map under the cross and press Space. Escape ends."),
      finish: ([[longitude, latitude]]) => {
        reopen();
        store.set({ notes: withNotes(store.get().notes, soundNotes([{ longitude, latitude, text: say("New note") }])) });
        const field = page.areaBox.element.querySelector(".notes li:last-child input");
        field?.focus();
        field?.select();
      },
    }),
    measure: (on) => {
      const pressed = (is) => page.measureButton.setAttribute("aria-pressed", String(is));
      if (!on) { page.pen.stop(); return; }
      page.pen.start(measuring(() => pressed(false)));
      pressed(true);
    },
    /** Take what a function reads, and tell how many or why not. @returns {boolean} whether it could be read */
    take(read) {
      try {
        const found = read();
        areas.add(found.areas);
        const notes = withNotes(store.get().notes, soundNotes(found.notes));
        store.set({ notes });
        tell(found.others ? say("Left out because they are not areas: {n}.", { n: count(found.others) }) : "");
        const [first] = found.areas;
        if (first && !map.getBounds().contains(boundsOfArea(first))) map.fitBounds(boundsOfArea(first), { padding: [40, 40], animate: false });
        return true;
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        tell(error.message);
        return false;
      }
    },
    read: (text) => tools.take(() => readAreas(text, payload.bounds)),
    async open(file) {
      if (file && tools.read(await file.slice(0, 1.1e7).text())) reopen();
    },
    listen() {
      const { app } = page;
      app.addEventListener("dragover", (event) => event.preventDefault());
      app.addEventListener("drop", (event) => {
        event.preventDefault();
        const [file] = event.dataTransfer.files;
        if (file) tools.open(file);
        else if (tools.read(event.dataTransfer.getData("text/plain"))) reopen();
      });
      document.addEventListener("paste", (event) => {
        if (/** @type {Element} */ (event.target).closest?.(WRITTEN)) return;
        const [file] = event.clipboardData.files;
        const text = event.clipboardData.getData("text/plain");
        if (file) tools.open(file);
        else if (text.trim() && tools.read(text)) reopen();
      });
    },
  };
  return tools;
}

function drawingWords(places) {
  if (places.length < 3) return say("Click the corners of the area, or move the map under the cross and press Space. Escape cancels.");
  return say("{n} corners. Double click, Enter or Finish closes the area.", { n: count(places.length) });
}

function saveFile({ payload, tell }, model, content, { part, kind, type }) {
  const name = `${payload.title}_${model.name}_${part}`.replace(/[^\p{L}\p{N}_-]+/gu, "_");
  save(content, `${name}.${kind}`, type);
  if (isSandboxed()) tell(say("If no file was saved, the page that embeds this map does not allow it. Open the map file itself."));
}
