// Measuring a way on the map: its geodesic length over the ellipsoid, the true bearing of its last leg, and the ground that it encloses.

import { geodesic } from "./geodesy.js";
import { area, fixed } from "./numbers.js";
import { areaOf } from "./overlap.js";
import { say } from "./words.js";

/** The task of the pen that measures. @param {() => void} end */
export function measuring(end) {
  return { words: measuredWords, end };
}

function measuredWords(places) {
  if (places.length < 2) return say("Click points to measure the distance along them. Escape ends.");
  const legs = places.slice(1).map((place, index) => geodesic(places[index], place));
  const length = legs.reduce((sum, { metres }) => sum + metres, 0) / 1000;
  const bearing = say("bearing {degrees}° true", { degrees: fixed(legs.at(-1).bearing % 360, 1) });
  const ring = { type: "Polygon", coordinates: [[...places, places[0]]] };
  return [`${fixed(length, length < 10 ? 3 : 2)} km`, bearing, places.length > 2 ? say("encloses {area}", { area: area(areaOf(ring), "km²") }) : ""].filter(Boolean).join(" · ");
}
