/* global L */
// The page: puts the parts together and carries each change of state to them.

import { createAbout } from "./about.js";
import { createAreaTools } from "./area_tools.js";
import { followAddress, isSandboxed, ownAddress, readAddress, writeAddress } from "./address.js";
import { createCard } from "./card.js";
import { copyText } from "./copy.js";
import { comparedPicture } from "./compare.js";
import { createTabs, doubt, flyout, legendBox, skillNote, wordButton } from "./controls.js";
import { fill, h, icon, iconButton, isNarrow, isSheet, isStill } from "./dom.js";
import { csvParts, geoJsonParts, save, toGpx } from "./download.js";
import { parseCoordinates } from "./coordinates.js";
import { createFilters } from "./filters.js";
import { legendContent, legendHeading } from "./legend.js";
import { createLocate } from "./locate.js";
import { middleOf } from "./labels.js";
import { count, degrees, fixed } from "./numbers.js";
import { readPayload } from "./packed.js";
import { inventoryLinks, overviewLink } from "./pages.js";
import { withNotes } from "./notes.js";
import { createPen } from "./pen.js";
import { createPast, depositsKey, pastKeys, testOf } from "./past.js";
import { createPictures } from "./pictures.js";
import { createSheet } from "./print.js";
import { freeRoom } from "./room.js";
import { valueAt } from "./sample.js";
import { headline } from "./place.js";
import { createScene, shapeOf } from "./scene.js";
import { findPlaces, listPlaces } from "./search.js";
import { createStore, firstSight, fromHash, isOver, missingOf, NO_GROUND, switchModel, toHash, VIEW } from "./store.js";
import { canSwipe, createSwipe, sidesNow } from "./swipe.js";
import { createSwitches } from "./switches.js";
import { createTable } from "./table.js";
import { createTheme } from "./theme.js";
import { groundWords } from "./tenure.js";
import { createStop, quote, stopsOf, TOUR_KEYS } from "./tour.js";
import { hasSpread, isNewGround, passes, sorted, SPREAD } from "./targets.js";
import { trust } from "./trust.js";
import { utm } from "./utm.js";
import { viewPicture } from "./view_picture.js";
import { createMark, createWeights } from "./weights.js";
import { createWiden } from "./widen.js";
import { isChanged, rankOf, rescored, scoreOf } from "./what_if.js";
import { browserLanguage, featureName, LANGUAGES, say, speak, standing, told } from "./words.js";

/** Of the map's width, what a legend and a card leave free at least; else the legend steps aside for the card. */
const LEAST_FREE_PX = 420;
/** Width of a legend at the side, and height of one at the foot, as far as it matters which of them leaves more. */
const ASIDE_PX = 300;
const LEGEND_PX = 180;
const LINK_EVERY_MS = 100;
const EVERYTHING = new Set(["model", "shown", "filters", "sort", "weights", "ground", "outside", "tint", "layers", "colours", "base", "opacity", "notes", "past", "swipe", "divider"]);

/** Read the payload, build the page around folium's map and take the static one away. */
async function start() {
  const holder = document.querySelector(".folium-map");
  const map = window[holder.id];
  const payload = await readPayload(document.getElementById("payload"));
  const page = { map, payload, holder };
  const asked = readAddress();
  page.asked = fromHash(asked, payload);
  const language = page.asked.language in LANGUAGES ? page.asked.language : browserLanguage();
  page.store = createStore({ ...page.asked.patch, language, hovered: null, notes: page.asked.notes });
  page.theme = createTheme(() => recolourPage(page));
  layOut(page);
  document.getElementById("without-script").remove();
  map.invalidateSize({ animate: false });
  page.scene.home();
  page.store.subscribe((state, changed) => render(page, state, changed));
  render(page, page.store.get(), EVERYTHING);
  showSelection(page, page.store.get(), false);
  showAsked(page, page.asked.view);
  tellMissing(page, asked);
  listen(page);
  writeLink(page);
  sayReady(page.scene);
}

/** Say that the page is ready once all in view is painted. */
function sayReady(scene) {
  requestAnimationFrame(() => {
    if (scene.isPainted()) document.documentElement.dataset.ready = "true";
    else sayReady(scene);
  });
}

/** Show the view that a link names; a target or thing that it names alone; else the whole region. */
function showAsked(page, view) {
  if (view && isOver(view, page.payload.bounds)) page.scene.showView(view);
  else if (!goToSelection(page)) page.scene.home();
}

/** Say what a link names and the file does not hold. */
function tellMissing(page, hash) {
  const missing = missingOf(hash, page.payload);
  const names = missing.filter((name) => name !== VIEW).join(", ");
  const words = [
    names ? say("The link names what this map does not contain: {names}.", { names }) : "",
    missing.includes(VIEW) ? say("The view of the link lies outside this region; the whole region is shown.") : "",
  ].filter(Boolean).join(" ");
  if (words) page.tell(words);
}

