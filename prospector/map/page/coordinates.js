// A place typed as figures: degrees, degrees with minutes and seconds, or UTM, in the ways people write them.

import { fromUtm } from "./utm.js";

const LEAST_EASTING_M = 100_000;
const MOST_EASTING_M = 900_000;
const MOST_NORTHING_M = 1e7;

const ZONE = "(?:HUSO\\s*|ZON[AE]\\s*)?(\\d{1,2})\\s*([A-HJ-NP-Z])?";
const AXIS = "(?:(E|ESTE|EAST|EASTING|N|NORTE|NORTH|NORTHING)[\\s:.]*)?";
const METRES = "(\\d{6,8}(?:\\.\\d+)?)\\s*M?\\s*([EN])?";
const UTM = new RegExp(`^(?:UTM\\s*)?(?:${ZONE}[\\s,;]+)?${AXIS}${METRES}[\\s,;/]+${AXIS}${METRES}(?:[\\s,;]+${ZONE})?$`);

/**
 * The place that a text gives, or null: "-22.3 -68.9", "22,3° S 68,9° O", "22°17'30\"S 68°54'W", "19S 507727 7568909", "N 7.568.909 E 507.727".
 * @param {string} text
 * @param {[number, number, number, number]} bounds west, south, east, north of the region: they decide what the text leaves open
 * @returns {{latitude: number, longitude: number} | null}
 */
export function parseCoordinates(text, bounds) {
  const plain = plainText(text);
  if (!/^[\s\d.,;:/°º'′’"″”NSEWO+\-A-Z]+$/.test(plain) || !/\d/.test(plain)) return null;
  return utmPlace(plain, bounds) ?? degreePlace(plain, bounds);
}

/** Whether a text gives metres and says no zone for them. @param {string} text */
export function lacksZone(text) {
  const found = metresOf(plainText(text));
  return found !== null && found.zone === null;
}

/** A text in capitals, its decimals after points, without marks of thousands. */
function plainText(text) {
  return withoutThousands(text.trim().toUpperCase().replaceAll("−", "-")).replace(/(\d),(?=\d)/g, "$1.");
}

/** Metres without marks of thousands, as in 7.568.909,50 and 507.727,25 or 7,568,909 and 507,727; other texts as they are. @param {string} text */
export function withoutThousands(text) {
  const mark = /\d([.,])\d{3}\1\d{3}(?!\d)/.exec(text)?.[1];
  if (!mark) return text;
  const groups = mark === "." ? /\d{1,3}(?:\.\d{3})+(?!\d)/g : /\d{1,3}(?:,\d{3})+(?!\d)/g;
  return text.replace(groups, (metres) => metres.replaceAll(mark, ""));
}

/**
 * Easting and northing of a text, in whichever order they stand, with the zone if it says one; null where it gives none.
 * @returns {?{zone: ?number, band: ?string, easting: number, northing: number}}
 */
function metresOf(text) {
  const found = UTM.exec(text);
  if (!found) return null;
  const [, zone, band, axis, one, unit, , other, , zoneBehind, bandBehind] = found;
  const [first, second] = [Number(one), Number(other)];
  const isEasting = (metres) => metres >= LEAST_EASTING_M && metres <= MOST_EASTING_M;
  const isTurned = isEasting(first) && isEasting(second) ? (axis ?? unit ?? "E").startsWith("N") : !isEasting(first);
  const [easting, northing] = isTurned ? [second, first] : [first, second];
  if (!isEasting(easting) || northing > MOST_NORTHING_M) return null;
  const [number, letter] = zone ? [zone, band] : [zoneBehind, bandBehind];
  return { zone: number ? Number(number) : null, band: letter ?? null, easting, northing };
}

function utmPlace(text, bounds) {
  const found = metresOf(text);
  if (!found) return null;
  const { zone, band, easting, northing } = found;
  const south = band ? band < "N" || band === "S" : bounds[1] + bounds[3] < 0;
  const zones = zone === null ? zonesOf(bounds) : [zone];
  const places = zones.filter((one) => one >= 1 && one <= 60).map((one) => fromUtm(one, south, easting, northing));
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
