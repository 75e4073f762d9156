/* global L */
// What is drawn on the map. Leaflet's canvas paints; what lies under the pointer is found by geometry.js.

import { boundsOf } from "./geometry.js";
import { targetColour, isNewGround } from "./targets.js";

/** Panes from bottom to top. Only the map itself takes the pointer. */
const PANES = ["base", "raster", "ground", "targets", "points", "marks"];
const SMALL_TARGET_PX = 5;
const DEFAULT_RADIUS_PX = 4;

/** Make the panes, and a canvas for each that needs one. */
export function createPanes(map) {
  const canvases = {};
  PANES.forEach((name, index) => {
    const pane = map.createPane(name);
    pane.style.zIndex = String(210 + 20 * index);
    pane.style.pointerEvents = "none";
  });
  for (const name of ["ground", "targets", "points"]) canvases[name] = L.canvas({ pane: name, padding: 0.3 });
  canvases.marks = L.svg({ pane: "marks", padding: 0.3 });
  return canvases;
}

/** A polygon that becomes a square of full colour when it is too small to be read. */
const Target = L.Polygon.extend({
  _updatePath() {
    const box = this._rawPxBounds;
    const size = box && box.isValid() ? box.getSize() : null;
    if (size && Math.max(size.x, size.y) < SMALL_TARGET_PX) paintSquare(this, box.getCenter());
    else this._renderer._updatePoly(this, true);
  },
});

/** A point drawn as circle, square, triangle or diamond, so that kinds differ by more than colour. */
const Sign = L.CircleMarker.extend({
  _updatePath() {
    if (this.options.shape === "circle") this._renderer._updateCircle(this);
    else paintSign(this);
  },
});

function paintSquare(shape, centre) {
  const renderer = shape._renderer;
  if (!renderer._drawing || !renderer._bounds.contains(centre)) return;
  const context = renderer._ctx;
  context.globalAlpha = 1;
  context.fillStyle = shape.options.fillColor;
  context.fillRect(centre.x - 2.5, centre.y - 2.5, 5, 5);
}

/** Corners of the signs on a circle of radius 1, y downwards. */
const CORNERS = {
  square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
  triangle: [[0, -1.1], [1, 0.8], [-1, 0.8]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
};

function paintSign(shape) {
  const renderer = shape._renderer;
  if (!renderer._drawing || shape._empty()) return;
  const context = renderer._ctx;
  const { x, y } = shape._point;
  const corners = CORNERS[shape.options.shape].map(([right, down]) => [x + right * shape._radius, y + down * shape._radius]);
  context.beginPath();
  corners.forEach(([right, down], index) => (index ? context.lineTo(right, down) : context.moveTo(right, down)));
  context.closePath();
  renderer._fillStroke(context, shape);
}

/** Leaflet's latitude-longitude arrays of a GeoJSON polygon or line. */
function corners(geometry) {
  const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[geometry.type];
  return L.GeoJSON.coordsToLatLngs(geometry.coordinates, depth);
}

/** The targets of one deposit model. */
export function drawTargets(model, targets, renderer) {
  const worstFirst = [...targets].reverse();
  return L.layerGroup(worstFirst.map((target) => new Target(corners(target.geometry), {
    renderer,
    interactive: false,
    fillColor: targetColour(model, target),
    fillOpacity: 0.85,
    color: "#17202a",
    weight: 1,
    dashArray: isNewGround(target) ? null : "3 3",
    smoothFactor: 0.5,
  })));
}

/** One context layer: shapes on the canvas, or an image. */
export function drawLayer(layer, canvases) {
  if (layer.kind === "image") return L.imageOverlay(layer.png, layer.bounds, { pane: "base", interactive: false });
  const draw = layer.kind === "point" ? drawPoint : drawShape;
  return L.layerGroup(layer.features.flatMap((feature) => draw(layer, feature, canvases)));
}

function drawShape(layer, feature, canvases) {
  const { style } = layer;
  const filled = layer.kind === "polygon";
  const Shape = filled ? L.Polygon : L.Polyline;
  return [new Shape(corners(feature.geometry), {
    renderer: canvases.ground,
    interactive: false,
    color: style.colour,
    weight: style.weight,
    dashArray: style.dash || null,
    fill: filled && style.fill !== null,
    fillColor: style.fill ?? style.colour,
    fillOpacity: style.fill_opacity,
    smoothFactor: 1,
  })];
}

function drawPoint(layer, feature, canvases) {
  const { geometry } = feature;
  const places = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
  const { style } = layer;
  return places.map(([longitude, latitude]) => new Sign([latitude, longitude], {
    renderer: canvases.points,
    interactive: false,
    shape: style.shape,
    radius: style.radius || DEFAULT_RADIUS_PX,
    color: style.colour,
    weight: style.weight,
    fillColor: style.fill ?? "#ffffff",
    fillOpacity: 1,
  }));
}

/** The score of every cell, already in the map's projection; its cells stay visible as cells. */
export function drawScore(overlay) {
  return L.imageOverlay(overlay.png, overlay.bounds, { pane: "raster", interactive: false, className: "score-raster" });
}

/** A double line around a thing: light below, dark above, readable on any ground. */
export function drawMark(geometry, renderer, colour) {
  const group = L.layerGroup();
  if (geometry.type.endsWith("Point")) {
    const [longitude, latitude] = geometry.type === "Point" ? geometry.coordinates : geometry.coordinates[0];
    for (const [line, weight] of [["#ffffff", 6], [colour, 3]])
      L.circleMarker([latitude, longitude], { renderer, interactive: false, radius: 11, fill: false, color: line, weight }).addTo(group);
    return group;
  }
  for (const [line, weight] of [["#ffffff", 4.5], [colour, 2.2]])
    L.polyline(outline(geometry), { renderer, interactive: false, color: line, weight }).addTo(group);
  return group;
}

/** Rings of polygons as closed lines; lines as they are. */
function outline(geometry) {
  const rings = geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.coordinates;
  const lines = geometry.type === "LineString" ? [rings] : rings;
  return lines.map((line) => L.GeoJSON.coordsToLatLngs(line, 0));
}

/** Leaflet's bounds of a geometry. */
export function leafletBounds(geometry) {
  const [west, south, east, north] = boundsOf(geometry);
  return L.latLngBounds([south, west], [north, east]);
}