/** Put the map in its place, with room for the parts around it. */
function layOut(page) {
  const { map, payload, holder } = page;
  map.options.zoomSnap = 0.25;
  map.setMinZoom(4).setMaxZoom(16);
  if (isStill()) map._zoomAnimated = false;
  page.app = h("div", { class: "app" });
  document.body.prepend(page.app);
  page.stage = h("main", { class: "stage" }, holder);
  page.app.append(page.stage);
  page.scene = createScene(map, payload);
  page.scene.measureRoom((shape) => roomOf(page, shape));
  page.scene.measureBoxes(() => boxesOver(page));
  page.swipe = createSwipe(page, { settle: () => keepHome(page) });
  page.areaTools = createAreaTools(page, { model: () => modelOf(page, page.store.get()) });
  page.scale = L.control.scale({ imperial: false, maxWidth: 120 }).addTo(map).getContainer();
  furnish(page);
}

/** Make every part around the map in the reader's language; earlier ones are taken away. */
function furnish(page) {
  const { payload, store, holder } = page;
  const { language } = store.get();
  speak(language, payload.translations);
  page.kept = page.places = null;
  document.documentElement.lang = language;
  holder.setAttribute("role", "region");
  holder.setAttribute("aria-label", say("Map of targets. Every target is also in the list."));
  for (const part of page.parts ?? []) part.remove();
  page.table = createTable(store, payload.models);
  page.tabs = createTabs(payload.models, (name) => store.set(switchModel(store.get(), name)));
  page.filters = createFilters(store, { find: (query) => findBeside(page, query), go: (place) => goToResult(page, place) });
  page.weights = createWeights(store);
  page.mark = createMark(store);
  page.switches = createSwitches(payload, store);
  page.pictures = createPictures(store);
  page.card = createCard(payload, { close: () => store.set({ selected: null, feature: null }), zoom: () => goToSelection(page), open: (thing) => openThing(page, thing) });
  page.about = createAbout(payload);
  page.stop = createStop({ step: (by) => stepTour(page, by), end: () => endTour(page) });
  const overlays = buildOverlays(page);
  page.app.prepend(buildPanel(page));
  page.watch?.disconnect();
  page.watch = new ResizeObserver(() => keepHome(page));
  for (const part of [page.legend, page.mark.element, page.evidence.element, page.areaBox.element, page.past.element, page.card.element, page.swipeBar]) page.watch.observe(part);
  page.sheet = createSheet();
  const ofPaper = [page.sheet.head, page.sheet.side, page.sheet.foot];
  page.stage.append(...overlays);
  page.app.append(page.about, ...ofPaper);
  page.parts = [page.panel, ...overlays, page.about, ...ofPaper];
  page.scene.redrawGraticule();
  settleLegend(page);
}

function buildPanel(page) {
  const { payload } = page;
  page.count = h("p", { class: "count", role: "status" });
  page.summary = h("p", { class: "summary" });
  page.skill = h("div");
  page.doubt = h("p", { class: "doubt" });
  page.fold = h("button", { type: "button", class: "fold", onclick: () => foldPanel(page) }, h("span", {}, ""), icon("fold"));
  const title = h("div", { class: "title" }, h("h1", { title: told(payload.title) }, told(payload.title)), h("p", { class: "muted" }, told(payload.subtitle)));
  const footer = h("footer", {}, h("span", { class: "sentence" }, standing(payload).reporting), " ", overviewLink(payload), " ", ...inventoryLinks(payload), h("button", { type: "button", class: "link", onclick: () => page.about.showModal() }, say("Limits, skill and sources")));
  const body = h("div", { class: "panel-body", id: "model-panel", role: "tabpanel", "aria-label": say("Targets of the deposit model") },
    page.skill, page.filters.element, page.weights.element,
    h("div", { class: "list-head" }, page.count, downloads(page)), page.summary, page.table.element);
  page.panel = h("aside", { class: "panel", "aria-label": say("Targets") },
    h("header", {}, title, h("div", { class: "choices" }, languageChoice(page), page.theme.furnish()), page.fold), page.doubt, page.tabs.element, body, footer, createWiden(page.app));
  setFolded(page, isSheet());
  return page.panel;
}

function downloads(page) {
  const file = (word, action) => h("button", { type: "button", title: say("Save the listed targets as {format}", { format: word }), onclick: action }, word);
  return h("div", { class: "downloads" }, file("CSV", () => download(page, "csv")), file("GeoJSON", () => download(page, "geojson")), file("GPX", () => download(page, "gpx")),
    h("button", { type: "button", class: "save-png", title: say("Save the view as a picture (PNG)"), onclick: () => savePicture(page) }, "PNG"));
}

/** A button for each language, named in that language. */
function languageChoice(page) {
  const { language } = page.store.get();
  const one = ([code, name]) => h("button", { type: "button", lang: code, title: name, "aria-label": name, "aria-pressed": String(code === language), onclick: () => page.store.set({ language: code }) }, code.toUpperCase());
  return h("div", { class: "languages", role: "group", "aria-label": "Language / Idioma" }, Object.entries(LANGUAGES).map(one));
}

