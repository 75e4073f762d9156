// The tour: the first listed targets one after the other, each with one sentence to quote.

import { copyButton } from "./copy.js";
import { fill, h } from "./dom.js";
import { count, printed } from "./numbers.js";
import { headline } from "./place.js";
import { reasons } from "./reasons.js";
import { groundWords } from "./tenure.js";
import { isNewGround, sorted } from "./targets.js";
import { steadiness, trust } from "./trust.js";
import { rankOf } from "./what_if.js";
import { say, told, withinSentence } from "./words.js";

const MOST_STOPS = 5;
const MOST_REASONS = 2;

/** Keys that lead on and back: those of a presenter's remote, and arrows. */
export const TOUR_KEYS = Object.freeze({ ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 });

/** The targets of a tour: the first of those that pass the filters, by rank. */
export function stopsOf(model, targets) {
  return sorted(model, targets, { key: "rank", descending: false }).slice(0, MOST_STOPS);
}

/** Place, why, whose ground and how sure, in one sentence; of what card and list say, in their words. */
export function quote(model, target) {
  const why = reasons(model, target).filter(({ part }) => part > 0).slice(0, MOST_REASONS).map(({ text }) => printed(text));
  const known = isNewGround(target) ? say("no known deposit") : say("around known deposits");
  return say("{where} ({known}): target {rank} of {n} for {model}. In its favour: {reasons}; whose ground: {ground}; how sure: {sure}.", {
    where: headline(target), known, rank: count(rankOf(model, target)), n: count(model.targets.length), model: withinSentence(told(model.label)),
    reasons: why.length ? why.join(", ") : say("no single evidence layer"), ground: groundWords([target]), sure: sureWords(model, target),
  });
}

function sureWords(model, target) {
  if (model.rescored) return say("scored with other weights than the run's, which no test covers");
  const steady = steadiness(target);
  return [steady ? say("its rank is {word}", { word: steady.word }) : "", trust(model).short].filter(Boolean).join("; ");
}

/**
 * What a stop's card shows beside the target: the sentence, and the way on.
 * @param {{step: (by: number) => void, end: () => void}} actions
 */
export function createStop({ step, end }) {
  const [place, text] = [h("p", { class: "small" }), h("p", { class: "quote" })];
  const back = h("button", { type: "button", class: "stop-back", onclick: () => step(-1) }, say("Back"));
  const next = h("button", { type: "button", class: "stop-next", onclick: () => step(1) }, say("Next"));
  const last = h("button", { type: "button", class: "stop-end", onclick: end }, say("End the tour"));
  const copy = copyButton(say("Copy the sentence"), () => text.textContent);
  const element = h("section", { class: "stop", "aria-label": say("Tour") }, text, place, h("div", { class: "stop-ways" }, back, next, last, copy));
  const show = (model, target, index, n) => {
    fill(text, quote(model, target));
    fill(place, say("Stop {i} of {n}", { i: count(index + 1), n: count(n) }));
    back.disabled = index === 0;
    next.disabled = index === n - 1;
  };
  const focus = (before = next) => { (before.disabled ? [next, back, last].find((one) => !one.disabled) : before).focus(); };
  return { element, show, focus, held: () => (element.contains(document.activeElement) ? /** @type {HTMLButtonElement} */ (document.activeElement) : null) };
}
