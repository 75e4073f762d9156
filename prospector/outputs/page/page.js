/* global L */
// The page: puts the parts together and carries each change of state to them.

import { createAbout, createFilters, createSwitches, createTabs, flyout, legendContent, skillNote, wordButton } from "./controls.js";
import { createCard } from "./card.js";
import { fill, h, icon, iconButton, isNarrow } from "./dom.js";
import { save, toCsv, toGeoJson } from "./download.js";
import { degrees, fixed } from "./numbers.js";
import { createScene } from "./scene.js";
import { createStore, fromHash, switchModel, toHash } from "./store.js";
import { createTable } from "./table.js";
import { passes, sorted } from "./targets.js";

const CARD_WIDTH_PX = 372;
const CARD_FOLDED_PX = 150;

/** Build the page around folium's map and take the static table away. */
function start() {
  const holder = document.querySelector(".folium-map");
  const map = window[holder.id];
  const payload = JSON.parse(document.getElementById("payload").textContent);
  const page = { map, payload, holder };
  page.asked = fromHash(window.location.hash, payload.models);
  page.store = createStore({ ...page.asked.patch, shown: [page.asked.patch.model], sort: { key: "rank", descending: false }, feature: null, hovered: null });
  layOut(page);
  document.getElementById("without-script").remove();
  map.invalidateSize({ animate: false });
  if (page.asked.view) map.setView([page.asked.view.latitude, page.asked.view.longitude], page.asked.view.zoom, { animate: false });
  page.store.subscribe((state, changed) => render(page, state, changed));
  render(page, page.store.get(), new Set(["model", "shown", "filters", "sort", "first"]));
  measureSheet(page);
  page.scene.measureBelow(() => coveredBelow(page));
  if (!page.asked.view) page.scene.home();
  showSelection(page, page.store.get(), false);
  listen(page);
  document.documentElement.dataset.ready = "true";
}

/** Make every part and put it in its place. */
function layOut(page) {
  const { map, payload, store, holder } = page;
  map.options.zoomSnap = 0.25;
  map.setMinZoom(4).setMaxZoom(16);
  const app = h("div", { class: "app" });
  document.body.prepend(app);
  page.stage = h("main", { class: "stage" }, holder);
  app.append(page.stage);
  holder.setAttribute("aria-label", "Map of targets. Every target is also in the list.");
  page.scene = createScene(map, payload);
  page.table = createTable(store);
  page.tabs = createTabs(payload.models, (name) => store.set(switchModel(store.get(), name)));
  page.filters = createFilters(store);
  page.switches = createSwitches(payload, page.scene, store);
  page.card = createCard({ close: () => store.set({ selected: null, feature: null }), zoom: () => zoomToSelection(page) });
  page.about = createAbout(payload);
  app.prepend(buildPanel(page));
  page.stage.append(...buildOverlays(page));
  app.append(page.about);
}

function buildPanel(page) {
  const { payload } = page;
  page.count = h("p", { class: "count", role: "status" });
  page.skill = h("div");
  page.fold = h("button", { type: "button", class: "fold", onclick: () => foldPanel(page) }, h("span", {}, ""), icon("fold"));
  const file = (word, action) => h("button", { type: "button", title: `Save the listed targets as ${word}`, onclick: action }, word);
  const downloads = h("div", { class: "downloads" }, file("CSV", () => download(page, "csv")), file("GeoJSON", () => download(page, "geojson")));
  const title = h("div", { class: "title" }, h("h1", {}, payload.title), h("p", { class: "muted" }, payload.subtitle));
  const footer = h("footer", {}, payload.sentences.slice(0, 1), " ", h("button", { type: "button", class: "link", onclick: () => page.about.showModal() }, "Limits, skill and sources"));
  page.panel = h("aside", { class: "panel", "aria-label": "Targets" },
    h("header", {}, title, page.fold),
    h("div", { class: "panel-body" }, page.tabs.element, page.skill, page.filters.element,
      h("div", { class: "list-head" }, page.count, downloads), page.table.element, footer));
  setFolded(page, isNarrow());
  return page.panel;
}