function buildOverlays(page) {
  const { map, scene } = page;
  page.legendBox = legendBox(page.switches.element, { hide: () => wantLegend(page, false), turn: (open) => turnLayers(page, open) });
  page.legend = page.legendBox.element;
  page.layers = page.legendBox.list;
  page.evidence = flyout("evidence", say("Evidence"), page.pictures.element, () => settleLegend(page));
  page.areaBox = flyout("areas", say("Areas and notes"), page.areaTools.furnish(), () => settleLegend(page));
  page.years = createPast(page.store);
  page.past = flyout("past", say("Earlier finds"), page.years.element, (open) => turnPast(page, open));
  page.boxes = [page.layers, page.evidence, page.areaBox, page.past];
  page.swipeBar = page.swipe.furnish();
  page.readout = h("output", { class: "readout", "aria-label": say("Coordinates under the pointer") });
  page.length = h("output", { class: "length", hidden: true });
  page.tip?.remove();
  page.tip = h("div", { class: "tip", role: "presentation", hidden: true });
  page.holder.append(page.tip);
  page.mapFoot = h("div", { class: "map-foot" }, page.readout, northArrow(), page.scale, scene.attribution);
  const foot = h("div", { class: "foot" }, page.legend, page.mapFoot);
  page.pen?.stop();
  page.pen = createPen(map, page.length, scene.marks);
  const tell = page.tell = (text) => {
    page.length.hidden = !text;
    fill(page.length, text, text ? iconButton("close", say("Close"), () => tell("")) : null);
  };
  const locate = createLocate(map, tell);
  const measure = h("button", { type: "button", class: "tool-measure", title: say("Measure a distance"), "aria-label": say("Measure a distance"), "aria-pressed": "false", onclick: () => page.areaTools.measure(page.measureButton.getAttribute("aria-pressed") !== "true") }, icon("measure"));
  page.measureButton = measure;
  const tools = h("nav", { class: "tools", "aria-label": say("Map tools") },
    h("div", { class: "group" }, iconButton("plus", say("Zoom in"), () => map.zoomIn(1)), iconButton("minus", say("Zoom out"), () => map.zoomOut(1)), iconButton("home", say("Whole region"), () => scene.home()), measure,
      iconButton("area", say("Areas and notes"), () => openOnly(page, page.areaBox), { class: "tool-areas" }),
      canSwipe(page.payload) ? iconButton("swipe", say("Swipe between two layers"), page.swipe.toggle, { class: "tool-swipe", "aria-pressed": "false" }) : null,
      navigator.geolocation ? iconButton("locate", say("Where am I"), locate, { class: "tool-locate" }) : null),
    h("div", { class: "group words" },
      wordButton("layers", say("Layers"), () => openOnly(page, page.layers), { class: "tool-layers" }),
      wordButton("evidence", say("Evidence"), () => openOnly(page, page.evidence), { class: "tool-evidence" }),
      wordButton("legend", say("Legend"), () => wantLegend(page, page.legend.hidden), { class: "tool-legend" }),
      page.payload.models.some((model) => model.past) ? wordButton("past", say("Earlier finds"), () => openOnly(page, page.past), { class: "tool-past" }) : null,
      wordButton("tour", say("Tour"), () => (page.store.get().tour ? endTour(page) : startTour(page)), { class: "tool-tour" }),
      wordButton("about", say("About"), () => page.about.showModal(), { class: "tool-about" }),
      wordButton("print", say("Print"), () => window.print(), { class: "tool-print" }),
      ownAddress() === null ? null : wordButton("link", say("Copy link"), () => copyLink(page), { class: "tool-link" })));
  page.tools = tools;
  return [tools, page.mark.element, page.swipeBar, page.evidence.element, page.areaBox.element, page.past.element, foot, page.length, page.card.element];
}

/** Copy the address that restores all that is in view. */
async function copyLink(page) {
  writeLinkNow(page);
  const done = await copyText(ownAddress());
  page.tell(done ? say("Link copied, with the view, filters, layers and open card. Send it together with the file.") : say("The browser did not let the page copy. The link is in its address bar."));
}

/** Up is north, as on every map in this projection. */
function northArrow() {
  const drawing = icon("north");
  drawing.setAttribute("viewBox", "0 0 26 34");
  drawing.setAttribute("class", "north");
  return drawing;
}

/** Open one box over the map, or close it; the other closes. */
function openOnly(page, box) {
  for (const other of page.boxes) if (other !== box) other.close();
  box.toggle();
}

/** The reader asked for the legend, or folded it away; until then it is shown where there is room. */
function wantLegend(page, wanted) {
  page.legendWanted = wanted;
  if (!wanted) page.layers.close();
  settleLegend(page);
}

function turnLayers(page, open) {
  page.app.classList.toggle("has-layers", open);
  settleLegend(page);
}

/** Whether a hand is on its way to a place on the map: the view must not move under it. */
function isDrawing(page) {
  return page.pen.isOn() || page.areaBox.isOpen();
}

/** Keep the whole region in sight while what lies over the map changes, until the reader goes elsewhere or draws. */
function keepHome(page) {
  if (page.printed) return;
  const isBeneath = isSheet() && !page.panel.classList.contains("is-folded");
  const isList = isNarrow() && page.boxes.some((box) => box.isOpen());
  if (page.card.element.hidden && !isBeneath && !isList && !isDrawing(page) && page.scene.isHome()) page.scene.home();
  page.scene.redrawNames();
}

