// Easting and northing in the zone of a place: Krüger's series on the WGS 84 ellipsoid, good to a millimetre.

const SCALE = 0.9996;
const FLATTENING = 1 / 298.257223563;
const THIRD = FLATTENING / (2 - FLATTENING);
const RADIUS_M = (6378137 / (1 + THIRD)) * (1 + THIRD ** 2 / 4 + THIRD ** 4 / 64);
const SERIES = [
  THIRD / 2 - (2 / 3) * THIRD ** 2 + (5 / 16) * THIRD ** 3,
  (13 / 48) * THIRD ** 2 - (3 / 5) * THIRD ** 3,
  (61 / 240) * THIRD ** 3,
];

const BACK = [
  THIRD / 2 - (2 / 3) * THIRD ** 2 + (37 / 96) * THIRD ** 3,
  THIRD ** 2 / 48 + THIRD ** 3 / 15,
  (17 / 480) * THIRD ** 3,
];
const TO_LATITUDE = [
  2 * THIRD - (2 / 3) * THIRD ** 2 - 2 * THIRD ** 3,
  (7 / 3) * THIRD ** 2 - (8 / 5) * THIRD ** 3,
  (56 / 15) * THIRD ** 3,
];

/**
 * Latitude and longitude of an easting and a northing in a zone.
 * @param {number} zone 1 to 60
 * @param {boolean} south of the equator
 * @param {number} easting metres
 * @param {number} northing metres
 */
export function fromUtm(zone, south, easting, northing) {
  const along = (northing - (south ? 1e7 : 0)) / (SCALE * RADIUS_M);
  const across = (easting - 500000) / (SCALE * RADIUS_M);
  let [up, beside] = [along, across];
  BACK.forEach((term, index) => {
    const times = 2 * (index + 1);
    up -= term * Math.sin(times * along) * Math.cosh(times * across);
    beside -= term * Math.cos(times * along) * Math.sinh(times * across);
  });
  const conformal = Math.asin(Math.sin(up) / Math.cosh(beside));
  const latitude = TO_LATITUDE.reduce((sum, term, index) => sum + term * Math.sin(2 * (index + 1) * conformal), conformal);
  const east = Math.atan2(Math.sinh(beside), Math.cos(up));
  return { latitude: (latitude * 180) / Math.PI, longitude: 6 * zone - 183 + (east * 180) / Math.PI };
}

/** A place as zone, easting and northing in whole metres. */
export function utm(latitude, longitude) {
  const zone = Math.floor((longitude + 180) / 6) + 1;
  const east = ((longitude - (6 * zone - 183)) * Math.PI) / 180;
  const sine = Math.sin((latitude * Math.PI) / 180);
  const flattened = (2 * Math.sqrt(THIRD)) / (1 + THIRD);
  const conformal = Math.sinh(Math.atanh(sine) - flattened * Math.atanh(flattened * sine));
  const along = Math.atan2(conformal, Math.cos(east));
  const across = Math.atanh(Math.sin(east) / Math.hypot(1, conformal));
  let [easting, northing] = [across, along];
  SERIES.forEach((term, index) => {
    const times = 2 * (index + 1);
    easting += term * Math.cos(times * along) * Math.sinh(times * across);
    northing += term * Math.sin(times * along) * Math.cosh(times * across);
  });
  const south = latitude < 0;
  return `${zone}${south ? "S" : "N"} ${Math.round(500000 + SCALE * RADIUS_M * easting)} E ${Math.round((south ? 1e7 : 0) + SCALE * RADIUS_M * northing)} N`;
}
