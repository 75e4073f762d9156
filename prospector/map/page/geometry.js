// What lies under the pointer. Geometry is GeoJSON in degrees; a tolerance is given in degrees of each axis.

import { geodesic } from "./geodesy.js";

/** Bounds [west, south, east, north] of a GeoJSON geometry. */
export function boundsOf(geometry) {
  /** @type {[number, number, number, number]} */
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  widen(bounds, geometry.coordinates);
  return bounds;
}

function widen(bounds, coordinates) {
  if (typeof coordinates[0] !== "number") {
    for (const part of coordinates) widen(bounds, part);
    return;
  }
  const [longitude, latitude] = coordinates;
  if (longitude < bounds[0]) bounds[0] = longitude;
  if (latitude < bounds[1]) bounds[1] = latitude;
  if (longitude > bounds[2]) bounds[2] = longitude;
  if (latitude > bounds[3]) bounds[3] = latitude;
}

/**
 * True when a place is in a polygon, or within the tolerance of a line or point.
 * @param {{type: string, coordinates: any}} geometry
 * @param {[number, number]} place longitude, latitude
 * @param {[number, number]} tolerance degrees along each axis
 */
export function touches(geometry, place, tolerance) {
  const { type, coordinates } = geometry;
  if (type === "Polygon") return inPolygon(coordinates, place);
  if (type === "MultiPolygon") return coordinates.some((polygon) => inPolygon(polygon, place));
  if (type === "LineString") return nearLine(coordinates, place, tolerance);
  if (type === "MultiLineString") return coordinates.some((line) => nearLine(line, place, tolerance));
  if (type === "Point") return nearPoint(coordinates, place, tolerance);
  return coordinates.some((point) => nearPoint(point, place, tolerance));
}

/** True when the place is within bounds widened by the tolerance. */
export function inBounds([west, south, east, north], [longitude, latitude], [across, along]) {
  return longitude >= west - across && longitude <= east + across && latitude >= south - along && latitude <= north + along;
}

/** Even-odd rule over all rings, so holes are outside. */
function inPolygon(rings, [longitude, latitude]) {
  let inside = false;
  for (const ring of rings) {
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here, here += 1) {
      const [east, north] = ring[here];
      const [eastBefore, northBefore] = ring[before];
      if (north > latitude === northBefore > latitude) continue;
      const crossing = ((eastBefore - east) * (latitude - north)) / (northBefore - north) + east;
      if (longitude < crossing) inside = !inside;
    }
  }
  return inside;
}

function nearPoint([east, north], [longitude, latitude], [across, along]) {
  return ((east - longitude) / across) ** 2 + ((north - latitude) / along) ** 2 <= 1;
}

function nearLine(line, [longitude, latitude], tolerance) {
  for (let index = 1; index < line.length; index += 1) {
    const [east, north] = line[index - 1];
    const [stepEast, stepNorth] = [line[index][0] - east, line[index][1] - north];
    const square = stepEast ** 2 + stepNorth ** 2 || 1;
    const along = ((longitude - east) * stepEast + (latitude - north) * stepNorth) / square;
    const part = Math.max(0, Math.min(1, along));
    if (nearPoint([east + part * stepEast, north + part * stepNorth], [longitude, latitude], tolerance)) return true;
  }
  return false;
}

/** Kilometres from a place to the nearest edge of a polygon, along the ellipsoid as everywhere else. */
export function kilometresFrom({ type, coordinates }, place) {
  const polygons = type === "MultiPolygon" ? coordinates : [coordinates];
  let nearest = { apart: Infinity, at: place };
  for (const ring of polygons.flat()) {
    for (let index = 1; index < ring.length; index += 1) {
      const found = nearestOn(ring[index - 1], ring[index], place);
      if (found.apart < nearest.apart) nearest = found;
    }
  }
  return geodesic(place, nearest.at).metres / 1000;
}

/** The place of an edge that is nearest to another, and how many degrees of arc it is away, flat between their latitudes. */
function nearestOn(start, end, [longitude, latitude]) {
  const narrow = Math.cos((((start[1] + latitude) / 2) * Math.PI) / 180);
  const [east, north] = [(start[0] - longitude) * narrow, start[1] - latitude];
  const [stepEast, stepNorth] = [(end[0] - start[0]) * narrow, end[1] - start[1]];
  const square = stepEast ** 2 + stepNorth ** 2 || 1;
  const part = Math.max(0, Math.min(1, -(east * stepEast + north * stepNorth) / square));
  const at = [start[0] + part * (end[0] - start[0]), start[1] + part * stepNorth];
  return { apart: Math.hypot(east + part * stepEast, north + part * stepNorth), at };
}