/** Show the legend where it is asked for, holds the open list of layers, or has room beside the card: there without layers. */
function settleLegend(page) {
  const moved = [page.evidence, page.areaBox].filter((box) => box.isOpen()).map((box) => box.element.offsetWidth + ASIDE_PX);
  const beside = moved.reduce((sum, width) => sum + width, page.card.element.offsetWidth + page.past.element.offsetWidth);
  const roomy = !isNarrow() && page.holder.clientWidth - beside >= LEAST_FREE_PX;
  page.legend.hidden = !page.layers.isOpen() && !(page.legendWanted ?? roomy);
  page.legend.classList.toggle("is-short", !page.card.element.hidden && !page.legendWanted);
  page.app.classList.toggle("legend-aside", isAside(page));
}

/** Whether the region is drawn larger with the legend at its side than above it. */
function isAside({ payload, holder }) {
  const { across, down } = shapeOf(payload.bounds);
  const { clientWidth: width, clientHeight: height } = holder;
  const fit = (freeWidth, freeHeight) => Math.min(freeWidth / across, freeHeight / down);
  return !isNarrow() && fit(width - ASIDE_PX, height) > fit(width, height - LEGEND_PX);
}

/** How far what lies over the map reaches in from each side; a legend at the side takes all the height there, the mark all the width. */
function roomOf(page, shape = null) {
  const map = page.holder.getBoundingClientRect();
  const { left, top, right, bottom } = map;
  /** @type {Map<Element, object>} */
  const widened = new Map();
  for (const bar of [page.mark.element, page.swipeBar]) widened.set(bar, { left, right });
  if (page.app.classList.contains("legend-aside")) widened.set(page.legend, { top, bottom });
  return freeRoom(map, partsOver(page).map((part) => ({ ...sides(part), ...widened.get(part) })), shape);
}

function partsOver(page) {
  const parts = [page.tools, page.legend, page.evidence.element, page.past.element, ...(isNarrow() ? [] : [page.areaBox.element]), page.card.element, page.panel, page.mark.element, page.swipeBar, page.scale, page.mapFoot.querySelector(".north")];
  return parts.filter((part) => part.offsetParent !== null || part.offsetWidth > 0);
}

function sides(part) {
  const { left, top, right, bottom } = part.getBoundingClientRect();
  return { left, top, right, bottom };
}

/** What is written or drawn over the map beside its names: percentiles of earlier finds, the divider and what it parts. */
const OVER_NAMES = ".name-found, .swipe:not([hidden]) :is(.swipe-line, .swipe-name)";

/** Where parts of the page lie over the map, in its pixels. */
function boxesOver(page) {
  if (!page.legend) return [];
  const { left: west, top: north } = page.holder.getBoundingClientRect();
  const boxes = [...partsOver(page).filter((part) => part !== page.tools), ...(page.areaBox.isOpen() ? [page.areaBox.element] : [])];
  const groups = [...page.tools.children, ...boxes, ...page.stage.querySelectorAll(OVER_NAMES)];
  return groups.map(sides).map(({ left, top, right, bottom }) => ({ left: left - west, top: top - north, right: right - west, bottom: bottom - north }));
}

/** Listen to the map and the keys. */
function listen(page) {
  const { map, store, scene } = page;
  map.on("moveend", () => writeLink(page));
  map.on("click", (event) => page.pen.add(event.latlng) || choose(page, scene.under(event.latlng)));
  map.on("mousemove", (event) => point(page, event));
  map.on("mouseout", () => { page.tip.hidden = true; store.set({ hovered: null }); });
  page.areaTools.listen();
  scene.whenTilesFail((base) => {
    page.tell(say("No images came from the internet; the base map in the file is shown."));
    store.set({ base });
  });
  window.addEventListener("beforeprint", () => layPrint(page));
  window.addEventListener("afterprint", () => endPrint(page));
  followAddress((hash) => followLink(page, hash));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !page.about.open) closeUppermost(page); else onTourKey(page, event); });
  new ResizeObserver(() => {
    const wasHome = scene.isHome();
    map.invalidateSize({ animate: false });
    settleLegend(page);
    if (wasHome && !page.printed && !isDrawing(page)) scene.home();
  }).observe(page.holder);
}

/** Put the page on one sheet: the ground in view fills the map's part of it. */
function layPrint(page) {
  if (page.printed) return;
  const { payload, scene, map } = page;
  const model = modelOf(page, page.store.get());
  const bounds = scene.boundsInView();
  const [west, south, east, north] = payload.bounds;
  const divider = page.swipe.longitude();
  const isWhole = map.getBounds().contains([[south, west], [north, east]]);
  page.printed = { center: map.getCenter(), zoom: map.getZoom() };
  page.sheet.show(payload, model, page.listed, { title: legendHeading(model, sidesNow(page.store.get(), payload)), key: page.legend.querySelector(".legend-key"), quote: quoteNow(page) });
  page.app.classList.add("is-printed");
  page.sheet.fit();
  scene.paintWhole(true);
  page.theme.holdLight(true);
  map.invalidateSize({ animate: false, pan: false });
  if (isWhole) scene.home();
  else scene.showView({ bounds });
  page.swipe.hold(divider);
}

