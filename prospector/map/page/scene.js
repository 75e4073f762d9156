/* global L */
// The map with everything on it: what is switched on, what is marked, what lies under the pointer.

import { areaSheet, createPanes, drawFrame, drawGround, drawLayer, drawMark, drawOutside, drawSheet, drawTiles, isSheetOfAreas, leafletBounds, targetSheet } from "./drawing.js";
import { isStill } from "./dom.js";
import { boundsOf, inBounds, touches } from "./geometry.js";
import { createGraticule } from "./graticule.js";
import { groupBy } from "./groups.js";
import { createLabels } from "./labels.js";
import { boundsAt, worldOf } from "./packed.js";
import { createPastSigns } from "./past.js";
import { padding } from "./room.js";
import { createSidePanes } from "./side_panes.js";
import { ownBase, TILES } from "./store.js";
import { groundColours } from "./theme.js";
import { rankOf } from "./what_if.js";

const REACH_PX = 7;
/** From this zoom on signs of points lie over targets; before it they would hide them. */
const POINTS_OVER_ZOOM = 8.5;
/** Layers whose ground must be seen through the targets on it. */
const SEEN_THROUGH = ["concessions", "open_ground"];
const HOME_MARGIN_PX = 10;
const SAME_VIEW_PX = 2;
const TARGET_MARGIN_PX = 44;
const CLOSEST_ZOOM = 9.75;
const MARK = "#c2185b";
const HOVER = "#17202a";

/**
 * @param {L.Map} map folium's map
 * @param {object} payload
 */
export function createScene(map, payload) {
  for (const model of payload.models) model.world = worldOf(model.outlines);
  const canvases = createPanes(map);
  const scene = { map, payload, canvases, on: new Set(), drawn: new Map(), groupings: new Map(), listed: [], bounds: new WeakMap(), members: new WeakMap(), marks: {}, opacity: 0.7, sides: createSidePanes(map), boxesOver: () => [], homeView: null };
  scene.labels = createLabels(map, { layers: () => visibleLayers(scene, "point", "polygon"), listed: () => [...scene.listed].reverse(), seas: () => payload.seas, regions: () => payload.regions, covered: () => scene.boxesOver(), sides: scene.sides });
  const order = () => { map.getPane("points").style.zIndex = pointsOver(map) ? "331" : "305"; };
  map.on("zoomend", order);
  order();
  redrawGround(scene);
  const drawGraticule = createGraticule(map, () => scene.boxesOver());
  const redrawNames = (covered = scene.boxesOver()) => { scene.labels(covered); drawGraticule(covered); };
  map.on("moveend resize", () => redrawNames());
  const attribution = payload.basemap ? L.control.attribution({ prefix: false }).addTo(map) : null;
  return {
    showBase: (key) => showBase(scene, key),
    whenTilesFail: (listener) => { scene.onTilesFail = listener; },
    showLayers: (keys, colours) => showLayers(scene, keys, colours),
    groupingOf: (layer) => scene.groupings.get(layer.key) ?? null,
    setOpacity: ({ targets, ground }) => setOpacity(scene, targets, ground),
    showGround: (picture) => showGround(scene, picture),
    showSides: (shown) => scene.sides.show(shown),
    setDivider: (px) => { scene.sides.setEdge(px); redrawSeen(scene); },
    showOutside: (geometry) => showOutside(scene, geometry),
    showTargets: (listed) => showTargets(scene, listed),
    showPast: createPastSigns(map, canvases.marks),
    mark: (geometry) => setMark(scene, "selected", geometry, MARK),
    hover: (geometry) => setMark(scene, "hovered", geometry, HOVER),
    goTo: (geometry) => goTo(scene, leafletBounds(geometry)),
    goToAll: (geometries) => goTo(scene, geometries.map(leafletBounds).reduce((all, one) => all.extend(one))),
    goToPlace: (place, marked = true) => goToPlace(scene, place, marked),
    home: () => home(scene),
    isHome: () => isHome(scene),
    redrawNames,
    redrawGraticule: drawGraticule,
    recolour: () => recolour(scene),
    isPainted: () => isPainted(scene),
    paintWhole: (whole) => paintWhole(scene, whole),
    showView: (view) => showView(scene, view),
    boundsInView: () => boundsInView(scene),
    under: (place) => under(scene, place),
    layersInSight: () => visibleLayers(scene, "point", "line", "polygon"),
    measureRoom: (measure) => { scene.roomOf = measure; },
    measureBoxes: (measure) => { scene.boxesOver = measure; },
    attribution: attribution?.getContainer() ?? null,
    marks: canvases.marks,
  };
}

