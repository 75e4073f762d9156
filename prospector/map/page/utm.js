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
