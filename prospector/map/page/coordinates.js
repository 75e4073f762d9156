// A place typed as figures: degrees, degrees with minutes and seconds, or UTM, in the ways people write them.

import { fromUtm } from "./utm.js";

const LEAST_EASTING_M = 100_000;
const MOST_EASTING_M = 900_000;

/**
 * The place that a text gives, or null: "-22.3 -68.9", "22,3° S 68,9° O", "22°17'30\"S 68°54'W", "19S 507727 7568909", "507727 7568909".
 * @param {string} text
 * @param {[number, number, number, number]} bounds west, south, east, north of the region: they decide what the text leaves open
 * @returns {{latitude: number, longitude: number} | null}
 */
export function parseCoordinates(text, bounds) {
  const plain = text.trim().toUpperCase().replaceAll("−", "-").replace(/(\d),(?=\d)/g, "$1.");
  if (!/^[\s\d.,;:/°º'′’"″”NSEWO+\-A-Z]+$/.test(plain) || !/\d/.test(plain)) return null;
  return utmPlace(plain, bounds) ?? degreePlace(plain, bounds);
}

/** Easting and northing in metres, with or without a zone. */
function utmPlace(text, bounds) {
  const found = /^(?:UTM\s*)?(?:(\d{1,2})\s*([A-HJ-NP-Z])?[\s,;]+)?(?:E\s*)?(\d{6}(?:\.\d+)?)\s*(?:M?E)?[\s,;/]+(?:N\s*)?(\d{6,8}(?:\.\d+)?)\s*(?:M?N)?$/.exec(text);
  if (!found) return null;
  const [, zone, band, easting, northing] = found;
  if (Number(easting) < LEAST_EASTING_M || Number(easting) > MOST_EASTING_M || Number(northing) > 1e7) return null;
  const south = band && zone ? band < "N" || band === "S" : bounds[1] + bounds[3] < 0;
  const zones = zone ? [Number(zone)] : zonesOf(bounds);
  const places = zones.filter((one) => one >= 1 && one <= 60).map((one) => fromUtm(one, south, Number(easting), Number(northing)));
  return places.find((place) => inside(place, bounds)) ?? places[0] ?? null;
}

/** UTM zones that a region lies in, from its middle outwards. */
function zonesOf([west, , east]) {
  const zone = (longitude) => Math.floor((longitude + 180) / 6) + 1;
  const zones = Array.from({ length: Math.min(60, zone(east) - zone(west) + 1) }, (_, index) => zone(west) + index);
  const middle = zone((west + east) / 2);
  return zones.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
}

/** Two angles, each with its sign or the letter of its hemisphere; latitude first unless letters or the region say otherwise. */
function degreePlace(text, bounds) {
  const angles = anglesOf(text);
  if (!angles) return null;
  const [first, second] = angles;
  const swapped = "EWO".includes(first.letter || "-") || "NS".includes(second.letter || "-");
  const [across, along] = swapped ? [second, first] : [first, second];
  const place = placeOf(across, along);
  const lettered = first.letter || second.letter;
  if (lettered || (place && inside(place, bounds))) return place;
  const turned = placeOf(along, across);
  return turned && (inside(turned, bounds) || !place) ? turned : place;
}

function placeOf(latitude, longitude) {
  if (Math.abs(latitude.degrees) > 90 || Math.abs(longitude.degrees) > 180) return null;
  return { latitude: latitude.degrees, longitude: longitude.degrees };
}

const SIXTIETHS = "([+-]?\\d+(?:\\.\\d+)?)\\s*[°º:]?\\s*(?:(\\d{1,2}(?:\\.\\d+)?)\\s*['′’:]?\\s*(?:(\\d{1,2}(?:\\.\\d+)?)\\s*(?:[\"″”]|'')?)?)?";
const LETTER_BEFORE = new RegExp(`^([NSEWO])\\s*${SIXTIETHS}$`);
const LETTER_AFTER = new RegExp(`^${SIXTIETHS}\\s*([NSEWO])$`);
const NO_LETTER = new RegExp(`^${SIXTIETHS}$`);
const HAS_MARKS = /[°º:]/;

/**
 * The two angles of a text as signed degrees; null where there is anything else in it.
 * @returns {[Angle, Angle] | null}
 * @typedef {{degrees: number, letter: string}} Angle
 */
function anglesOf(text) {
  for (const { index } of text.matchAll(/[\s,;/]+|(?<=[NSEWO])(?=\d)/g)) {
    const first = angleOf(text.slice(0, index));
    const second = angleOf(text.slice(index).replace(/^[\s,;/]+/, ""));
    if (first && second) return [first, second];
  }
  return null;
}

/** Degrees, and minutes and seconds where they are marked or a letter ends them. */
function angleOf(text) {
  const before = LETTER_BEFORE.exec(text);
  if (before) return angle(before[2], before[3], before[4], before[1]);
  const after = LETTER_AFTER.exec(text);
  if (after) return angle(after[1], after[2], after[3], after[4]);
  const plain = NO_LETTER.exec(text);
  return plain && (plain[2] === undefined || HAS_MARKS.test(text)) ? angle(plain[1], plain[2], plain[3], "") : null;
}

function angle(degrees, minutes, seconds, letter) {
  const size = Math.abs(Number(degrees)) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600;
  const negative = degrees.startsWith("-") || (letter !== "" && "SWO".includes(letter));
  return { degrees: negative ? -size : size, letter };
}

function inside({ latitude, longitude }, [west, south, east, north]) {
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north;
}