/** Frame of the region, and what lies under everything where there is no relief: the sea, or a sheet where nothing tells it from land. */
function redrawGround(scene) {
  const { map, payload, canvases } = scene;
  const { frame, sea, sheet } = groundColours();
  scene.frame?.remove();
  scene.sheet?.remove();
  scene.frame = drawFrame(payload.bounds, canvases.marks, frame).addTo(map);
  if (payload.layers.some((layer) => layer.kind === "image")) return;
  scene.sheet = drawSheet(payload.bounds, payload.layers.some((layer) => layer.key === "land") ? sea : sheet).addTo(map);
}

/** Draw ground, layers and targets again where light became dark, or dark light. */
function recolour(scene) {
  redrawGround(scene);
  for (const drawn of scene.drawn.values()) drawn.remove();
  scene.drawn.clear();
  redrawLayers(scene);
  showTargets(scene, scene.listed);
}

function pointsOver(map) {
  return map.getZoom() >= POINTS_OVER_ZOOM;
}

/** Layers that are on, of some kinds; points first, then in the payload's order. */
function visibleLayers(scene, ...kinds) {
  return kinds.flatMap((kind) => scene.payload.layers.filter((layer) => layer.kind === kind && (scene.on.has(layer.key) || scene.sides.holds(layer))));
}

/** Draw the layers of some keys, each coloured by one row of its cards or by nothing. */
function showLayers(scene, keys, colours) {
  for (const layer of scene.payload.layers) {
    const by = colours[layer.key] ?? null;
    if (by === (scene.groupings.get(layer.key)?.by ?? null)) continue;
    if (by) scene.groupings.set(layer.key, groupBy(layer, by));
    else scene.groupings.delete(layer.key);
    scene.drawn.get(layer.key)?.remove();
    scene.drawn.delete(layer.key);
  }
  const before = isSeenThrough(scene);
  scene.on = new Set(keys);
  redrawLayers(scene);
  if (isSeenThrough(scene) !== before) showTargets(scene, scene.listed);
}

/** Whether targets are drawn hollow, for the ground on them to be seen. */
function isSeenThrough(scene) {
  return SEEN_THROUGH.some((key) => scene.on.has(key));
}

/** Whether pictures, targets and areas in view are drawn. */
function isPainted(scene) {
  const pictures = [...scene.map.getContainer().querySelectorAll(".leaflet-image-layer")];
  return pictures.every((one) => one.complete) && waitingCanvases(scene).length === 0 && paintedInSteps(scene).every((canvas) => canvas.isPainted());
}

function paintedInSteps({ canvases, sides }) {
  return [canvases.areas, canvases.targets, ...sides.canvases()];
}

/** Paint all that is in view at once, not in steps or with the next frame, for a picture or a sheet of it. */
function paintWhole(scene, whole) {
  for (const canvas of paintedInSteps(scene)) {
    canvas.options.whole = whole;
    if (whole) canvas.finish();
  }
  if (whole) for (const canvas of waitingCanvases(scene)) canvas._redraw();
}

/** Leaflet's own canvases that put off their painting to the next frame. */
function waitingCanvases({ map }) {
  const waiting = [];
  map.eachLayer((layer) => { if (layer._redrawRequest) waiting.push(layer); });
  return waiting;
}

function setOpacity(scene, targets, ground) {
  scene.map.getPane("targets").style.opacity = String(targets);
  scene.opacity = ground;
  scene.ground?.setOpacity(ground);
  scene.sides.setOpacity(targets, ground);
}