function buildOverlays(page) {
  const { map, scene } = page;
  page.legend = h("section", { class: "legend", "aria-label": "Legend", hidden: isNarrow() });
  page.layers = flyout("layers", "Layers", page.switches.element);
  page.readout = h("output", { class: "readout", "aria-label": "Coordinates under the pointer" });
  page.tip = h("div", { class: "tip", role: "presentation", hidden: true });
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(map);
  const tools = h("nav", { class: "tools", "aria-label": "Map tools" },
    h("div", { class: "group" }, iconButton("plus", "Zoom in", () => map.zoomIn(1)), iconButton("minus", "Zoom out", () => map.zoomOut(1)), iconButton("home", "Whole region", () => scene.home())),
    h("div", { class: "group words" },
      wordButton("layers", "Layers", () => page.layers.toggle(), { class: "tool-layers" }),
      wordButton("legend", "Legend", () => { page.legend.hidden = !page.legend.hidden; }, { class: "tool-legend" }),
      wordButton("about", "About", () => page.about.showModal(), { class: "tool-about" })));
  return [tools, page.layers.element, page.legend, page.readout, page.tip, page.card.element];
}

/** How much of the map's foot is covered: by the legend, or on a telephone by a sheet. */
function coveredBelow(page) {
  if (isNarrow()) return Math.min(page.panel.offsetHeight, page.stage.offsetHeight / 3);
  return page.legend.offsetHeight + 12;
}

/** Keep the scale above the sheet at a telephone's foot. */
function measureSheet(page) {
  const sheets = [page.panel, page.card.element];
  const tell = () => page.stage.style.setProperty("--sheet", `${Math.min(260, Math.max(...sheets.map((sheet) => sheet.offsetHeight)) + 4)}px`);
  const observer = new ResizeObserver(tell);
  for (const sheet of sheets) observer.observe(sheet);
  tell();
}

/** Listen to the map and the keys. */
function listen(page) {
  const { map, store, scene } = page;
  const link = () => writeLink(page);
  map.on("moveend", link);
  map.on("click", (event) => choose(page, scene.under(event.latlng)));
  map.on("mousemove", (event) => point(page, event));
  map.on("mouseout", () => { page.tip.hidden = true; store.set({ hovered: null }); });
  scene.whenLayersChange(() => showLegend(page, store.get()));
  window.addEventListener("hashchange", () => followLink(page));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !page.about.open) store.set({ selected: null, feature: null });
  });
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(page.stage);
}

function modelOf(page, state) {
  return page.payload.models.find((model) => model.name === state.model);
}

/** Targets of a model that pass the filters, in the list's order. */
function listedTargets(model, state) {
  return sorted(model.targets.filter((target) => passes(target, state.filters)), state.sort);
}

/** Carry what changed to the parts that show it. */
function render(page, state, changed) {
  const model = modelOf(page, state);
  const any = (...keys) => keys.some((key) => changed.has(key));
  if (any("model")) {
    page.tabs.show(state.model);
    fill(page.skill, skillNote(model));
    page.scene.setRasterModel(model);
  }
  if (any("model", "filters", "sort")) showList(page, model, state);
  if (any("model", "filters", "shown")) showOnMap(page, model, state);
  if (any("selected", "feature")) showSelection(page, state, true);
  if (any("hovered")) page.scene.hover(findTarget(page, state.hovered)?.target.geometry ?? null);
  if (any("model", "filters", "selected")) writeLink(page);
}

function showList(page, model, state) {
  page.listed = listedTargets(model, state);
  page.filters.show(model, state.filters);
  const all = model.targets.length;
  const words = page.listed.length === all ? `${all} targets` : `${page.listed.length} of ${all} targets`;
  page.count.textContent = words;
  page.fold.firstChild.textContent = words;
  page.table.show(model, page.listed);
}

function showOnMap(page, model, state) {
  const byRank = { ...state, sort: { key: "rank", descending: false } };
  const shown = page.payload.models.filter((one) => state.shown.includes(one.name));
  const ordered = [...shown.filter((one) => one !== model), ...shown.filter((one) => one === model)];
  page.scene.showTargets(ordered.map((one) => [one, listedTargets(one, byRank)]));
  page.switches.show(state, model);
  showLegend(page, state);
}

function showLegend(page, state) {
  fill(page.legend, ...legendContent(modelOf(page, state), page.listed, page.scene.layersInSight()));
}

function findTarget(page, id) {
  if (!id) return null;
  for (const model of page.payload.models) {
    const target = model.targets.find((one) => one.target_id === id);
    if (target) return { model, target };
  }
  return null;
}

