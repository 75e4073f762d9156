/* global L */
// Names on the map: as many as fit without touching each other. Ranks of targets first, then seas, countries, towns and the rest, regions last.

import { h } from "./dom.js";
import { count } from "./numbers.js";
import { rankOf } from "./what_if.js";
import { told } from "./words.js";

/** From which zoom all names of a layer are written when the payload does not say. */
const LABEL_ZOOM = { towns: 6.5, salars: 8, deposits: 8.5, ports: 8.5, volcanoes: 9.5 };
/** So many of the largest towns are named at any zoom. */
const MAIN_TOWNS = 9;
const MOST_RANKS = 60;
const MOST_OBSTACLES = 300;
const HEIGHT_PX = 15;
const WIDTH_PER_LETTER_PX = 6.4;
const WIDTH_PER_DIGIT_PX = 7;
const COUNTRY_HEIGHT_PX = 17;
const WIDTH_PER_COUNTRY_LETTER_PX = 11.5;
const OFFSET_PX = 8;
const CLOSEST_ZOOM_OF_COUNTRIES = 8;
const SEA_LINE_PX = 15;
const WIDTH_PER_SEA_LETTER_PX = 8.2;
const WIDTH_PER_REGION_LETTER_PX = 8.4;
const BUCKET_PX = 64;
const SAME_PLACE_PX = 60;
const LARGE_TARGET_PX = 90;
const SIGN_PX = 6;
/** Degrees from a country's own places where its name is tried: it must not stand on one of them. */
const NUDGES = [[0.2, 0], [-0.2, 0], [0.35, 0.1], [-0.35, 0.1], [0.2, -0.3], [-0.2, -0.3]];

/**
 * Names over the map.
 * @param {L.Map} map
 * @param {{layers: () => object[], listed: () => Array<[object, object[]]>, seas: () => object[], regions: () => object[], covered: () => object[], sides: {sees: (thing: object, longitude: number) => boolean, isOn: () => boolean}}} shown layers that are on, most important first; models with their listed targets; names of seas; names of regions; boxes over the map; which of them is seen on which side
 * @returns {(covered?: object[]) => void} call it when what is shown, in view or over the map changes
 */
export function createLabels(map, shown) {
  const pane = map.createPane("names");
  pane.style.zIndex = "640";
  pane.style.pointerEvents = "none";
  return (covered = shown.covered()) => pane.replaceChildren(...placeLabels(map, shown, covered));
}

/** Elements of all names that have room in the view. */
function placeLabels(map, shown, covered) {
  const layers = shown.layers();
  const origin = map.containerPointToLayerPoint([0, 0]);
  const onLayer = ({ left, top, right, bottom }) => ({ left: left + origin.x, top: top + origin.y, right: right + origin.x, bottom: bottom + origin.y });
  const { x: right, y: bottom } = map.getSize();
  const frame = onLayer({ left: 0, top: 0, right, bottom });
  const sheet = { map, view: map.getBounds(), frame, taken: covered.map(onLayer), signs: signsOf(map, layers), places: new Map(), elements: [], sees: shown.sides.sees };
  const ranked = shown.listed().flatMap(([model, targets]) => targets.slice(0, MOST_OBSTACLES).map((target) => ({ model, target, box: targetBox(map, model, target) })).filter(({ target }) => sheet.sees(model, target.centre[0])));
  if (shown.sides.isOn()) ranked.sort((one, other) => rankOf(one.model, one.target) - rankOf(other.model, other.target));
  sheet.taken.push(...ranked.map(({ box }) => box).filter(isSmall));
  for (const one of ranked.slice(0, MOST_RANKS)) placeRank(sheet, one);
  placeSeas(sheet, shown.seas());
  if (map.getZoom() < CLOSEST_ZOOM_OF_COUNTRIES) placeCountries(sheet, layers);
  for (const layer of layers) placeNames(sheet, layer);
  if (map.getZoom() < CLOSEST_ZOOM_OF_COUNTRIES) placeRegions(sheet, shown.regions());
  return sheet.elements;
}

/** A large target leaves room for names on it. */
function isSmall({ left, top, right, bottom }) {
  return Math.max(right - left, bottom - top) < LARGE_TARGET_PX;
}

/** Where a target stands on the screen. */
function targetBox(map, model, { index }) {
  const scale = 2 ** map.getZoom();
  const origin = map.getPixelOrigin();
  const [left, top, right, bottom] = model.world.bounds.subarray(4 * index, 4 * index + 4);
  return { left: left * scale - origin.x, top: top * scale - origin.y, right: right * scale - origin.x, bottom: bottom * scale - origin.y };
}

