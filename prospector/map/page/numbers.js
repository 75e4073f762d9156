// Figures as text: one way to write each quantity, the rules of numerals.py. tests/page/numbers.json holds cases for both.

import { locale, say } from "./words.js";

/** A number with a fixed count of decimals, or a dash when it is missing. */
export function fixed(value, decimals, grouped = true) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return value.toLocaleString(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: grouped });
}

/** A whole number. */
export function count(value) {
  return value.toLocaleString(locale());
}

/** A share of 1 as per cent; a trace is not written as nothing, nor nearly all as all. */
export function percent(share) {
  if (share > 0 && share < 0.01) return "< 1 %";
  if (share > 0.99 && share < 1) return "> 99 %";
  return `${Math.round(share * 100)} %`;
}

/** Square kilometres with as many digits as the size deserves. */
export function area(squareKilometres) {
  return fixed(squareKilometres, squareKilometres < 10 ? 1 : 0);
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
  const [digits, exponent] = value.toExponential(2).split("e");
  const decimals = digits.replace(/\.?0+$/, "").replace(/^-?\d\.?/, "").length - Number(exponent);
  return fixed(Number(value.toPrecision(3)), Math.min(20, Math.max(0, decimals)), false);
}

/** Latitude and longitude in degrees, with the hemisphere. */
export function degrees(latitude, longitude, decimals = 4) {
  const north = `${Math.abs(latitude).toFixed(decimals)}° ${say(latitude < 0 ? "S" : "N")}`;
  return `${north}  ${Math.abs(longitude).toFixed(decimals)}° ${say(longitude < 0 ? "W" : "E")}`;
}
