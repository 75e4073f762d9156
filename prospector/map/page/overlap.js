// What areas have in common, in true square kilometres: cut into tiles of few edges, and those into strips in which no edge crosses another.
// A place is within a shape where a line from it meets its rings an odd number of times, so no order or turn of rings matters.

import { ringArea, stripWeights } from "./geodesy.js";
import { boundsOf, touches } from "./geometry.js";

/** A tile of no more edges is measured as it is. */
const FEW_EDGES = 24;
/** A tile is cut where its halves have so many times its edges at most: where many lie on each other, cutting only makes more. */
const WORTH_CUTTING = 1.6;
const THIN_DEGREES = 1e-12;
const SMALL_DEGREES = 1e-6;

/** Rings of a polygon or of several. */
export function ringsOf({ type, coordinates }) {
  return type === "MultiPolygon" ? coordinates.flat() : coordinates;
}

/** Square kilometres of a polygon or of several. */
export function areaOf(geometry) {
  return areasByClass(geometry, [], 0)[0];
}

/**
 * Square kilometres of an area by the class of what lies on it: the lowest class where several shapes do, and at the end what none covers.
 * @param {object} area GeoJSON polygon or polygons
 * @param {Array<{geometry: object, place: number}>} shapes with the number of their class
 * @param {number} classes how many there are
 */
export function areasByClass(area, shapes, classes) {
  const sums = new Float64Array(classes + 1);
  const box = boundsOf(area);
  const all = [{ geometry: area, place: -1 }, ...shapes].map(({ geometry, place }) => ({ place, rings: ringsOf(geometry) }));
  const within = [[0, box[0], 1], [0, box[2], -1], [1, box[1], 1], [1, box[3], -1]].reduce((left, side) => cutAll(left, ...side), all);
  measure(within, box, sums);
  return sums;
}

/** Square kilometres that an area and another have in common; the other's own where it lies wholly inside, which is quickly known. */
export function commonArea(area, other, bounds = boundsOf(other)) {
  if (isClear(area, bounds)) return touches(area, [bounds[0], bounds[1]], [0, 0]) ? wholeArea(other) : 0;
  return areasByClass(area, [{ geometry: other, place: 0 }], 1)[0];
}

/** Whether no edge of an area comes near a box. */
function isClear(area, [west, south, east, north]) {
  for (const ring of ringsOf(area)) {
    for (let index = 1; index < ring.length; index += 1) {
      const [[left, low], [right, high]] = [ring[index - 1], ring[index]];
      if (Math.max(left, right) >= west && Math.min(left, right) <= east && Math.max(low, high) >= south && Math.min(low, high) <= north) return false;
    }
  }
  return true;
}

/** Square kilometres of sound polygons: outer rings less their holes. */
function wholeArea({ type, coordinates }) {
  const polygons = type === "MultiPolygon" ? coordinates : [coordinates];
  return polygons.reduce((sum, [outer, ...holes]) => holes.reduce((left, hole) => left - ringArea(hole), sum + ringArea(outer)), 0);
}

function edgesOf(shapes) {
  return shapes.reduce((sum, { rings }) => rings.reduce((count, ring) => count + ring.length - 1, sum), 0);
}

/** Measure a tile, or its halves where it holds many edges. */
function measure(shapes, [west, south, east, north], sums) {
  if (!shapes.length || shapes[0].place !== -1) return;
  const edges = edgesOf(shapes);
  if (edges > FEW_EDGES) {
    const isWide = east - west > north - south;
    const [axis, middle] = isWide ? [0, (west + east) / 2] : [1, (south + north) / 2];
    const halves = [cutAll(shapes, axis, middle, -1), cutAll(shapes, axis, middle, 1)];
    if (edgesOf(halves[0]) + edgesOf(halves[1]) < WORTH_CUTTING * edges && Math.max(east - west, north - south) > SMALL_DEGREES) {
      measure(halves[0], isWide ? [west, south, middle, north] : [west, south, east, middle], sums);
      measure(halves[1], isWide ? [middle, south, east, north] : [west, middle, east, north], sums);
      return;
    }
  }
  measureStrips(shapes, sums);
}

