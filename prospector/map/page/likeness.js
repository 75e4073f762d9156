// The known deposits whose evidence is most like a target's: the rule of the dossiers, and never a deposit inside the target.

import { kilometresFrom, touches } from "./geometry.js";
import { parted } from "./targets.js";

const MOST = 3;

/**
 * The deposits most like a target, the most like first: `apart` in standard deviations of the ground, `km` from its edge.
 * @returns {Array<{name: string, apart: number, km: number}>}
 */
export function analogues(model, target) {
  const { likeness } = model;
  if (!likeness || target.values.some((value, index) => value === null && likeness.spread[index] !== null)) return [];
  const here = target.values.map((value, index) => (likeness.logged[index] ? Math.log1p(value) : value));
  const inside = new Set(parted(target.known_names));
  return likeness.deposits
    .filter((deposit) => !inside.has(deposit.name) && !touches(target.geometry, deposit.at, [0, 0]))
    .map((deposit) => ({ deposit, apart: distance(deposit.values, here, likeness.spread) }))
    .sort((one, other) => one.apart - other.apart)
    .slice(0, MOST)
    .map(({ deposit, apart }) => ({ name: deposit.name, apart, km: kilometresFrom(target.geometry, deposit.at) }));
}

/** Euclidean distance in standard deviations; evidence of one value, or unknown in places, counts for nothing. */
function distance(values, here, spread) {
  return Math.hypot(...values.map((value, index) => (spread[index] === null ? 0 : (value - here[index]) / spread[index])));
}