function endPrint(page) {
  if (!page.printed) return;
  page.app.classList.remove("is-printed");
  page.theme.holdLight(false);
  page.scene.paintWhole(false);
  page.sheet.clear();
  page.map.invalidateSize({ animate: false, pan: false });
  page.map.setView(page.printed.center, page.printed.zoom, { animate: false });
  page.printed = null;
  page.swipe.hold(null);
}

/** Escape: what lies uppermost closes. */
function closeUppermost(page) {
  const box = page.boxes.find((one) => one.isOpen());
  if (page.pen.isOn()) page.pen.stop();
  else if (page.swipe.has(document.activeElement)) page.swipe.end();
  else if (box) box.close();
  else if (page.store.get().tour) endTour(page);
  else if (page.store.get().swipe && page.card.element.hidden) page.swipe.end();
  else page.store.set({ selected: null, feature: null });
}

function modelOf(page, state) {
  return page.payload.models.find((model) => model.name === state.model);
}

/** Targets of a model that pass the filters, in an order; a search for a place by its coordinates leaves none out. */
function listedTargets(page, model, { filters, sort }) {
  return sorted(model, passing(page, model, filters), sort);
}

/** Targets of a model that pass the filters; kept until the filters change, for list and map ask the same. */
function passing(page, model, filters) {
  const kept = page.kept?.get(model);
  if (kept?.filters === filters && kept.rescored === model.rescored) return kept.targets;
  const asked = parseCoordinates(filters.query, page.payload.bounds) ? { ...filters, query: "" } : filters;
  const targets = model.targets.filter((target) => passes(model, target, asked));
  page.kept ??= new Map();
  page.kept.set(model, { filters, rescored: model.rescored, targets });
  return targets;
}

/** Places, titles and holders that a query finds, or the one place that its coordinates give. */
function findBeside(page, query) {
  const place = parseCoordinates(query, page.payload.bounds);
  if (place) return [{ name: degrees(place.latitude, place.longitude), about: utm(place.latitude, place.longitude), place }];
  page.places ??= listPlaces(page.payload);
  return findPlaces(page.places, query).map((entry) => ({ ...entry, about: aboutPlace(entry) }));
}

function aboutPlace({ layer, features }) {
  return features.length > 1 ? `${told(layer.label)}: ${count(features.length)}` : told(layer.label);
}

/** Go to what a search found: its layer is switched on, a single thing opens its card, a place by coordinates is marked. */
function goToResult(page, { place, layer, features }) {
  if (isSheet()) setFolded(page, true);
  if (place) {
    page.store.set({ selected: null, feature: null });
    page.scene.goToPlace(place);
    return;
  }
  const { layers } = page.store.get();
  const on = layers.includes(layer.key) ? layers : [...layers, layer.key];
  const [feature] = features;
  page.store.set({ layers: on, selected: null, feature: features.length === 1 ? { layer, feature } : null });
  if (features.length === 1 && feature.geometry.type === "Point") page.scene.goToPlace({ latitude: middleOf(feature.geometry).lat, longitude: middleOf(feature.geometry).lng }, false);
  else page.scene.goToAll(features.map(({ geometry }) => geometry));
}

/** Carry what changed to the parts that show it. */
function render(page, state, changed) {
  if (changed.has("language")) {
    const wasChosenHere = document.activeElement?.closest(".languages");
    furnish(page);
    render(page, state, EVERYTHING);
    showSelection(page, state, false);
    if (wasChosenHere) page.panel.querySelector(".languages [aria-pressed=true]").focus();
    return;
  }
  const model = modelOf(page, state);
  const any = (...keys) => keys.some((key) => changed.has(key));
  if (any("selected", "feature") && !page.isFollowing) page.isEntry = true;
  if (any("tint")) for (const one of page.payload.models) one.tint = state.tint === "spread" && hasSpread(one) ? SPREAD : null;
  if (any("model", "weights")) weigh(page, model, state);
  if (any("model")) {
    page.tabs.show(state.model);
    fill(page.skill, skillNote(model));
    fill(page.doubt, doubt(model));
  }
  if (any("model", "filters", "sort", "weights", "tint")) showList(page, model, state);
  if (any("swipe")) page.scene.showSides(sidesNow(state, page.payload));
  if (any("swipe")) page.swipe.show(state);
  if (any("swipe", "divider")) page.swipe.place();
  if (any("model", "ground", "outside", "swipe")) layGround(page, model, state);
  if (any("model", "filters", "shown", "weights", "tint", "swipe")) showOnMap(page, model, state);
  if (any("model", "past")) showPast(page, model, state);
  if (any("layers", "colours", "past", "model", "swipe")) page.scene.showLayers(pastTest(model, state) ? state.layers.filter((key) => key !== depositsKey(model)) : state.layers, state.colours);
  if (any("base")) page.scene.showBase(state.base);
  if (any("opacity")) page.scene.setOpacity(state.opacity);
  if (any("model", "shown", "ground", "outside", "tint", "layers", "colours", "base", "opacity", "swipe")) page.switches.show(state, model);
  if (any("selected", "feature", "weights", "tour")) showSelection(page, state, !changed.has("weights"));
  if (any("hovered")) page.scene.hover(findTarget(page, state.hovered)?.target.geometry ?? null);
  if (any("model", "shown", "filters", "weights", "ground", "outside", "tint", "layers", "colours", "past", "swipe")) showLegend(page, state);
  if (any("model")) page.areaTools.show();
  if (any("notes")) page.areaTools.showNotes(state.notes);
  if (state.tour && stopNow(page, state) < 0) page.store.set({ tour: false });
  if (any("selected", "feature", "tour") || [...changed].some((key) => EVERYTHING.has(key))) writeLink(page);
}

