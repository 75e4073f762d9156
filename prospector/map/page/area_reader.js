// Areas and notes read from what a reader drops, pastes or opens: GeoJSON, KML, WKT or a list of vertices. What cannot be read is said in a sentence.

import { lacksZone, parseCoordinates, withoutThousands } from "./coordinates.js";
import { boundsOf } from "./geometry.js";
import { count } from "./numbers.js";
import { areaOf, ringsOf } from "./overlap.js";
import { say } from "./words.js";

const MOST_BYTES = 10e6;
const MOST_AREAS = 50;
const MOST_VERTICES = 20_000;
const LONGEST_NAME = 60;
const LEAST_KM2 = 1e-6;
const WGS84 = /CRS:?84$|4326$|^WGS ?84$/i;
const TWO_NUMBERS = /^\s*\(?([+-]?\d+(?:\.\d+)?)[\s,;]+([+-]?\d+(?:\.\d+)?)(?:[\s,;]+[+-]?\d+(?:\.\d+)?)?\)?\s*$/;
const COMMA = /(\d),(?=\d)/g;
const ORDER = /^\s*(lat|lon)\w*[\s,;/]+(?:lat|lon)\w*\s*$/i;

/** What cannot be read as an area; its message is for the reader. */
export class Unreadable extends Error {}

/**
 * Areas and notes of a text.
 * @param {string} text
 * @param {[number, number, number, number]} region west, south, east, north
 * @returns {{areas: Array<{name: string, geometry: object}>, notes: Array<{longitude: number, latitude: number, text: string}>, others: number}} others: how many things were neither
 * @throws {Unreadable}
 */
export function readAreas(text, region) {
  if (text.length > MOST_BYTES) throw new Unreadable(say("The file is larger than 10 MB. Save the area alone, or simplify its outline."));
  const plain = text.replace(/^\uFEFF/, "").trim();
  const found = partsOfText(plain, region);
  if (!found.areas.length && !found.notes.length) throw new Unreadable(say("It contains no polygon. Give a GeoJSON, KML or WKT polygon, or one vertex per line."));
  if (found.areas.length > MOST_AREAS) throw new Unreadable(say("It has {n} areas; the map takes at most {most}. Save the ones you need in a separate file.", { n: count(found.areas.length), most: MOST_AREAS }));
  const areas = found.areas.map(({ name, geometry }) => ({ name: String(name ?? "").slice(0, LONGEST_NAME), geometry: sound(geometry, region) }));
  return { ...found, areas };
}

