// Figures as text: one way to write each quantity, the rules of numerals.py. tests/page/numbers.json holds cases for both.

import { locale, say } from "./words.js";

const LEAST_GROUPED = 1000;
const TIE = 1e-6;
const formats = new Map();

/** What writes numbers in the reader's language; one is made for each way of writing, for making them is slow. */
function formatOf(least, most, grouped) {
  const key = `${locale()} ${least} ${most} ${grouped}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(locale(), { minimumFractionDigits: least, maximumFractionDigits: most, useGrouping: grouped }));
  return formats.get(key);
}

/** A number with as many decimals as it has, four at most. */
export function plainNumber(value) {
  return formatOf(0, 4, false).format(value);
}

/** A number with a fixed count of decimals, or a dash when it is missing. */
export function fixed(value, decimals, grouped = true) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return quick(value, decimals) ?? formatOf(decimals, decimals, grouped).format(value);
}

/** The same, many times faster, for numbers without groups of digits that are no ties: those are left to the slow way. */
function quick(value, decimals) {
  const size = Math.abs(value);
  if (!(size < LEAST_GROUPED - 1)) return null;
  const scaled = size * 10 ** decimals;
  const whole = Math.round(scaled);
  if (Math.abs(Math.abs(scaled - whole) - 0.5) < TIE) return null;
  const digits = String(whole).padStart(decimals + 1, "0");
  const text = decimals ? `${digits.slice(0, -decimals)}${decimalMark()}${digits.slice(-decimals)}` : digits;
  return value < 0 ? `-${text}` : text;
}

/** A whole number. */
export function count(value) {
  return formatOf(0, 3, true).format(value);
}

/**
 * A value of an evidence in the unit that it was measured in, also where it is held as a logarithm.
 * @param {?number} value
 * @param {{logarithm?: boolean}} evidence
 */
export function measured(value, { logarithm }) {
  return logarithm && value !== null && value !== undefined ? Math.exp(value) : value;
}

/** A share of 1 as per cent; a trace is not written as nothing, nor nearly all as all. */
export function percent(share) {
  if (share > 0 && share < 0.01) return "< 1 %";
  if (share > 0.99 && share < 1) return "> 99 %";
  return `${Math.round(share * 100)} %`;
}

/**
 * An area's figure, with as many digits as its size deserves, and whether it is in hectares: below 1 km² it is.
 * @param {number} squareKilometres
 */
export function areaFigure(squareKilometres) {
  const inHectares = squareKilometres > 0 && squareKilometres < 1;
  const size = inHectares ? squareKilometres * 100 : squareKilometres;
  const isTrace = inHectares && size < 0.05;
  return { text: isTrace ? `<${fixed(0.1, 1)}` : fixed(size, size > 0 && size < 10 ? 1 : 0), inHectares };
}

/** An area with as many digits as its size deserves: below 1 km² in hectares, else with the unit given, if any. */
export function area(squareKilometres, unit = "") {
  const { text, inHectares } = areaFigure(squareKilometres);
  return `${text} ${inHectares ? "ha" : unit}`.trimEnd();
}

/** A distance in kilometres, without the unit: below 10 km with one decimal, never nothing where there is some. */
export function kilometres(km) {
  if (km > 0 && km < 0.05) return `<${fixed(0.1, 1)}`;
  return fixed(km, km > 0 && km < 10 ? 1 : 0, false);
}

/** A percentile with one decimal, never higher than it is: 99.96 is no 100.0. */
export function percentileText(value) {
  if (value === null || value === undefined) return "–";
  return fixed(Math.floor(value * 10) / 10, 1);
}

/** A value as people write it: three figures, whole numbers above a hundred. */
export function figure(value) {
  if (value === null || value === undefined) return "–";
  if (Math.abs(value) >= 100) return fixed(value, 0, false);
  const text = String(Number(value.toPrecision(3)));
  if (!text.includes("e")) return text.replace(".", decimalMark());
  const [digits, exponent] = text.split("e");
  const decimals = digits.replace(/^-?\d\.?/, "").length - Number(exponent);
  return fixed(Number(text), Math.min(20, Math.max(0, decimals)), false);
}

/** A text with a figure as it is printed: the unit on the figure's line, square kilometres with their sign; files keep what the run's tables hold. */
export function printed(text) {
  return text.replaceAll("km2", "km²").replace(/(\d) (?=\p{L})/gu, "$1\u00a0");
}

const marks = new Map();

/** What stands before decimals in the reader's language. */
function decimalMark() {
  if (!marks.has(locale())) marks.set(locale(), formatOf(1, 1, false).format(0.5).charAt(1));
  return marks.get(locale());
}

/** Latitude and longitude in degrees, with the hemisphere, as the reader's language writes figures; what is copied or saved keeps its points. */
export function degrees(latitude, longitude, decimals = 4) {
  const north = `${fixed(Math.abs(latitude), decimals)}° ${say(latitude < 0 ? "S" : "N")}`;
  return `${north}  ${fixed(Math.abs(longitude), decimals)}° ${say(longitude < 0 ? "W" : "E")}`;
}

/** A whole or decimal degree with its hemisphere, as beside a line of the graticule. */
export function degreeText(degree, decimals, positive, negative) {
  const letter = degree === 0 ? "" : ` ${say(degree > 0 ? positive : negative)}`;
  return `${fixed(Math.abs(degree), decimals)}°${letter}`;
}