function showSelection(page, state, move) {
  const found = findTarget(page, state.selected);
  page.stage.classList.toggle("has-card", Boolean(found || state.feature));
  page.panel.classList.toggle("has-card", Boolean(found || state.feature));
  page.scene.mark((found?.target ?? state.feature?.feature)?.geometry ?? null);
  page.table.reveal();
  if (found) page.card.showTarget(found.model, found.target, found.model.targets.length, beneath(page, found.target));
  else if (state.feature) page.card.showFeature(state.feature.layer, state.feature.feature);
  else page.card.hide();
  if (found && page.map.getSize().x < 1150) page.layers.close();
  if (isNarrow() && (found || state.feature)) setFolded(page, true);
  if (found && move) bringIntoSight(page, found.target);
}

/** Other things at a target's centre, as buttons that open their card. */
function beneath(page, target) {
  const [longitude, latitude] = target.centre;
  const things = page.scene.under(L.latLng(latitude, longitude)).filter(({ feature }) => feature);
  return things.map(({ layer, feature }) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => page.store.set({ selected: null, feature: { layer, feature } }) }, feature.name || "no name on record"), h("span", { class: "muted" }, ` ${layer.label}`)));
}

/** Move the map only when the target is out of sight, hidden by the card or too small to be seen. */
function bringIntoSight(page, target) {
  const { map } = page;
  const [longitude, latitude] = target.centre;
  const spot = map.latLngToContainerPoint([latitude, longitude]);
  const size = map.getSize();
  const { right, bottom } = cardRoom(page);
  const inSight = spot.x > 60 && spot.y > 40 && spot.x < size.x - right - 30 && spot.y < size.y - bottom - 30;
  if (!inSight || map.getZoom() < 8) page.scene.goTo(target.geometry, { right, bottom });
}

function zoomToSelection(page) {
  const { selected, feature } = page.store.get();
  const geometry = (findTarget(page, selected)?.target ?? feature?.feature)?.geometry;
  if (geometry) page.scene.goTo(geometry, cardRoom(page));
}

function cardRoom(page) {
  return isNarrow() ? { right: 0, bottom: CARD_FOLDED_PX } : { right: CARD_WIDTH_PX, bottom: page.legend.offsetHeight };
}

function choose(page, [first]) {
  if (!first) page.store.set({ selected: null, feature: null });
  else if (first.target) page.store.set({ ...activate(page, first.model), selected: first.target.target_id, feature: null });
  else page.store.set({ selected: null, feature: first });
}

/** A click on a target of a model drawn beside the listed one lists that model. */
function activate(page, model) {
  return page.store.get().model === model.name ? {} : { model: model.name };
}

function point(page, event) {
  const { lat, lng } = event.latlng;
  page.readout.textContent = degrees(lat, lng);
  const [first] = page.scene.under(event.latlng);
  page.holder.classList.toggle("over-thing", Boolean(first));
  page.store.set({ hovered: first?.target?.target_id ?? null });
  page.tip.hidden = !first;
  if (!first) return;
  const text = first.target ? [`${first.model.label} · rank ${first.target.rank}`, `score ${fixed(first.target.score, 2)}`] : [first.feature.name || "no name on record", first.layer.label];
  fill(page.tip, h("b", {}, text[0]), h("span", {}, text[1]));
  const { x, y } = event.containerPoint;
  const room = page.map.getSize().x - x;
  page.tip.style.setProperty("left", room < 240 ? `${x - page.tip.offsetWidth - 12}px` : `${x + 14}px`);
  page.tip.style.setProperty("top", `${y + 14}px`);
}

function setFolded(page, folded) {
  page.panel.classList.toggle("is-folded", folded);
  page.fold.setAttribute("aria-expanded", String(!folded));
}

function foldPanel(page) {
  setFolded(page, !page.panel.classList.contains("is-folded"));
  page.layers.close();
}

function writeLink(page) {
  const { lat, lng } = page.map.getCenter();
  const hash = toHash(page.store.get(), { latitude: lat, longitude: lng, zoom: page.map.getZoom() });
  page.hash = hash;
  window.history.replaceState(null, "", hash);
}

function followLink(page) {
  if (window.location.hash === page.hash) return;
  const { patch, view } = fromHash(window.location.hash, page.payload.models);
  page.store.set({ ...switchModel(page.store.get(), patch.model), ...patch });
  if (view) page.map.setView([view.latitude, view.longitude], view.zoom, { animate: false });
}

function download(page, kind) {
  const model = modelOf(page, page.store.get());
  const name = `${page.payload.title}_${model.name}_targets`.replace(/[^\p{L}\p{N}_-]+/gu, "_");
  if (kind === "csv") save(toCsv(page.listed, model), `${name}.csv`, "text/csv");
  else save(toGeoJson(page.listed, model), `${name}.geojson`, "application/geo+json");
}

document.addEventListener("DOMContentLoaded", start);