function partsOfText(text, region) {
  if (text.startsWith("PK")) throw new Unreadable(say("This is a compressed file, such as KMZ. Unpack it and give the KML file inside."));
  if (text.includes("\0")) throw new Unreadable(say("This is not a text file. Save the area as GeoJSON in longitude and latitude."));
  if (text.startsWith("{") || text.startsWith("[")) return fromGeoJson(text);
  if (text.startsWith("<")) return fromKml(text);
  if (/^(SRID\s*=\s*\d+\s*;\s*)?[A-Z]+\s*(Z|M|ZM)?\s*(\(|EMPTY)/i.test(text)) return alone(fromWkt(text));
  return alone(fromVertices(text, region));
}

function alone(geometry) {
  return { areas: [{ name: "", geometry }], notes: [], others: 0 };
}

function fromGeoJson(text) {
  let whole = null;
  try {
    whole = JSON.parse(text);
  } catch {
    throw new Unreadable(say("The GeoJSON is incomplete: it cannot be read as JSON. Save it again."));
  }
  const crs = whole?.crs?.properties?.name;
  if (crs && !WGS84.test(crs)) throw new Unreadable(inMetres());
  const found = { areas: [], notes: [], others: 0 };
  collect(whole, {}, found);
  return found;
}

function collect(part, properties, found) {
  const { type } = part ?? {};
  const own = properties ?? {};
  if (type === "FeatureCollection" && Array.isArray(part.features)) for (const feature of part.features) collect(feature, {}, found);
  else if (type === "Feature") collect(part.geometry, part.properties, found);
  else if (type === "GeometryCollection" && Array.isArray(part.geometries)) for (const one of part.geometries) collect(one, own, found);
  else if (type === "Polygon" || type === "MultiPolygon") found.areas.push({ name: own.name ?? own.Name ?? own.nombre ?? "", geometry: part });
  else if (type === "Point" && typeof own.note === "string" && part.coordinates?.every?.(Number.isFinite)) found.notes.push({ longitude: part.coordinates[0], latitude: part.coordinates[1], text: own.note });
  else found.others += 1;
}

function fromKml(text) {
  const whole = /<\/(\w+:)?kml\s*>$/.test(text) ? new DOMParser().parseFromString(text, "application/xml") : null;
  if (!whole || whole.querySelector("parsererror")) throw new Unreadable(say("This is not KML, or the file is incomplete. Save it again."));
  const within = (part, name) => [...part.getElementsByTagNameNS("*", name)];
  const ring = (part) => (within(part, "coordinates")[0]?.textContent ?? "").trim().split(/\s+/).map((place) => place.split(",").slice(0, 2).map(Number));
  const polygon = (part) => [...within(part, "outerBoundaryIs"), ...within(part, "innerBoundaryIs")].map(ring);
  const places = within(whole, "Placemark");
  const areas = places.flatMap((place) => within(place, "Polygon").map((part) => ({ name: within(place, "name")[0]?.textContent.trim(), geometry: { type: "Polygon", coordinates: polygon(part) } })));
  return { areas, notes: [], others: places.filter((place) => !within(place, "Polygon").length).length };
}

function fromWkt(text) {
  const [, srid, kind, body] = /^(?:SRID\s*=\s*(\d+)\s*;\s*)?([A-Z]+)\s*(?:ZM?|M)?\s*(\(.*\)|EMPTY)\s*;?$/is.exec(text) ?? [];
  if (srid && srid !== "4326") throw new Unreadable(inMetres());
  const type = { POLYGON: "Polygon", MULTIPOLYGON: "MultiPolygon" }[(kind ?? "").toUpperCase()];
  if (!type) throw new Unreadable(say("The WKT is not a POLYGON or MULTIPOLYGON, or it is incomplete."));
  const listed = body.replace(/[^(),]+/g, (place) => (place.trim() ? `[${place.trim().split(/\s+/).slice(0, 2).map(Number).join(",")}]` : "")).replaceAll("(", "[").replaceAll(")", "]");
  try {
    return { type, coordinates: body.startsWith("(") ? JSON.parse(listed) : [] };
  } catch {
    throw new Unreadable(say("The WKT is not a POLYGON or MULTIPOLYGON, or it is incomplete."));
  }
}

/** A polygon of a vertex a line. The order is taken from a first line that states it, from letters, or from the region where only one order lies in it. */
function fromVertices(text, region) {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: withPoints(line.trim()), number: index + 1 })).filter(({ line }) => line);
  const stated = ORDER.exec(lines[0].line)?.[1].toLowerCase();
  const rows = stated ? lines.slice(1) : lines;
  const pairs = rows.map(({ line }) => TWO_NUMBERS.exec(line)).map((found) => found && [Number(found[1]), Number(found[2])]);
  const isPlain = pairs.every((pair) => pair && pair.every((figure) => Math.abs(figure) <= 180));
  const ring = isPlain ? ordered(pairs, stated, region) : rows.map((row) => placeOfLine(row, stated, region));
  return { type: "Polygon", coordinates: [ring] };
}

/** A line whose commas between figures are points where they are decimal marks, blanks where they alone part the figures. */
function withPoints(text) {
  const line = withoutThousands(text);
  if (line.includes(".") || /^[\d,+-]+$/.test(line)) return line.replace(COMMA, "$1 ");
  return /\d[\s;]+[+-]?\d/.test(line) ? line.replace(COMMA, "$1.") : line;
}

function ordered(pairs, stated, region) {
  const turned = pairs.map(([first, second]) => [second, first]);
  if (stated) return stated === "lon" ? pairs : turned;
  const isIn = (places) => places.every(([longitude, latitude]) => longitude >= region[0] && longitude <= region[2] && latitude >= region[1] && latitude <= region[3]);
  const [asGiven, asTurned] = [isIn(pairs), isIn(turned)];
  if (asGiven === asTurned) throw new Unreadable(say("It is not clear which figure is the latitude. Write “lat lon” or “lon lat” as the first line."));
  return asGiven ? pairs : turned;
}

