/* global L */
// The map with everything on it: what is switched on, what is marked, what lies under the pointer.

import { createPanes, drawLayer, drawMark, drawScore, drawTargets, leafletBounds } from "./drawing.js";
import { boundsOf, inBounds, touches } from "./geometry.js";
import { createLabels } from "./labels.js";

const REACH_PX = 7;
const CLOSEST_ZOOM = 9.75;
const MARK = "#c2185b";
const HOVER = "#17202a";

/**
 * @param {L.Map} map folium's map
 * @param {object} payload
 */
export function createScene(map, payload) {
  const canvases = createPanes(map);
  const scene = { map, payload, canvases, on: new Set(), drawn: new Map(), targetLayers: new Map(), bounds: new WeakMap(), marks: {} };
  scene.labels = createLabels(map, () => visibleLayers(scene, "point", "polygon"));
  scene.baseKey = payload.layers.find((layer) => layer.kind === "image" && layer.visible)?.key ?? "";
  for (const layer of payload.layers) if (layer.kind !== "image" && layer.visible) scene.on.add(layer.key);
  scene.raster = { on: false, opacity: 0.7, overlay: null, model: null };
  redrawLayers(scene);
  showBase(scene);
  return {
    base: () => scene.baseKey,
    setBase: (key) => { scene.baseKey = key; showBase(scene); },
    setLayer: (layer, on) => { scene.on[on ? "add" : "delete"](layer.key); redrawLayers(scene); scene.onLayers?.(); },
    setTargetOpacity: (value) => { map.getPane("targets").style.opacity = String(value); },
    setRaster: (on) => { scene.raster.on = on; showRaster(scene); },
    setRasterOpacity: (value) => { scene.raster.opacity = value; scene.raster.overlay?.setOpacity(value); },
    setRasterModel: (model) => { scene.raster.model = model; showRaster(scene); },
    showTargets: (listed) => showTargets(scene, listed),
    mark: (geometry) => setMark(scene, "selected", geometry, MARK),
    hover: (geometry) => setMark(scene, "hovered", geometry, HOVER),
    goTo: (geometry, padding) => goTo(scene, geometry, padding),
    home: () => home(scene),
    under: (place) => under(scene, place),
    layersInSight: () => visibleLayers(scene, "point", "line", "polygon"),
    measureBelow: (measure) => { scene.coveredBelow = measure; },
    whenLayersChange: (listener) => { scene.onLayers = listener; },
  };
}

/** Layers that are on, of some kinds; points first, then in the payload's order. */
function visibleLayers(scene, ...kinds) {
  return kinds.flatMap((kind) => scene.payload.layers.filter((layer) => layer.kind === kind && scene.on.has(layer.key)));
}

/** Layers are taken off and put back in the payload's order, which is the order of painting. */
function redrawLayers(scene) {
  for (const layer of scene.payload.layers) {
    if (layer.kind === "image") continue;
    scene.drawn.get(layer.key)?.remove();
    if (!scene.on.has(layer.key)) continue;
    if (!scene.drawn.has(layer.key)) scene.drawn.set(layer.key, drawLayer(layer, scene.canvases));
    scene.drawn.get(layer.key).addTo(scene.map);
  }
  scene.labels();
}

function showBase(scene) {
  scene.base?.remove();
  const layer = scene.payload.layers.find((one) => one.kind === "image" && one.key === scene.baseKey);
  scene.base = layer ? drawLayer(layer, scene.canvases).addTo(scene.map) : null;
}

function showRaster(scene) {
  const { raster } = scene;
  raster.overlay?.remove();
  raster.overlay = raster.on && raster.model?.overlay ? drawScore(raster.model.overlay).addTo(scene.map) : null;
  raster.overlay?.setOpacity(raster.opacity);
}

/** Draw the listed targets of each model that is on: pairs of model and targets, the uppermost last. */
function showTargets(scene, listed) {
  for (const group of scene.targetLayers.values()) group.remove();
  scene.targetLayers.clear();
  scene.listed = listed;
  for (const [model, targets] of listed) {
    const group = drawTargets(model, targets, scene.canvases.targets);
    scene.targetLayers.set(model.name, group.addTo(scene.map));
  }
}

function setMark(scene, name, geometry, colour) {
  scene.marks[name]?.remove();
  scene.marks[name] = geometry ? drawMark(geometry, scene.canvases.marks, colour).addTo(scene.map) : null;
}

function goTo(scene, geometry, { right, bottom }) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  scene.map.fitBounds(leafletBounds(geometry), {
    maxZoom: Math.max(CLOSEST_ZOOM, Math.min(scene.map.getZoom(), 13)),
    paddingTopLeft: [70, 60],
    paddingBottomRight: [right + 50, bottom + 50],
    animate: !still,
  });
}

function home(scene) {
  const [west, south, east, north] = scene.payload.bounds;
  const bottom = 14 + (scene.coveredBelow?.() ?? 0);
  scene.map.fitBounds([[south, west], [north, east]], { paddingTopLeft: [20, 20], paddingBottomRight: [20, bottom], animate: false });
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
  const points = hits(scene, "point", point, reach);
  const targets = [...(scene.listed ?? [])].reverse().flatMap(([model, list]) => list
    .filter((target) => hit(scene, target.geometry, point, reach, true)).map((target) => ({ model, target })));
  return [...points, ...targets, ...hits(scene, "line", point, reach), ...hits(scene, "polygon", point, reach).reverse()];
}

function hits(scene, kind, point, reach) {
  return visibleLayers(scene, kind).flatMap((layer) => layer.features
    .filter((feature) => hit(scene, feature.geometry, point, reach, false)).map((feature) => ({ layer, feature })));
}

/** A thing smaller than the reach is hit anywhere near it, so small targets can be picked. */
function hit(scene, geometry, point, reach, lenient) {
  if (!scene.bounds.has(geometry)) scene.bounds.set(geometry, boundsOf(geometry));
  const bounds = scene.bounds.get(geometry);
  const small = lenient && bounds[2] - bounds[0] < reach[0] && bounds[3] - bounds[1] < reach[1];
  return inBounds(bounds, point, reach) && (small || touches(geometry, point, reach));
}

function reachInDegrees(map, place) {
  const pixel = map.latLngToContainerPoint(place);
  const corner = map.containerPointToLatLng(pixel.add([REACH_PX, REACH_PX]));
  return [Math.abs(corner.lng - place.lng), Math.abs(corner.lat - place.lat)];
}