/** What of shapes lies on one side of a line: sign 1 above it, -1 below. Edges that come to lie on the line enclose nothing. */
function cutAll(shapes, axis, line, sign) {
  const cut = ({ place, rings }) => ({ place, rings: rings.map((ring) => cutRing(ring, axis, line, sign)).filter((ring) => ring.length > 3) });
  return shapes.map(cut).filter(({ rings }) => rings.length);
}

function cutRing(ring, axis, line, sign) {
  if (ring.every((place) => sign * (place[axis] - line) >= 0)) return ring;
  const found = [];
  for (let index = 1; index < ring.length; index += 1) {
    const [start, end] = [ring[index - 1], ring[index]];
    const [before, after] = [sign * (start[axis] - line), sign * (end[axis] - line)];
    if (before >= 0) found.push(start);
    if ((before > 0 && after < 0) || (before < 0 && after > 0)) {
      const part = before / (before - after);
      const other = start[1 - axis] + part * (end[1 - axis] - start[1 - axis]);
      found.push(axis ? [other, line] : [line, other]);
    }
  }
  if (found.length) found.push(found[0]);
  return found;
}

/** Add up a tile strip by strip. */
function measureStrips(shapes, sums) {
  const edges = [];
  shapes.forEach(({ place, rings }, shape) => { for (const ring of rings) addRisingEdges(edges, ring, shape, place); });
  const heights = crossings(edges);
  for (const { south, north } of edges) heights.push(south, north);
  heights.sort((one, other) => one - other);
  for (let index = 1; index < heights.length; index += 1) {
    const [south, north] = [heights[index - 1], heights[index]];
    if (north - south > THIN_DEGREES) measureStrip(edges, south, north, { sums, count: shapes.length });
  }
}

function addRisingEdges(found, ring, shape, place) {
  for (let index = 1; index < ring.length; index += 1) {
    const [low, high] = ring[index - 1][1] < ring[index][1] ? [ring[index - 1], ring[index]] : [ring[index], ring[index - 1]];
    if (low[1] < high[1]) found.push({ shape, place, west: low[0], south: low[1], north: high[1], across: 0, slope: (high[0] - low[0]) / (high[1] - low[1]) });
  }
}

/** Latitudes at which two edges cross. */
function crossings(edges) {
  const found = [];
  for (let one = 0; one < edges.length; one += 1) {
    for (let other = 0; other < one; other += 1) {
      const [here, there] = [edges[one], edges[other]];
      const [low, high] = [Math.max(here.south, there.south), Math.min(here.north, there.north)];
      if (low >= high) continue;
      const [below, above] = [at(here, low) - at(there, low), at(here, high) - at(there, high)];
      if (below * above < 0) found.push(low + ((high - low) * below) / (below - above));
    }
  }
  return found;
}

function at({ west, south, slope }, latitude) {
  return west + slope * (latitude - south);
}

/** Walk a strip from west to east: each edge leads into its shape or out of it. */
function measureStrip(edges, south, north, { sums, count }) {
  const middle = (south + north) / 2;
  const met = edges.filter((edge) => edge.south < middle && edge.north > middle);
  for (const edge of met) edge.across = at(edge, middle);
  met.sort((one, other) => one.across - other.across);
  const [lower, upper] = stripWeights(south, north);
  const inside = new Uint8Array(count);
  const covering = new Uint32Array(sums.length);
  let [isWithin, before] = [false, null];
  for (const edge of met) {
    if (isWithin && before) sums[slotOf(covering)] += lower * (at(edge, south) - at(before, south)) + upper * (at(edge, north) - at(before, north));
    inside[edge.shape] ^= 1;
    if (edge.place < 0) isWithin = inside[edge.shape] === 1;
    else covering[edge.place] += inside[edge.shape] ? 1 : -1;
    before = edge;
  }
}

/** The lowest class that covers, else the last place. */
function slotOf(covering) {
  const found = covering.findIndex((count) => count > 0);
  return found < 0 ? covering.length - 1 : found;
}
