// Whose ground it is, in words: shares by class of tenure, of one target or of several by area.

import { TENURE_WORDS } from "./groups.js";
import { percent } from "./numbers.js";
import { say } from "./words.js";

const MOST_CLASSES = 2;

/** The class of tenure that most of a target has, with its share. */
export function mainTenure(target) {
  return largest((name) => target[`${name}_share`])[0];
}

/** Classes by share, the largest first. @param {(name: string) => number} shareOf */
function largest(shareOf) {
  return Object.keys(TENURE_WORDS).map((name) => ({ name, share: shareOf(name) })).sort((one, other) => other.share - one.share);
}

/** The largest shares of the area of several targets, as "94 % held, 6 % unknown". */
export function groundWords(targets) {
  const whole = targets.reduce((sum, { area_km2: area }) => sum + area, 0);
  if (!whole) return "";
  const shareOf = (name) => targets.reduce((sum, target) => sum + target.area_km2 * target[`${name}_share`], 0) / whole;
  const shares = largest(shareOf).filter(({ share }) => share > 0).slice(0, MOST_CLASSES);
  return shares.map(({ name, share }) => `${percent(share)} ${say(TENURE_WORDS[name])}`).join(", ");
}
