/* global L */
// What is drawn on the map. Leaflet's canvas paints; what lies under the pointer is found by geometry.js.

import { boundsOf } from "./geometry.js";
import { groupedOpacity } from "./groups.js";
import { hatchPattern } from "./hatch.js";
import { worldOf } from "./packed.js";
import { AS_TARGETS } from "./target_brush.js";
import { TargetCanvas } from "./target_canvas.js";
import { isNewGround, targetColour } from "./targets.js";
import { fillColour, groundColours, lineColour, signColours } from "./theme.js";

/** Panes from bottom to top. Only the map itself takes the pointer. */
const PANES = ["base", "raster", "areas", "ground", "outside", "targets", "points", "marks"];
const OUTSIDE = "#17202a";
const DEFAULT_RADIUS_PX = 4;
/** So many targets are seen at any zoom: each is drawn at least as a large dot. */
const FEW_TARGETS = 300;
const LARGE_DOT_PX = 8;
const DOT_PX = 4;

/** Make the panes, and a canvas for each that needs one. */
export function createPanes(map) {
  const canvases = {};
  PANES.forEach((name, index) => {
    const pane = map.createPane(name);
    pane.style.zIndex = String(210 + 20 * index);
    pane.style.pointerEvents = "none";
  });
  for (const name of ["ground", "outside", "points"]) canvases[name] = L.canvas({ pane: name, padding: 0.3 });
  canvases.areas = new TargetCanvas({ pane: "areas" }).addTo(map);
  canvases.targets = new TargetCanvas({ pane: "targets" }).addTo(map);
  canvases.marks = L.svg({ pane: "marks", padding: 0.3 });
  return canvases;
}

/** A point drawn as circle, square, triangle, diamond or basin, so that kinds differ by more than colour. */
const Sign = L.CircleMarker.extend({
  _updatePath() {
    if (this.options.shape === "circle") this._renderer._updateCircle(this);
    else paintSign(this);
  },
});