/** Layers are taken off and put back in the payload's order, which is the order of painting. */
function redrawLayers(scene) {
  for (const layer of scene.payload.layers) {
    if (layer.kind === "image" || isSheetOfAreas(layer)) continue;
    scene.drawn.get(layer.key)?.remove();
    if (!scene.on.has(layer.key) || scene.sides.holds(layer)) continue;
    if (!scene.drawn.has(layer.key)) scene.drawn.set(layer.key, drawLayer(layer, scene.canvases, scene.groupings.get(layer.key)));
    scene.drawn.get(layer.key).addTo(scene.map);
  }
  const sheets = scene.payload.layers.filter((layer) => scene.on.has(layer.key) && isSheetOfAreas(layer) && !scene.sides.holds(layer));
  scene.canvases.areas.show(sheets.map((layer) => areaSheet(layer, scene.groupings.get(layer.key))));
  scene.sides.showLayers(scene.groupings);
  scene.labels();
}

function showBase(scene, key) {
  scene.base?.remove();
  if (key === TILES) {
    scene.base = watchedTiles(scene).addTo(scene.map);
    return;
  }
  const layer = scene.payload.layers.find((one) => one.kind === "image" && one.key === key);
  scene.base = layer ? drawLayer(layer, scene.canvases).addTo(scene.map) : null;
}

/** The server's pictures; where the first that answers is an error, it is told that they fail. */
function watchedTiles(scene) {
  const tiles = drawTiles(scene.payload.basemap);
  const failed = () => scene.onTilesFail?.(ownBase(scene.payload));
  tiles.once("tileerror", failed);
  tiles.once("tileload", () => tiles.off("tileerror", failed));
  return tiles;
}

function showGround(scene, picture) {
  scene.ground?.remove();
  scene.ground = picture ? drawGround(picture, scene.opacity).addTo(scene.map) : null;
}

function showOutside(scene, geometry) {
  scene.outside?.remove();
  scene.outside = geometry ? drawOutside(geometry, scene.canvases.outside).addTo(scene.map) : null;
}

/** Show the targets of several models, given as [model, targets in order of rank], the last one on top. */
function showTargets(scene, listed) {
  scene.listed = listed;
  const hollow = isSeenThrough(scene);
  const both = scene.sides.showTargets(listed, hollow);
  scene.canvases.targets.show(both.map(([model, targets]) => targetSheet(model, targets, hollow)));
  scene.labels();
}

/** Write the names again once what is seen on either side of the divider has changed. */
function redrawSeen(scene) {
  scene.renaming ??= requestAnimationFrame(() => { scene.renaming = null; scene.labels(); });
}

function setMark(scene, name, geometry, colour) {
  scene.marks[name]?.remove();
  scene.marks[name] = geometry ? drawMark(geometry, scene.canvases.marks, colour).addTo(scene.map) : null;
}

function goTo(scene, bounds) {
  if (scene.map._animatingZoom) scene.map._onZoomTransitionEnd(); // Leaflet goes nowhere else until it has arrived
  scene.map.fitBounds(bounds, {
    ...fitting(scene, TARGET_MARGIN_PX),
    maxZoom: Math.max(CLOSEST_ZOOM, Math.min(scene.map.getZoom(), 13)),
    animate: !isStill(),
  });
}

/** Go to a place that someone typed or searched, and mark it where it is nothing else on the map. */
function goToPlace(scene, { latitude, longitude }, marked) {
  if (marked) setMark(scene, "selected", { type: "Point", coordinates: [longitude, latitude] }, MARK);
  goTo(scene, L.latLngBounds([[latitude, longitude], [latitude, longitude]]));
}

function home(scene) {
  const [west, south, east, north] = scene.payload.bounds;
  scene.map.fitBounds([[south, west], [north, east]], { ...fitting(scene, HOME_MARGIN_PX, shapeOf(scene.payload.bounds)), animate: false });
  scene.homeView = { zoom: scene.map.getZoom(), centre: scene.map.getCenter() };
}

/** How wide and high a window of degrees is drawn. */
export function shapeOf([west, south, east, north]) {
  const [lower, upper] = [[south, west], [north, east]].map((corner) => L.CRS.EPSG3857.latLngToPoint(L.latLng(corner), 0));
  return { across: upper.x - lower.x, down: lower.y - upper.y };
}

/** Whether the map still shows what it showed when it last went home. */
function isHome({ map, homeView }) {
  if (!homeView || homeView.zoom !== map.getZoom()) return false;
  return map.project(homeView.centre).distanceTo(map.project(map.getCenter())) <= SAME_VIEW_PX;
}

