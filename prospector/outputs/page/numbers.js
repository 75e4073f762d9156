// Figures as text: one way to write each quantity.

/** A number with a fixed count of decimals, or a dash when it is missing. */
export function fixed(value, decimals) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
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

/** A percentile that never rounds up to 100. */
export function percentileText(value) {
  return fixed(Math.floor(value * 10) / 10, 1);
}

/** Latitude and longitude in degrees, with the hemisphere. */
export function degrees(latitude, longitude, decimals = 4) {
  const north = `${Math.abs(latitude).toFixed(decimals)}° ${latitude < 0 ? "S" : "N"}`;
  return `${north}  ${Math.abs(longitude).toFixed(decimals)}° ${longitude < 0 ? "W" : "E"}`;
}