/** Score the listed model again where its evidence weighs otherwise; all others are the run's. */
function weigh(page, model, state) {
  for (const one of page.payload.models) one.rescored = null;
  if (model.what_if && isChanged(state.weights)) model.rescored = rescored(model, state.weights);
  page.weights.show(model, state.weights);
  page.mark.show(state.weights);
  page.app.classList.toggle("is-what-if", model.rescored !== null);
}

function showList(page, model, state) {
  page.listed = listedTargets(page, model, state);
  page.filters.show(model, state.filters, page.listed);
  const all = model.targets.length;
  const words = page.listed.length === all ? say("{n} targets", { n: count(all) }) : say("{n} of {all} targets", { n: count(page.listed.length), all: count(all) });
  page.count.textContent = words;
  page.summary.textContent = summaryOf(model, page.listed);
  page.fold.firstChild.textContent = words;
  page.table.show(model, page.listed);
}

/** The list in a sentence: around known deposits or new, how far to believe it, whose ground. */
function summaryOf(model, targets) {
  if (targets.length === 0) return "";
  const fresh = targets.filter(isNewGround).length;
  const parts = { mines: count(targets.length - fresh), fresh: count(fresh), trust: trust(model).short, ground: groundWords(targets) };
  return say("{mines} around known deposits, {fresh} on new ground; {trust}; whose ground: {ground}.", parts);
}

function showOnMap(page, model, state) {
  const byRank = { ...state, sort: { key: "rank", descending: false } };
  const shown = drawnModels(page, state);
  const ordered = [...shown.filter((one) => one !== model), ...shown.filter((one) => one === model)];
  page.scene.showTargets(ordered.map((one) => [one, listedTargets(page, one, byRank)]));
}

/** Show the deposits by their year, in the box that is open as long as they are shown. */
function showPast(page, model, state) {
  if (page.past.isOpen() !== (state.past !== null)) page.past.toggle();
  page.years.show(model, state.past);
  page.scene.showPast(model, state.past);
}

/** The box takes the card's place: opened by hand, it closes the card. */
function turnPast(page, open) {
  const state = page.store.get();
  const first = testOf(modelOf(page, state), null)?.before ?? 0;
  if (open && state.tour) goBack(page);
  if (!open) page.store.set({ past: null });
  else if (state.past === null) page.store.set({ past: first, selected: null, feature: null });
  settleLegend(page);
}

/** The back-test that is shown; null for none. */
function pastTest(model, { past }) {
  return past === null ? null : testOf(model, past);
}

/** Lay under the targets what is asked for. */
function layGround(page, model, state) {
  const { ground } = state;
  page.both = null;
  page.scene.showOutside(state.outside ? model.outside : null);
  page.pictures.show(model, ground, state.swipe);
  if (state.swipe) page.scene.showGround(null);
  else if (ground.kind === "together") page.laid = layTogether(page, model, ground);
  else page.scene.showGround({ none: () => null, score: () => model.overlay, evidence: () => model.evidence.find((one) => one.name === ground.name).picture }[ground.kind]());
}

async function layTogether(page, model, ground) {
  const picture = await comparedPicture(model, page.payload.models.find((one) => one.name === ground.name), ground.least);
  if (page.store.get().ground !== ground || page.store.get().swipe) return;
  page.both = picture.both;
  page.scene.showGround(picture);
  showLegend(page, page.store.get());
}

function showLegend(page, state) {
  const { scene, payload } = page;
  const model = modelOf(page, state);
  const outside = state.outside && model.outside !== null;
  page.legendBox.show(legendHeading(model, sidesNow(state, payload)), legendContent(model, page.listed, {
    ground: state.swipe ? NO_GROUND : state.ground, sides: sidesNow(state, payload), models: payload.models, beside: modelsBeside(page, state), outside, layers: scene.layersInSight(), groupingOf: scene.groupingOf, both: page.both, past: pastTest(model, state) ? pastKeys(model, state.past) : null,
  }));
}

/** Models whose targets are drawn: those switched on, and those of either side. */
function drawnModels({ payload }, state) {
  const pair = sidesNow(state, payload);
  return payload.models.filter((model) => state.shown.includes(model.name) || pair?.left.model === model || pair?.right.model === model);
}

/** Models drawn beside the listed one, with their listed targets. */
function modelsBeside(page, state) {
  const beside = drawnModels(page, state).filter((model) => model.name !== state.model);
  return beside.map((model) => ({ model, targets: passing(page, model, state.filters) }));
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
  if (found) showTargetCard(page, found, state);
  else if (state.feature) page.card.showFeature(state.feature.layer, state.feature.feature);
  else hideCard(page);
  if ((found || state.feature) && page.holder.clientWidth < LEAST_FREE_PX + 2 * page.card.element.offsetWidth) for (const box of page.boxes) box.close();
  if (found || state.feature) page.past.close();
  if (isSheet() && (found || state.feature)) setFolded(page, true);
  settleLegend(page);
  if (found && move && state.tour) page.scene.goTo(found.target.geometry);
  else if (found && move) bringIntoSight(page, found.target);
}

