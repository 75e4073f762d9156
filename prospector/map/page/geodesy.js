// Lengths, bearings and areas on the WGS 84 ellipsoid. Edges are straight in longitude and latitude, as GeoJSON has them.

const EQUATOR_M = 6378137;
const FLAT = 1 / 298.257223563;
const POLE_M = EQUATOR_M * (1 - FLAT);
const SQUARE_ECCENTRICITY = FLAT * (2 - FLAT);
const RADIANS = Math.PI / 180;
const MOST_STEPS = 200;
const NEAR_ENOUGH = 1e-12;
/** Gauss and Legendre's points between 0 and 1 with their weights. */
const GAUSS = [[0.06943184420297371, 0.17392742256872692], [0.3300094782075719, 0.3260725774312731], [0.6699905217924281, 0.3260725774312731], [0.9305681557970262, 0.17392742256872692]];

/**
 * The geodesic between two places of a region, by Vincenty's series (1975): not for places on opposite sides of the Earth.
 * @param {number[]} start longitude and latitude
 * @param {number[]} end
 * @returns {{metres: number, bearing: number}} bearing at the start in degrees from true north, clockwise, 0 to 360
 */
export function geodesic(start, end) {
  const [lower, upper] = [start, end].map(([, latitude]) => Math.atan((1 - FLAT) * Math.tan(latitude * RADIANS)));
  const across = (end[0] - start[0]) * RADIANS;
  const sines = [Math.sin(lower), Math.sin(upper)];
  const cosines = [Math.cos(lower), Math.cos(upper)];
  let [turn, found] = [across, null];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    found = onSphere(turn, sines, cosines);
    if (found.sine === 0) return { metres: 0, bearing: 0 };
    const { aslant, cosine, sine, angle, middle } = found;
    const part = (FLAT / 16) * aslant * (4 + FLAT * (4 - 3 * aslant));
    const next = across + (1 - part) * FLAT * found.lean * (angle + part * sine * (middle + part * cosine * (2 * middle ** 2 - 1)));
    const isNear = Math.abs(next - turn) < NEAR_ENOUGH;
    turn = next;
    if (isNear) break;
  }
  const bearing = Math.atan2(cosines[1] * Math.sin(turn), cosines[0] * sines[1] - sines[0] * cosines[1] * Math.cos(turn)) / RADIANS;
  return { metres: lengthOf(found), bearing: (bearing + 360) % 360 };
}

/**
 * The great circle of the auxiliary sphere.
 * @param {number} turn
 * @param {number[]} sines
 * @param {number[]} cosines
 */
function onSphere(turn, sines, cosines) {
  const [sineLower, sineUpper, cosineLower, cosineUpper] = [...sines, ...cosines];
  const sine = Math.hypot(cosineUpper * Math.sin(turn), cosineLower * sineUpper - sineLower * cosineUpper * Math.cos(turn));
  const cosine = sineLower * sineUpper + cosineLower * cosineUpper * Math.cos(turn);
  const lean = sine && (cosineLower * cosineUpper * Math.sin(turn)) / sine;
  const aslant = 1 - lean ** 2;
  return { sine, cosine, lean, aslant, angle: Math.atan2(sine, cosine), middle: aslant ? cosine - (2 * sineLower * sineUpper) / aslant : 0 };
}

function lengthOf({ aslant, angle, sine, cosine, middle }) {
  const square = (aslant * (EQUATOR_M ** 2 - POLE_M ** 2)) / POLE_M ** 2;
  const whole = 1 + (square / 16384) * (4096 + square * (-768 + square * (320 - 175 * square)));
  const wave = (square / 1024) * (256 + square * (-128 + square * (74 - 47 * square)));
  const third = (wave / 6) * middle * (4 * sine ** 2 - 3) * (4 * middle ** 2 - 3);
  return POLE_M * whole * (angle - wave * sine * (middle + (wave / 4) * (cosine * (2 * middle ** 2 - 1) - third)));
}

/** Square kilometres of a square degree at a latitude. */
export function squareDegree(latitude) {
  const flattened = 1 - SQUARE_ECCENTRICITY * Math.sin(latitude * RADIANS) ** 2;
  return (EQUATOR_M ** 2 * (1 - SQUARE_ECCENTRICITY) * Math.cos(latitude * RADIANS) * RADIANS ** 2) / flattened ** 2 / 1e6;
}

/** Square kilometres of a strip between two latitudes for each degree that its lower side is wide, and its upper; the width changes evenly between. */
export function stripWeights(south, north) {
  let [lower, upper] = [0, 0];
  for (const [part, weight] of GAUSS) {
    const here = weight * (north - south) * squareDegree(south + part * (north - south));
    lower += here * (1 - part);
    upper += here * part;
  }
  return [lower, upper];
}

/** Square kilometres within a closed ring that does not cross itself. */
export function ringArea(ring) {
  let sum = 0;
  const [first] = ring[0];
  for (let index = 1; index < ring.length; index += 1) {
    const [lower, upper] = stripWeights(ring[index - 1][1], ring[index][1]);
    sum += lower * (ring[index - 1][0] - first) + upper * (ring[index][0] - first);
  }
  return Math.abs(sum);
}
