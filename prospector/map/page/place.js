// What a target is called by: its own name, the known deposits that it holds, or the nearest named place with distance and direction.

import { kilometres } from "./numbers.js";
import { isNewGround, parted } from "./targets.js";
import { say, told } from "./words.js";

/** A place this near the edge of a target lies in it: its distance would read 0.0 km. */
const TOUCHING_KM = 0.05;

/** Eight winds, clockwise from north. */
const WINDS = [
  "{distance} km north of {place}", "{distance} km north-east of {place}", "{distance} km east of {place}", "{distance} km south-east of {place}",
  "{distance} km south of {place}", "{distance} km south-west of {place}", "{distance} km west of {place}", "{distance} km north-west of {place}",
];

/** What a target is called by; its id where nothing near it has a name. */
export function headline(target) {
  return target.name || whereabouts(target) || target.target_id;
}

/** Where a target lies, in words; empty where nothing near it has a name. */
export function whereabouts(target) {
  if (!isNewGround(target) && target.known_names) {
    const names = parted(target.known_names);
    return withUnit(aroundMines(names), names[0], target);
  }
  if (!target.place) return "";
  const where = target.place_km < TOUCHING_KM ? say("Around {place}", { place: target.place }) : fromPlace(target);
  return withUnit(where, target.place, target);
}

function aroundMines([first, ...others]) {
  return others.length ? say("Around {place} and {n} more", { place: first, n: others.length }) : say("Around {place}", { place: first });
}

function fromPlace({ place, place_km, place_bearing }) {
  const text = WINDS[Math.round(place_bearing / 45) % WINDS.length];
  return say(text, { distance: kilometres(place_km), place });
}

/** A place with the commune, country or town around it, where the place's own name does not hold that. */
function withUnit(where, named, { administrative_unit, country, nearest_town }) {
  const unit = administrative_unit || (country && told(country)) || nearest_town || "";
  return named.includes(unit) ? where : `${where}, ${unit}`;
}