/** The card of a target; of a stop of the tour with its sentence and the way on, which keeps the focus it had. */
function showTargetCard(page, { model, target }, state) {
  const at = stopNow(page, state);
  const held = page.stop.held();
  if (at >= 0) page.stop.show(model, target, at, stops(page, state).length);
  page.card.showTarget(model, target, beneath(page, target), at >= 0 ? page.stop.element : null);
  if (held && at >= 0) page.stop.focus(held);
}

/** The targets of the tour as the list is filtered now. */
function stops(page, state) {
  const model = modelOf(page, state);
  return stopsOf(model, passing(page, model, state.filters));
}

/** Which stop of the tour is shown; -1 for none. */
function stopNow(page, state) {
  return state.tour ? stops(page, state).findIndex((target) => target.target_id === state.selected) : -1;
}

function startTour(page) {
  const [first] = stops(page, page.store.get());
  if (!first) { page.tell(say("No target passes the filters.")); return; }
  page.beforeTour = viewNow(page);
  page.store.set({ tour: true, selected: first.target_id, feature: null });
  page.stop.focus();
}

function stepTour(page, by) {
  const state = page.store.get();
  const target = stops(page, state)[stopNow(page, state) + by];
  if (target) page.store.set({ selected: target.target_id });
}

/** The tour ends where the reader was before it. */
function endTour(page) {
  page.store.set({ tour: false, selected: null, feature: null });
  goBack(page);
  page.tools.querySelector(".tool-tour").focus();
}

/** What is in view, to come back to; null for the whole region. */
function viewNow({ map, scene }) {
  return scene.isHome() ? null : { center: map.getCenter(), zoom: map.getZoom() };
}

/** Show what was in view before the tour; a tour that a link began leads back to the whole region. */
function goBack(page) {
  const { center, zoom } = page.beforeTour ?? {};
  page.beforeTour = null;
  if (center) page.map.setView(center, zoom, { animate: false });
  else page.scene.home();
}

/** Keys lead through the tour, but where the same key does something else: in fields, list, card and, for arrows, on the map. */
function onTourKey(page, event) {
  const by = TOUR_KEYS[event.key];
  const taken = event.target.closest(`input, select, textarea, .list, .card-body, .legend-body, [role=tablist], [role=slider], dialog${event.key.startsWith("Arrow") ? ", .folium-map" : ""}`);
  if (!by || taken || !page.store.get().tour) return;
  event.preventDefault();
  stepTour(page, by);
}

/** The sentence of the stop that is shown; empty outside a tour. */
function quoteNow(page) {
  const state = page.store.get();
  const found = stopNow(page, state) < 0 ? null : findTarget(page, state.selected);
  return found ? quote(found.model, found.target) : "";
}

/** Hide the card; had it the focus, the row or else the map gets it. */
function hideCard(page) {
  const hadFocus = page.card.element.contains(document.activeElement);
  page.card.hide();
  if (!hadFocus) return;
  page.table.focus();
  if (document.activeElement === document.body) page.holder.focus();
}

/** Other things at a target's centre, as buttons that open their card. */
function beneath(page, target) {
  const [longitude, latitude] = target.centre;
  const things = page.scene.under(L.latLng(latitude, longitude)).filter(({ feature }) => feature);
  return things.map(({ layer, feature }) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => page.store.set({ selected: null, feature: { layer, feature } }) }, featureName(layer, feature) || say("no name on record")), h("span", { class: "muted" }, ` ${told(layer.label)}`)));
}

/** Open the card of a thing of a layer, which is switched on so that it can be seen. */
function openThing(page, { layer, feature }) {
  const { layers } = page.store.get();
  page.store.set({ selected: null, feature: { layer, feature }, layers: layers.includes(layer.key) ? layers : [...layers, layer.key] });
}

/** Move the map only when the target is out of sight, under a box or too small to be seen. */
function bringIntoSight(page, target) {
  const { map } = page;
  const [longitude, latitude] = target.centre;
  const spot = map.latLngToContainerPoint([latitude, longitude]);
  const size = map.getSize();
  const { left, top, right, bottom } = roomOf(page);
  const inSight = spot.x > left + 30 && spot.y > top + 30 && spot.x < size.x - right - 30 && spot.y < size.y - bottom - 30;
  if (!inSight || map.getZoom() < 8) page.scene.goTo(target.geometry);
}

/** Go to the target or thing whose card is open, and tell whether there is any. */
function goToSelection(page) {
  const { selected, feature } = page.store.get();
  const geometry = (findTarget(page, selected)?.target ?? feature?.feature)?.geometry;
  if (geometry) page.scene.goTo(geometry);
  return Boolean(geometry);
}

function choose(page, [first]) {
  if (!first) page.store.set({ selected: null, feature: null });
  else if (first.target) page.store.set({ ...activate(page, first.model), selected: first.target.target_id, feature: null });
  else page.store.set({ selected: null, feature: first });
}

