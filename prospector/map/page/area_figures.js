// What lies in an area: targets, titles, whose ground it is and how it scores, as far as the page holds it. Unknown stays unknown.

import { pixels } from "./compare.js";
import { boundsOf, touches } from "./geometry.js";
import { squareDegree } from "./geodesy.js";
import { TENURE_LABEL, TENURE_WORDS } from "./groups.js";
import { areaOf, areasByClass, commonArea } from "./overlap.js";
import { boundsAcross, geometryAt } from "./packed.js";

const CLASSES = Object.keys(TENURE_WORDS);
const OPEN = CLASSES.indexOf("open");
const UNKNOWN = CLASSES.indexOf("unknown");
/** Less in common is a shared edge: outlines are written to some metres. */
export const LEAST_COMMON_KM2 = 1e-4;

/**
 * @typedef {object} AreaFigures
 * @property {number} km2
 * @property {Array<{target: object, km2: number}>} targets by rank
 * @property {?Array<{feature: object, km2: number}>} titles the largest overlap first; null where the file holds no register
 * @property {Record<string, number>} ground km2 by class of tenure, each place once
 * @property {string} asOf date of the register
 * @property {?{classes: number[], cells: number, without: number}} scores km2 by class of the picture, in so many cells, and without a score; null where the file holds no picture
 */

/**
 * @param {object} geometry of the area
 * @param {object} payload
 * @param {object} model the listed one
 * @returns {Promise<AreaFigures>}
 */
export async function figuresOf(geometry, payload, model) {
  const km2 = areaOf(geometry);
  const layer = (key) => payload.layers.find((one) => one.key === key) ?? null;
  const titles = layer("concessions");
  const met = titles && featuresIn(geometry, titles).sort((one, other) => other.km2 - one.km2);
  return {
    km2,
    targets: common(geometry, model.outlines).map(({ index, km2: part }) => ({ target: model.targets[index], km2: part })).sort((one, other) => one.target.rank - other.target.rank),
    titles: met,
    ground: groundIn(geometry, met ?? [], layer("open_ground")),
    asOf: model.targets.find((target) => target.tenure_as_of)?.tenure_as_of ?? "",
    scores: model.overlay ? await scoresOf(geometry, model, km2) : null,
  };
}

/** Shapes that share more than an edge with an area, by their number, with what they share. */
function common(geometry, outlines) {
  const near = boundsAcross(outlines, boundsOf(geometry));
  return near.map((index) => ({ index, km2: commonArea(geometry, geometryAt(outlines, index)) })).filter(({ km2 }) => km2 >= LEAST_COMMON_KM2);
}

function featuresIn(geometry, layer) {
  return common(geometry, layer.outlines).map(({ index, km2 }) => ({ feature: layer.features[index], km2 }));
}

/** Square kilometres by class: a title's class goes before open ground, and what neither shows is unknown. */
function groundIn(geometry, titles, open) {
  const inForce = titles.map(({ feature }) => ({ geometry: feature.geometry, place: CLASSES.indexOf(classOf(feature)) })).filter(({ place }) => place >= 0);
  const free = open ? featuresIn(geometry, open).filter(({ feature }) => classOf(feature) === "open") : [];
  const sums = areasByClass(geometry, [...inForce, ...free.map(({ feature }) => ({ geometry: feature.geometry, place: OPEN }))], CLASSES.length);
  sums[UNKNOWN] += sums[CLASSES.length];
  return Object.fromEntries(CLASSES.map((name, place) => [name, sums[place]]));
}

function classOf(feature) {
  return rowValue(feature, TENURE_LABEL);
}

/** What a card's row says; empty where it has none. */
export function rowValue({ rows }, label) {
  return rows.find(([name]) => name === label)?.[1] ?? "";
}

/** Square kilometres of the area by class of the score's picture: cells whose middle lies in it. */
async function scoresOf(geometry, { overlay, colours }, km2) {
  const { data, width, height } = await pixels(overlay.png);
  const [[south, west], [north, east]] = overlay.bounds;
  const [low, high] = [south, north].map((latitude) => Math.asinh(Math.tan((latitude * Math.PI) / 180)));
  const channels = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
  const [left, bottom, right, top] = boundsOf(geometry);
  const classes = channels.map(() => 0);
  let cells = 0;
  for (let row = 0; row < height; row += 1) {
    const latitude = (Math.atan(Math.sinh(high - ((row + 0.5) / height) * (high - low))) * 180) / Math.PI;
    if (latitude < bottom || latitude > top) continue;
    // Rows are even in the map's projection: a row's height in degrees goes with the cosine.
    const tall = (((high - low) / height) * Math.cos((latitude * Math.PI) / 180) * 180) / Math.PI;
    const cell = ((squareDegree(latitude) * (east - west)) / width) * tall;
    const columns = [left, right].map((longitude) => Math.floor(((longitude - west) / (east - west)) * width));
    for (let column = Math.max(0, columns[0]); column <= Math.min(width - 1, columns[1]); column += 1) {
      if (!touches(geometry, [west + ((column + 0.5) / width) * (east - west), latitude], [0, 0])) continue;
      const at = 4 * (row * width + column);
      cells += 1;
      if (data[at + 3] >= 128) classes[nearestColour(channels, data, at)] += cell;
    }
  }
  return { classes, cells, without: Math.max(0, km2 - classes.reduce((sum, one) => sum + one, 0)) };
}

function nearestColour(channels, data, at) {
  const away = channels.map((one) => one.reduce((sum, channel, index) => sum + (channel - data[at + index]) ** 2, 0));
  return away.indexOf(Math.min(...away));
}