/** The rank of a target beside it, on the first side that is free; within it where it is large. */
function placeRank(sheet, { model, target, box }) {
  const { map, view } = sheet;
  if (!view.contains([target.centre[1], target.centre[0]])) return;
  const text = count(rankOf(model, target));
  const width = text.length * WIDTH_PER_DIGIT_PX + 8;
  const [across, down] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const beside = [
    [box.right + 3, down - HEIGHT_PX / 2], [box.left - 3 - width, down - HEIGHT_PX / 2],
    [across - width / 2, box.top - 2 - HEIGHT_PX], [across - width / 2, box.bottom + 2],
  ].map(([left, top]) => ({ left, top, right: left + width, bottom: top + HEIGHT_PX }));
  const free = freest(sheet, beside);
  const large = box.right - box.left > width + 40 && box.bottom - box.top > HEIGHT_PX + 40;
  const middle = map.latLngToLayerPoint([target.centre[1], target.centre[0]]);
  const inside = { left: middle.x - width / 2, top: middle.y - HEIGHT_PX / 2, right: middle.x + width / 2, bottom: middle.y + HEIGHT_PX / 2 };
  const chosen = large ? inside : free;
  if (chosen) add(sheet, chosen, text, "name-rank");
}

/** Names of seas, a word to a line, each at the first of its places that has room. */
function placeSeas(sheet, seas) {
  const named = new Set();
  for (const { name, latitude, longitude } of seas) {
    if (named.has(name)) continue;
    const lines = told(name).split(" ");
    const [width, height] = [Math.max(...lines.map((line) => line.length)) * WIDTH_PER_SEA_LETTER_PX, lines.length * SEA_LINE_PX];
    const { x, y } = sheet.map.latLngToLayerPoint([latitude, longitude]);
    const box = { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
    if (!isFree(sheet, box)) continue;
    lines.forEach((line, index) => add(sheet, { ...box, top: box.top + index * SEA_LINE_PX, bottom: box.top + (index + 1) * SEA_LINE_PX }, line, "name-sea"));
    named.add(name);
  }
}

/** Names of regions, each at the first of its places where it has room and covers no sign. */
function placeRegions(sheet, regions) {
  const named = new Set();
  for (const { name, latitude, longitude } of regions) {
    const { x, y } = sheet.map.latLngToLayerPoint([latitude, longitude]);
    const width = name.length * WIDTH_PER_REGION_LETTER_PX;
    const box = { left: x - width / 2, top: y - HEIGHT_PX / 2, right: x + width / 2, bottom: y + HEIGHT_PX / 2 };
    if (named.has(name) || !isFree(sheet, box) || signsUnder(sheet, box)) continue;
    add(sheet, box, name, "name-region");
    named.add(name);
  }
}

/** Names of the countries that the layers' cards tell, where one of their places leaves room. */
function placeCountries(sheet, layers) {
  for (const [country, places] of countriesOf(layers)) {
    const width = country.length * WIDTH_PER_COUNTRY_LETTER_PX;
    for (const place of places) {
      if (!sheet.view.contains(place)) continue;
      const { x, y } = sheet.map.latLngToLayerPoint(place);
      const box = { left: x - width / 2, top: y - COUNTRY_HEIGHT_PX / 2, right: x + width / 2, bottom: y + COUNTRY_HEIGHT_PX / 2 };
      if (!isFree(sheet, box) || signsUnder(sheet, box) || countryAt(layers, place) !== country) continue;
      add(sheet, box, told(country), "name-country");
      break;
    }
  }
}

/** The country of the place nearest to another: beside a border a name must not stand in the country next to it. */
function countryAt(layers, place) {
  let [nearest, least] = [null, Infinity];
  for (const [country, , points] of countriesOf(layers)) for (const point of points) {
    const away = (point.lat - place.lat) ** 2 + (point.lng - place.lng) ** 2;
    if (away < least) [nearest, least] = [country, away];
  }
  return nearest;
}

/** Where signs of points stand on the screen, by the square in which they lie. */
function signsOf(map, layers) {
  const view = map.getBounds().pad(0.05);
  const squares = new Map();
  for (const { kind, features } of layers) {
    if (kind !== "point") continue;
    for (const place of features.map(anchorOf)) {
      if (!view.contains(place)) continue;
      const point = map.latLngToLayerPoint(place);
      const key = squareOf(point.x, point.y);
      if (squares.has(key)) squares.get(key).push(point);
      else squares.set(key, [point]);
    }
  }
  return squares;
}

function squareOf(across, down) {
  return `${Math.floor(across / BUCKET_PX)} ${Math.floor(down / BUCKET_PX)}`;
}

/** How many signs a box would cover. */
function signsUnder({ signs }, { left, top, right, bottom }) {
  const [first, last] = [left - SIGN_PX, right + SIGN_PX];
  const [upper, lower] = [top - SIGN_PX, bottom + SIGN_PX];
  let covered = 0;
  for (let across = first; across < last + BUCKET_PX; across += BUCKET_PX) for (let down = upper; down < lower + BUCKET_PX; down += BUCKET_PX) {
    const inside = signs.get(squareOf(across, down)) ?? [];
    covered += inside.filter(({ x, y }) => x > first && x < last && y > upper && y < lower).length;
  }
  return covered;
}

/** Whether a box lies in the view, on no name and under nothing. */
function isFree({ frame, taken }, box) {
  const inView = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
  return inView && !taken.some((other) => overlap(box, other));
}

/** Of boxes the free one that covers the fewest signs, the first of equals; none where no box is free. */
function freest(sheet, boxes) {
  let best = null;
  let fewest = Infinity;
  for (const box of boxes) {
    if (!isFree(sheet, box)) continue;
    const covered = signsUnder(sheet, box);
    if (covered < fewest) [best, fewest] = [box, covered];
    if (covered === 0) break;
  }
  return best;
}

const countries = new WeakMap();

/** Of each country where its name can stand, the middlemost first, and its places. */
function countriesOf(layers) {
  const key = layers[0];
  if (!key) return [];
  if (!countries.has(key)) countries.set(key, listCountries(layers));
  return countries.get(key);
}

function listCountries(layers) {
  const places = new Map();
  for (const layer of layers) for (const feature of layer.features) {
    const country = feature.rows.find(([label]) => label === "country")?.[1];
    if (typeof country !== "string" || country.length > 30) continue;
    if (!places.has(country)) places.set(country, []);
    places.get(country).push(anchorOf(feature));
  }
  return [...places].map(([country, points]) => {
    const middle = L.latLngBounds(points).getCenter();
    const beside = points.flatMap((point) => NUDGES.map(([north, east]) => L.latLng(point.lat + north, point.lng + east)));
    return [country, beside.sort((one, other) => middle.distanceTo(one) - middle.distanceTo(other)), points];
  });
}

/** Names of a layer's features: all from its zoom on, before that only the largest towns. */
function placeNames(sheet, layer) {
  const { map, view } = sheet;
  const least = layer.label_zoom ?? LABEL_ZOOM[layer.key] ?? Infinity;
  const near = map.getZoom() >= least;
  if (!near && layer.key !== "towns") return;
  const features = layer.key === "towns" ? largestFirst(layer) : layer.features;
  const unnamed = new Set(layer.unnamed.map((number) => layer.features[number]));
  let named = 0;
  for (const feature of features) {
    if (!near && named >= MAIN_TOWNS) return;
    const place = anchorOf(feature);
    if (!feature.name || unnamed.has(feature) || !view.contains(place) || !sheet.sees(layer, place.lng)) continue;
    const point = map.latLngToLayerPoint(place);
    if (sheet.places.get(feature.name)?.some((other) => other.distanceTo(point) < SAME_PLACE_PX)) continue;
    const box = freest(sheet, boxesOf(point, feature.name, layer.kind));
    if (!box) continue;
    add(sheet, box, feature.name, `name-${layer.kind} name-of-${layer.key}${box.before ? " name-before" : ""}${box.above ? " name-middle" : ""}`);
    sheet.places.set(feature.name, [...(sheet.places.get(feature.name) ?? []), point]);
    named += 1;
  }
}

const bySize = new WeakMap();

/** Towns by inhabitants where they are counted, else as they come. */
function largestFirst(layer) {
  if (!bySize.has(layer)) {
    const size = (feature) => Number(feature.rows.find(([label]) => label === "inhabitants")?.[1] ?? 0);
    bySize.set(layer, [...layer.features].sort((one, other) => size(other) - size(one)));
  }
  return bySize.get(layer);
}

const anchors = new WeakMap();

function anchorOf(feature) {
  if (!anchors.has(feature)) anchors.set(feature, middleOf(feature.geometry));
  return anchors.get(feature);
}

/** The middle of a thing: where its name stands, and where the map goes. */
export function middleOf(geometry) {
  if (geometry.type === "Point") return L.latLng(geometry.coordinates[1], geometry.coordinates[0]);
  const depth = { MultiPoint: 0, LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[geometry.type];
  return L.latLngBounds(L.GeoJSON.coordsToLatLngs(geometry.coordinates, depth).flat(depth)).getCenter();
}

/** Where a name can stand: over the middle of an area; at the right, at the left, above or below a point. */
function boxesOf(point, name, kind) {
  const width = name.length * WIDTH_PER_LETTER_PX;
  const [middle, level] = [point.x - width / 2, point.y - HEIGHT_PX / 2];
  const at = (left, top) => ({ before: left + width < point.x, above: left === middle, left, top, right: left + width, bottom: top + HEIGHT_PX });
  if (kind === "polygon") return [at(middle, level)];
  return [at(point.x + OFFSET_PX, level), at(point.x - OFFSET_PX - width, level), at(middle, point.y - OFFSET_PX - HEIGHT_PX), at(middle, point.y + OFFSET_PX)];
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function add(sheet, box, text, className) {
  sheet.taken.push(box);
  sheet.elements.push(h("span", { class: `name ${className}`, style: { left: `${box.left}px`, top: `${box.top}px`, width: `${box.right - box.left}px` } }, text));
}