/** A click on a target of a model drawn beside the listed one lists that model. */
function activate(page, model) {
  return page.store.get().model === model.name ? {} : { ...switchModel(page.store.get(), model.name), shown: page.store.get().shown };
}

/** Say what lies under the pointer; while the map is dragged that stays the same, and only the tip goes along. */
function point(page, event) {
  if (page.map.dragging.moving()) {
    if (!page.tip.hidden) placeTip(page, event.containerPoint);
    return;
  }
  const { lat, lng } = event.latlng;
  const state = page.store.get();
  const side = page.swipe.under(lng) ?? { model: modelOf(page, state), ground: state.ground };
  page.readout.textContent = [valueAt(side.model, side.ground, lat, lng), degrees(lat, lng)].filter(Boolean).join("  ·  ");
  const [first] = page.scene.under(event.latlng);
  page.holder.classList.toggle("over-thing", Boolean(first));
  page.store.set({ hovered: first?.target?.target_id ?? null });
  page.tip.hidden = !first;
  if (!first) return;
  const text = tipText(first);
  fill(page.tip, h("b", {}, text[0]), h("span", {}, text[1]));
  placeTip(page, event.containerPoint);
}

function placeTip(page, { x, y }) {
  const room = page.map.getSize().x - x;
  page.tip.style.setProperty("left", room < 240 ? `${x - page.tip.offsetWidth - 12}px` : `${x + 14}px`);
  page.tip.style.setProperty("top", `${y + 14}px`);
}

function tipText({ model, target, layer, feature }) {
  if (!target) return [featureName(layer, feature) || say("no name on record"), told(layer.label)];
  const rank = say("{model} · rank {rank} of {n}", { model: told(model.label), rank: count(rankOf(model, target)), n: count(model.targets.length) });
  return [headline(target), `${rank} · ${say("score {score}", { score: fixed(scoreOf(model, target), 2) })}`];
}

function setFolded(page, folded) {
  page.panel.classList.toggle("is-folded", folded);
  page.fold.setAttribute("aria-expanded", String(!folded));
}

function foldPanel(page) {
  setFolded(page, !page.panel.classList.contains("is-folded"));
  for (const box of page.boxes) box.close();
}

/** Write the link at once, or a little later where it was just written: browsers refuse many in short time. */
function writeLink(page) {
  if (page.nextLink) return;
  const wait = (page.lastLink ?? -Infinity) + LINK_EVERY_MS - performance.now();
  if (wait <= 0) { writeLinkNow(page); return; }
  page.nextLink = setTimeout(() => { page.nextLink = null; writeLinkNow(page); }, wait);
}

function writeLinkNow(page) {
  page.lastLink = performance.now();
  writeAddress(toHash(page.store.get(), page.scene.boundsInView(), firstSight(page.payload)), page.isEntry);
  page.isEntry = false;
}

function followLink(page, hash) {
  clearTimeout(page.nextLink);
  page.nextLink = null;
  const { patch, view, language, notes } = fromHash(hash, page.payload);
  page.isFollowing = true;
  page.store.set({ ...patch, hovered: null, notes: withNotes(page.store.get().notes, notes), ...(language in LANGUAGES ? { language } : {}) });
  page.isFollowing = false;
  showAsked(page, view);
  page.tell("");
  tellMissing(page, hash);
}

const FILES = {
  csv: [(targets, model, { tables }) => csvParts(targets, model, tables), "text/csv"],
  geojson: [(targets, model, { sentences, tables }) => geoJsonParts(targets, model, sentences, tables), "application/geo+json"],
  gpx: [toGpx, "application/gpx+xml"],
};

/** Save the listed targets; a view that is not the run's says so in the file's name. */
function download(page, kind) {
  const model = modelOf(page, page.store.get());
  const [write, type] = FILES[kind];
  saveAs(page, write(page.listed, model, page.payload), { model, part: "targets", kind, type });
}

/** Light became dark, or dark light: what is drawn in colours of its own is drawn again. */
function recolourPage(page) {
  const state = page.store.get();
  page.scene.recolour();
  page.scene.redrawGraticule();
  if (state.ground.kind === "together") layGround(page, modelOf(page, state), state);
  showLegend(page, state);
}

/** Save the view as a picture, which is light as paper is. */
async function savePicture(page) {
  const model = modelOf(page, page.store.get());
  page.scene.paintWhole(true);
  page.theme.holdLight(true);
  page.scene.redrawNames([]);
  try {
    await page.laid;
    page.scene.paintWhole(true);
    const picture = await viewPicture(page.map, page.payload, model, quoteNow(page), page.swipe.draw);
    saveAs(page, picture, { model, part: "map", kind: "png", type: "image/png" });
  } finally {
    page.theme.holdLight(false);
    page.scene.paintWhole(false);
    page.scene.redrawNames();
  }
}

function saveAs(page, content, { model, part, kind, type }) {
  const name = `${page.payload.title}_${model.name}_${part}${model.rescored ? "_what_if" : ""}`.replace(/[^\p{L}\p{N}_-]+/gu, "_");
  save(content, `${name}.${kind}`, type);
  if (isSandboxed()) page.tell(say("If no file was saved, the page that embeds this map does not allow it. Open the map file itself."));
}

document.addEventListener("DOMContentLoaded", start);