function placeOfLine({ line, number }, stated, region) {
  const zone = (longitude) => Math.floor((longitude + 180) / 6);
  if (lacksZone(line) && zone(region[0]) !== zone(region[2])) throw new Unreadable(say("Line {n} gives metres without a UTM zone, and the region spans several zones. Write the zone first, as in 19S 507727 7568909.", { n: number }));
  const plain = TWO_NUMBERS.exec(line);
  if (stated && plain && Math.abs(Number(plain[1])) <= 180) return stated === "lon" ? [Number(plain[1]), Number(plain[2])] : [Number(plain[2]), Number(plain[1])];
  const place = parseCoordinates(line, region);
  if (!place) throw new Unreadable(say("Line {n} is not a position: {line}. Write degrees, degrees with minutes and seconds, or UTM with its zone.", { n: number, line: line.slice(0, 40) }));
  return [place.longitude, place.latitude];
}

function inMetres() {
  return say("The coordinates are not in longitude and latitude. Save the area again in WGS 84 (EPSG:4326).");
}

/** A polygon whose rings are closed, as far as it can be measured. */
export function sound(geometry, [west, south, east, north]) {
  const { type, coordinates } = geometry;
  const polygons = type === "MultiPolygon" ? coordinates : [coordinates];
  if (!Array.isArray(polygons) || !polygons.length || !polygons.every((rings) => Array.isArray(rings) && rings.length && rings.every((ring) => Array.isArray(ring) && ring.every?.((place) => place?.length >= 2 && place.slice(0, 2).every(Number.isFinite)))))
    throw new Unreadable(say("An area is empty, or one of its vertices is not a pair of numbers."));
  const closed = { type, coordinates: type === "MultiPolygon" ? polygons.map((rings) => rings.map(closedRing)) : polygons[0].map(closedRing) };
  const size = ringsOf(closed).reduce((sum, ring) => sum + ring.length, 0);
  if (size > MOST_VERTICES) throw new Unreadable(say("An area has {n} vertices; the map takes {most}. Simplify its outline.", { n: count(size), most: count(MOST_VERTICES) }));
  const [left, low, right, high] = boundsOf(closed);
  if (left < -180 || right > 180 || low < -90 || high > 90) throw new Unreadable(inMetres());
  if (ringsOf(closed).some((ring) => ring.length < 4)) throw new Unreadable(say("An area has fewer than three vertices."));
  if (right <= west || left >= east || high <= south || low >= north) throw new Unreadable(say("An area lies outside the region of this map. Are longitude and latitude in the right order?"));
  if (crossesItself(closed)) throw new Unreadable(say("The outline of an area crosses itself. List its vertices in order along the edge."));
  if (areaOf(closed) < LEAST_KM2) throw new Unreadable(say("An area has no extent: its vertices lie on a line."));
  return closed;
}

function closedRing(ring) {
  const places = ring.map(([longitude, latitude]) => [longitude, latitude]).filter((place, index, all) => !index || !isSame(place, all[index - 1]));
  if (places.length > 1 && isSame(places[0], places.at(-1))) places.pop();
  return [...places, places[0]].filter(Boolean);
}

function isSame(one, other) {
  return one[0] === other[0] && one[1] === other[1];
}

/** Whether edges of a polygon's rings cross each other: from west to east, each with those that start before it ends. */
export function crossesItself(geometry) {
  const edges = ringsOf(geometry).flatMap((ring) => ring.slice(1).map((end, index) => (ring[index][0] <= end[0] ? [ring[index], end] : [end, ring[index]])));
  edges.sort(([one], [other]) => one[0] - other[0]);
  for (let index = 0; index < edges.length; index += 1) {
    for (let next = index + 1; next < edges.length && edges[next][0][0] <= edges[index][1][0]; next += 1) if (doCross(edges[index], edges[next])) return true;
  }
  return false;
}

function doCross([start, end], [other, last]) {
  const side = (from, to, place) => Math.sign((to[0] - from[0]) * (place[1] - from[1]) - (to[1] - from[1]) * (place[0] - from[0]));
  return side(start, end, other) * side(start, end, last) < 0 && side(other, last, start) * side(other, last, end) < 0;
}