/** Corners of the signs on a circle of radius 1, y downwards. */
const CORNERS = {
  square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
  triangle: [[0, -1.1], [1, 0.8], [-1, 0.8]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  basin: [[-1.3, -0.75], [1.3, -0.75], [0.6, 0.75], [-0.6, 0.75]],
};

function paintSign(shape) {
  const renderer = shape._renderer;
  if (!renderer._drawing || shape._empty()) return;
  const context = renderer._ctx;
  const { x, y } = shape._point;
  const ends = CORNERS[shape.options.shape].map(([right, down]) => [x + right * shape._radius, y + down * shape._radius]);
  context.beginPath();
  ends.forEach(([right, down], index) => (index ? context.lineTo(right, down) : context.moveTo(right, down)));
  context.closePath();
  renderer._fillStroke(context, shape);
}

/** Leaflet's latitude-longitude arrays of a GeoJSON polygon or line. */
function corners(geometry) {
  const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[geometry.type];
  return L.GeoJSON.coordsToLatLngs(geometry.coordinates, depth);
}

/**
 * The targets of one deposit model as the canvas paints them, the best on top; hollow where the ground is to be seen through them.
 * @returns {import("./target_brush.js").Sheet}
 */
export function targetSheet(model, targets, hollow) {
  const worstFirst = [...targets].reverse();
  return {
    model,
    hollow,
    leastPx: targets.length <= FEW_TARGETS ? LARGE_DOT_PX : DOT_PX,
    order: Int32Array.from(worstFirst, (target) => target.index),
    colours: worstFirst.map((target) => targetColour(model, target)),
    dashed: Uint8Array.from(worstFirst, (target) => (isNewGround(target) ? 0 : 1)),
    look: { ...AS_TARGETS, line: groundColours().line },
  };
}

/** Layers of more polygons than this are painted from flat arrays, as targets are. */
const MANY = 300;
const LEAST_AREA_PX = 1.5;

/** Whether a layer is painted as a sheet: many plain polygons, as of concessions. */
export function isSheetOfAreas({ kind, style, features, outlines }) {
  return kind === "polygon" && !style.hatch && features.length > MANY && outlines?.dimension === 2;
}

/**
 * A layer of many polygons as the canvas paints them.
 * @returns {import("./target_brush.js").Sheet}
 */
export function areaSheet(layer, grouping) {
  const { style, features } = layer;
  layer.world ??= worldOf(layer.outlines);
  const plain = style.fill ?? style.colour;
  return {
    model: layer,
    hollow: false,
    leastPx: LEAST_AREA_PX,
    order: Int32Array.from(features, (_, index) => index),
    colours: features.map((feature) => grouping?.colourOf(feature) ?? plain),
    dashed: new Uint8Array(features.length),
    look: { fill: grouping ? groupedOpacity(layer) : style.fill_opacity, line: lineColour(style.colour), weight: style.weight },
  };
}

/** Ground outside the area of applicability: hatched, with no colour of its own. */
export function drawOutside(geometry, renderer) {
  return L.polygon(corners(geometry), { renderer, interactive: false, stroke: false, fill: true, fillColor: hatchPattern("/", OUTSIDE), fillOpacity: 1, smoothFactor: 0 });
}

/** One context layer: shapes on the canvas, or an image; coloured by a grouping where one is chosen. */
export function drawLayer(layer, canvases, grouping = null, pane = "base") {
  if (layer.kind === "image") return L.imageOverlay(layer.png, layer.bounds, { pane, interactive: false, className: "relief" });
  const draw = layer.kind === "point" ? drawPoint : drawShape;
  const pattern = layer.style.hatch ? hatchPattern(layer.style.hatch, layer.style.colour) : null;
  const surveyed = new Set(layer.surveyed);
  return L.layerGroup(layer.features.flatMap((feature, index) => draw(layer, feature, canvases, { colour: grouping?.colourOf(feature) ?? null, pattern, whole: surveyed.has(index) })));
}

/** A line or polygon; `whole` where a schematic layer's feature was surveyed, and so is not dashed. */
function drawShape(layer, feature, canvases, { colour, pattern, whole }) {
  const { style } = layer;
  const filled = layer.kind === "polygon";
  const opacity = colour ? groupedOpacity(layer) : style.fill_opacity;
  const Shape = filled ? L.Polygon : L.Polyline;
  return [new Shape(corners(feature.geometry), {
    renderer: canvases.ground,
    interactive: false,
    color: lineColour(filled ? style.colour : (colour ?? style.colour)),
    weight: style.weight,
    dashArray: whole ? null : style.dash || null,
    fill: filled && (style.fill !== null || colour !== null || pattern !== null),
    fillColor: colour ?? pattern ?? fillColour(layer, style.fill ?? style.colour),
    fillOpacity: pattern && !colour ? 1 : opacity,
    smoothFactor: 1,
  })];
}

function drawPoint(layer, feature, canvases, { colour }) {
  const { geometry } = feature;
  const places = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
  const { style } = layer;
  const sign = signColours(style);
  return places.map(([longitude, latitude]) => new Sign([latitude, longitude], {
    renderer: canvases.points,
    interactive: false,
    shape: style.shape,
    radius: style.radius || DEFAULT_RADIUS_PX,
    color: sign.line,
    weight: style.weight,
    fillColor: colour ?? sign.fill,
    fillOpacity: 1,
  }));
}

/** The frame of the region: what is screened lies within. */
export function drawFrame([west, south, east, north], renderer, colour) {
  return L.rectangle([[south, west], [north, east]], { renderer, interactive: false, fill: false, color: colour, weight: 1.2, opacity: 0.8 });
}

/** The region as a sheet of one colour, for a map without relief. */
export function drawSheet([west, south, east, north], colour) {
  return L.rectangle([[south, west], [north, east]], { renderer: L.svg({ pane: "base", padding: 0.3 }), interactive: false, stroke: false, fillColor: colour, fillOpacity: 1 });
}

/** Pictures of the ground from a server, for a map whose writer asked for them. */
export function drawTiles({ url, subdomains, attribution, closest_zoom }) {
  return L.tileLayer(url, { pane: "base", subdomains, attribution, maxNativeZoom: closest_zoom, referrerPolicy: "no-referrer" });
}

/** A picture of every cell, already in the map's projection; its cells stay visible as cells. */
export function drawGround(picture, opacity, pane = "raster") {
  return L.imageOverlay(picture.png, picture.bounds, { pane, interactive: false, className: "ground-raster", opacity, alt: "" });
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
