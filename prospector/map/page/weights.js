// The sliders on what each evidence weighs, and the mark that says the view is not the run's.

import { schematicTag, slider } from "./controls.js";
import { fill, h } from "./dom.js";
import { fixed } from "./numbers.js";
import { FITTED_WEIGHT, HEAVIEST, isChanged } from "./what_if.js";
import { say, told } from "./words.js";

const MEANINGS = {
  logistic: "Each evidence layer's mean contribution to a target's log-odds, relative to the background, is multiplied by its weight: 0 leaves it out, 1 is as fitted, 2 counts it twice.",
  fuzzy: "Each stated membership counts in the overlay as often as its weight says: 0 leaves it out, 1 is as stated, 2 counts it twice.",
  index: "Each evidence's stated share in the overlay is multiplied by its weight, and the shares are made to sum to 1 again.",
};
const LIMIT = "Only the targets of the run are scored again. Outlines, percentiles, replicas and skill remain those of the run. Ground elsewhere that other weights would raise is not found. Nothing is fitted again, so the skill of this view is not known.";

/** Sliders for the listed model. */
export function createWeights(store) {
  const element = h("details", { class: "what-if" });
  let [shownModel, sliders, reset] = [null, new Map(), null];
  const build = (model) => {
    sliders = new Map(model.evidence.map((one) => [one.name, weightSlider(store, one)]));
    reset = fittedButton(store);
    fill(element,
      h("summary", {}, say("What if other evidence counted more?")),
      h("div", { class: "what-if-body" }, [...sliders.values()].map((one) => one.element), h("div", { class: "what-if-last" }, meaning(model), reset)));
  };
  const show = (model, weights) => {
    element.hidden = model.what_if === null;
    if (element.hidden) return;
    if (model !== shownModel) build(model);
    shownModel = model;
    for (const [name, one] of sliders) one.show(weights[name] ?? FITTED_WEIGHT);
    reset.disabled = !isChanged(weights);
    if (isChanged(weights)) element.open = true;
  };
  return { element, show };
}

/** What the weights do, and what they do not. */
function meaning(model) {
  return h("details", {}, h("summary", {}, say("What this is, and is not")), h("p", { class: "small" }, say(MEANINGS[model.what_if.kind])), h("p", { class: "small" }, say(LIMIT)));
}

function weightSlider(store, one) {
  const change = (value) => store.set({ weights: { ...store.get().weights, [one.name]: value } });
  const label = [told(one.label), schematicTag(one)];
  return slider({ id: `weight-${one.name}`, label, max: HEAVIEST, step: 0.1, write: (value) => `× ${fixed(value, 1)}`, onChange: change });
}

function fittedButton(store) {
  return h("button", { type: "button", class: "fitted", onclick: () => store.set({ weights: {} }) }, say("Fitted values"));
}

/** The mark over map and list while weights are not the run's. */
export function createMark(store) {
  const words = h("span", {}, h("b", {}, say("These are not the run's scores.")), " ", h("span", { class: "mark-more" }, say("Targets are scored again with other weights.")));
  const element = h("div", { class: "not-the-run", role: "status", hidden: true }, words, fittedButton(store));
  return { element, show: (weights) => { element.hidden = !isChanged(weights); } };
}
