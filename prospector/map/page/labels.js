/* global L */
// Names on the map: as many as fit without touching each other, the first layers first.

import { h } from "./dom.js";

/** From which zoom a layer's names are written when the payload does not say. */
const LABEL_ZOOM = { towns: 6.5, salars: 8, deposits: 8.5, ports: 8.5, volcanoes: 9.5 };
const HEIGHT_PX = 15;
const WIDTH_PER_LETTER_PX = 6.4;
const OFFSET_PX = 8;

/**
 * Keep names up to date.
 * @param {L.Map} map
 * @param {() => object[]} visibleLayers the layers that are switched on, most important first
 * @returns {() => void} call it when the layers change
 */
export function createLabels(map, visibleLayers) {
  const pane = map.createPane("names");
  pane.style.zIndex = "640";
  pane.style.pointerEvents = "none";
  const redraw = () => pane.replaceChildren(...placeNames(map, visibleLayers()));
  map.on("moveend zoomend viewreset resize", redraw);
  return redraw;
}

function placeNames(map, layers) {
  const taken = [];
  const labels = [];
  const view = map.getBounds();
  for (const layer of layers) {
    const least = layer.label_zoom ?? LABEL_ZOOM[layer.key] ?? Infinity;
    if (map.getZoom() < least) continue;
    for (const feature of layer.features) {
      const place = anchorOf(feature);
      if (!feature.name || !view.contains(place)) continue;
      const point = map.latLngToLayerPoint(place);
      const box = boxOf(point, feature.name, layer.kind);
      if (taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      labels.push(labelElement(box, feature.name, layer));
    }
  }
  return labels;
}

const anchors = new WeakMap();

function anchorOf(feature) {
  if (!anchors.has(feature)) anchors.set(feature, middleOf(feature.geometry));
  return anchors.get(feature);
}

function middleOf(geometry) {
  if (geometry.type === "Point") return L.latLng(geometry.coordinates[1], geometry.coordinates[0]);
  const ring = geometry.type === "Polygon" ? geometry.coordinates[0] : geometry.coordinates.flat(geometry.type === "MultiPolygon" ? 2 : 0);
  return L.latLngBounds(L.GeoJSON.coordsToLatLngs(ring, 0)).getCenter();
}

function boxOf(point, name, kind) {
  const width = name.length * WIDTH_PER_LETTER_PX;
  const left = kind === "polygon" ? point.x - width / 2 : point.x + OFFSET_PX;
  return { left, top: point.y - HEIGHT_PX / 2, right: left + width, bottom: point.y + HEIGHT_PX / 2 };
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function labelElement(box, name, layer) {
  const label = h("span", { class: `name name-${layer.kind}`, style: { left: `${box.left}px`, top: `${box.top}px` } }, name);
  if (layer.kind === "polygon") label.style.setProperty("width", `${box.right - box.left}px`);
  return label;
}
