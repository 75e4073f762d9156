/* global L */
// The map's two sides: panes that end at the divider, each with a picture, layers and targets of its own.

import { areaSheet, drawGround, drawLayer, isSheetOfAreas, targetSheet } from "./drawing.js";
import { TargetCanvas } from "./target_canvas.js";

const SIDES = ["left", "right"];
/** Panes of a side, each just over that of the same kind which both sides share. */
const LEVELS = { raster: 231, areas: 251, ground: 271, targets: 311 };
/** So far beyond the view a side is drawn: a pan shows what is drawn already. */
const BEYOND_PX = 4000;

/**
 * @param {L.Map} map
 */
export function createSidePanes(map) {
  const sides = { shown: null, edge: 0, parts: null, opacity: { targets: 1, ground: 0.7 } };
  const clip = () => { if (sides.parts) clipPanes(map, sides); };
  map.on("move zoom viewreset resize zoomend", clip);
  return {
    /** Show two sides; null for none. */
    show(shown) {
      sides.shown = shown;
      if (shown) sides.parts ??= Object.fromEntries(SIDES.map((side) => [side, createParts(map, side)]));
      for (const side of sides.parts ? SIDES : []) showPicture(map, sides.parts[side], shown?.[side] ?? null, sides.opacity);
      clip();
    },
    /** Draw the layers that stand on one side alone, coloured as on the whole map. */
    showLayers(groupings) {
      for (const side of sides.parts ? SIDES : []) showLayer(map, sides.parts[side], sideLayer(sides, side), groupings);
    },
    /** Draw the targets of models that stand on one side alone, and give the others back. */
    showTargets(listed, hollow) {
      for (const side of sides.parts ? SIDES : []) sides.parts[side].targets.show(listed.filter(([model]) => sideOfThing(sides, model) === side).map(([model, targets]) => targetSheet(model, targets, hollow)));
      return listed.filter(([model]) => sideOfThing(sides, model) === null);
    },
    setOpacity(targets, ground) {
      sides.opacity = { targets, ground };
      for (const side of sides.parts ? SIDES : []) {
        sides.parts[side].panes.targets.style.opacity = String(targets);
        if (sides.parts[side].isGround) sides.parts[side].picture.setOpacity(ground);
      }
    },
    /** Set the divider, in pixels from the map's left edge. */
    setEdge(edge) {
      sides.edge = edge;
      clip();
    },
    holds: (thing) => sideOfThing(sides, thing) !== null,
    isOn: () => sides.shown !== null,
    /** Whether a model or layer is drawn at a longitude: the divider is a meridian. */
    sees(thing, longitude) {
      const side = sideOfThing(sides, thing);
      if (side === null) return true;
      const edge = map.containerPointToLatLng([sides.edge, 0]).lng;
      return side === "left" ? longitude <= edge : longitude > edge;
    },
    canvases: () => (sides.parts ? SIDES.flatMap((side) => [sides.parts[side].areas, sides.parts[side].targets]) : []),
  };
}

/** The side on which alone a model or layer stands; null for both, or neither. */
function sideOfThing({ shown }, thing) {
  if (!shown) return null;
  const [left, right] = SIDES.map((side) => shown[side].model === thing || shown[side].layer === thing);
  if (left === right) return null;
  return left ? "left" : "right";
}

/** The layer that a side alone shows, pictures aside. */
function sideLayer(sides, side) {
  const layer = sides.shown?.[side].layer;
  return layer && layer.kind !== "image" && sideOfThing(sides, layer) === side ? layer : null;
}

function createParts(map, side) {
  const panes = {};
  for (const [level, zIndex] of Object.entries(LEVELS)) {
    panes[level] = map.createPane(`${side}-${level}`);
    panes[level].style.zIndex = String(zIndex);
    panes[level].style.pointerEvents = "none";
    panes[level].dataset.side = side;
  }
  const named = (level) => ({ pane: `${side}-${level}` });
  const areas = new TargetCanvas(named("areas")).addTo(map);
  const targets = new TargetCanvas(named("targets")).addTo(map);
  return { panes, areas, targets, ground: L.canvas({ ...named("ground"), padding: 0.3 }), picture: null, layer: null, isGround: false };
}

function showPicture(map, parts, shown, opacity) {
  parts.picture?.remove();
  parts.isGround = Boolean(shown && (shown.kind === "score" || shown.kind === "evidence"));
  parts.picture = sidePicture(parts, shown, opacity);
  parts.picture?.addTo(map);
  parts.panes.targets.style.opacity = String(opacity.targets);
}

function sidePicture({ panes, isGround }, shown, opacity) {
  const pane = `${panes.raster.dataset.side}-raster`;
  if (isGround) return drawGround(shown.kind === "score" ? shown.model.overlay : shown.evidence.picture, opacity.ground, pane);
  return shown?.layer?.kind === "image" ? drawLayer(shown.layer, null, null, pane) : null;
}

function showLayer(map, parts, layer, groupings) {
  parts.layer?.remove();
  const grouping = layer ? groupings.get(layer.key) : null;
  const isSheet = layer && isSheetOfAreas(layer);
  parts.areas.show(isSheet ? [areaSheet(layer, grouping)] : []);
  parts.layer = layer && !isSheet ? drawLayer(layer, parts, grouping).addTo(map) : null;
}

/** Cut each side off at the divider; panes move with the map, the divider does not. */
function clipPanes(map, { parts, edge }) {
  const { x, y } = map.containerPointToLayerPoint([0, 0]);
  const { x: width, y: height } = map.getSize();
  const ends = { left: [x - BEYOND_PX, x + edge], right: [x + edge, x + width + BEYOND_PX] };
  const [top, bottom] = [y - BEYOND_PX, y + height + BEYOND_PX];
  for (const side of SIDES) {
    const [west, east] = ends[side].map((px) => `${px}px`);
    for (const pane of Object.values(parts[side].panes)) {
      pane.style.clipPath = `polygon(${west} ${top}px, ${east} ${top}px, ${east} ${bottom}px, ${west} ${bottom}px)`;
      pane.dataset.edge = String(edge);
    }
  }
}
