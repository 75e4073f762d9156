// How far to believe a ranking and one place in it, in plain words; the figures are behind a press.

import { fixed, percent } from "./numbers.js";
import { say } from "./words.js";

/** Standard deviations of the percentile below which a place is steady, and up to which fairly so. */
const STEADY = 2;
const FAIR = 5;

/**
 * What a model's test found, for a reader who asked for no figures: a clause for the list, and what to make of it.
 * Its `demonstrated` is null where nothing was learned.
 * @returns {{short: string, long: string}}
 */
export function trust(model) {
  if (model.demonstrated === null) return { short: say("ranked by stated rules, not learned from deposits"), long: say("Nothing was learned from deposits here: the rules were stated beforehand. The list shows where they fit best.") };
  if (model.verdict === "demonstrated") return { short: say("the ranking does better than chance"), long: say("Known deposits that were kept from the model ranked higher than by chance or by a simple rule. Trust the order as a whole, not exact ranks.") };
  if (model.verdict === "not judged") return { short: say("not known whether the ranking does better than chance"), long: say("Some of the evidence follows the known deposits, so a test on them says little. Take the list as ideas to check.") };
  if (model.verdict === "could not tell") return { short: say("too few deposits are known to tell whether the ranking does better than chance"), long: say("Known deposits are too few to tell whether the ranking does better than chance. Take the list as ideas to check, not as a forecast.") };
  if (model.verdict === "none seen") return { short: say("the ranking did no better than chance"), long: say("Known deposits that were kept from the model ranked no higher than by chance. Take the list as ideas to check, not as a forecast.") };
  return { short: say("not known whether the ranking does better than chance"), long: "" };
}

/** Whether a target's place hangs on which deposits are counted; false where that was not tried. */
export function isUnsteady({ percentile_spread: spread }) {
  return (spread ?? 0) >= STEADY;
}

/**
 * How steady a target's place is when deposits and background are drawn again; null where it was not tried.
 * @returns {?{grade: 1 | 2 | 3, word: string}}
 */
export function steadiness({ percentile_spread: spread }) {
  if (spread === null || spread === undefined) return null;
  if (!isUnsteady({ percentile_spread: spread })) return { grade: 3, word: say("steady") };
  return spread <= FAIR ? { grade: 2, word: say("fairly steady") } : { grade: 1, word: say("unsteady") };
}

/** What the repeats say of a target, as a sentence. */
export function steadyWords(target) {
  return say("Its rank is {word}: with other samples of deposits and background it stays in the best tenth {share} of the time.", { word: steadiness(target).word, share: percent(target.top_tenth_share ?? 0) });
}

/** The same in figures. */
export function steadyFigures(target) {
  return say("Percentile {mean} on average over the replicas, standard deviation {spread}.", { mean: fixed(target.percentile_mean, 1), spread: fixed(target.percentile_spread, 1) });
}