/** Show what a link says was in view. */
function showView(scene, { bounds, latitude, longitude, zoom }) {
  if (!bounds) scene.map.setView([latitude, longitude], zoom, { animate: false });
  else scene.map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], { ...fitting(scene, 0), animate: false });
}

/** West, south, east and north of the ground that nothing covers. */
function boundsInView(scene) {
  const size = scene.map.getSize();
  const { left, top, right, bottom } = padding(scene.roomOf(), size, 0);
  const [upper, lower] = [scene.map.containerPointToLatLng([left, top]), scene.map.containerPointToLatLng([size.x - right, size.y - bottom])];
  return [upper.lng, lower.lat, lower.lng, upper.lat];
}

/** Leaflet's padding that keeps what is fitted clear of what lies over the map. */
function fitting(scene, margin, shape = null) {
  const { left, top, right, bottom } = padding(scene.roomOf(shape), scene.map.getSize(), margin);
  return { paddingTopLeft: [left, top], paddingBottomRight: [right, bottom] };
}

/**
 * Everything at a place that is drawn, uppermost first.
 * @param {object} scene
 * @param {L.LatLng} place
 * @returns {Array<{model?: object, target?: object, layer?: object, feature?: object}>}
 */
function under(scene, place) {
  const point = [place.lng, place.lat];
  const reach = reachInDegrees(scene.map, place);
  const targets = [...scene.listed].reverse().flatMap(([model, list]) => targetsAt(scene, model, list, place));
  const points = hits(scene, "point", point, reach);
  const upper = pointsOver(scene.map) ? [...points, ...targets] : [...targets, ...points];
  const all = [...upper, ...hits(scene, "line", point, reach), ...hits(scene, "polygon", point, reach).reverse()];
  return all.filter((thing) => scene.sides.sees(thing.model ?? thing.layer, place.lng));
}

/** Targets at a place; one smaller than the reach is hit anywhere near it, so small targets can be picked. */
function targetsAt(scene, model, list, place) {
  const reach = REACH_PX / 2 ** scene.map.getZoom();
  const { bounds } = model.world;
  const isListed = memberOf(scene, model, list);
  const close = boundsAt(bounds, onWorld(scene.map, place), reach).filter(isListed).map((index) => model.targets[index]);
  close.sort((one, other) => rankOf(model, one) - rankOf(model, other));
  const small = ({ index }) => bounds[4 * index + 2] - bounds[4 * index] < reach && bounds[4 * index + 3] - bounds[4 * index + 1] < reach;
  return close.filter((target) => small(target) || touches(target.geometry, [place.lng, place.lat], [0, 0])).map((target) => ({ model, target }));
}

/** A place on the square world of 256 pixels. */
function onWorld(map, place) {
  const { x: right, y: down } = map.project(place, 0);
  return { right, down };
}

/** What tells whether a target is listed, by its number: made once for a list. */
function memberOf(scene, model, list) {
  if (list.length === model.targets.length) return () => true;
  if (!scene.members.has(list)) {
    const listed = new Uint8Array(model.targets.length);
    for (const { index } of list) listed[index] = 1;
    scene.members.set(list, listed);
  }
  const listed = scene.members.get(list);
  return (index) => listed[index] === 1;
}

function hits(scene, kind, point, reach) {
  return visibleLayers(scene, kind).flatMap((layer) => near(scene, layer, point)
    .filter((feature) => hit(scene, feature.geometry, point, reach)).map((feature) => ({ layer, feature })));
}

/** Features of a layer that may lie at a place: of a sheet of areas, those whose bounds hold it. */
function near({ map }, { world, features }, [longitude, latitude]) {
  return world ? boundsAt(world.bounds, onWorld(map, [latitude, longitude]), 0).map((index) => features[index]) : features;
}

function hit(scene, geometry, point, reach) {
  if (!scene.bounds.has(geometry)) scene.bounds.set(geometry, boundsOf(geometry));
  return inBounds(scene.bounds.get(geometry), point, reach) && touches(geometry, point, reach);
}

function reachInDegrees(map, place) {
  const pixel = map.latLngToContainerPoint(place);
  const corner = map.containerPointToLatLng(pixel.add([REACH_PX, REACH_PX]));
  return [Math.abs(corner.lng - place.lng), Math.abs(corner.lat - place.lat)];
}
