// How the targets are spread along a filter's slider: all of them pale, those that are listed in colour.

import { h } from "./dom.js";

export const BINS = 25;
const HIGH = 12;
/** Bin of a target that has no value. */
const NONE = 255;
const DRAWN = "http://www.w3.org/2000/svg";

const madeBins = new WeakMap();

/** Bin of each target of a model, made once, and again only where other weights score it otherwise. */
export function binsOf(model, column, valueOf) {
  if (!madeBins.has(model)) madeBins.set(model, new Map());
  const made = madeBins.get(model).get(column);
  if (made && made.rescored === model.rescored) return made;
  const bins = new Uint8Array(model.targets.length);
  for (const target of model.targets) bins[target.index] = binOf(valueOf(model, target));
  const found = { rescored: model.rescored, bins, all: countsOf(bins, model.targets) };
  madeBins.get(model).set(column, found);
  return found;
}

/** The bin of a share from 0 to 1; 1 falls in the last. */
function binOf(share) {
  return share === null || share === undefined ? NONE : Math.min(BINS - 1, Math.floor(share * BINS + 1e-9));
}

/** How many of some targets fall in each bin. */
export function countsOf(bins, targets) {
  const counts = new Uint32Array(BINS);
  for (const { index } of targets) if (bins[index] !== NONE) counts[bins[index]] += 1;
  return counts;
}

/**
 * Lay a histogram over a slider's track.
 * @param {HTMLElement} input from 0 to 1
 * @param {string} column
 * @param {(model: object, target: object) => ?number} valueOf
 */
export function createHistogram(input, column, valueOf) {
  const drawing = document.createElementNS(DRAWN, "svg");
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${BINS} ${HIGH}`, preserveAspectRatio: "none", class: "histogram", "aria-hidden": "true" })) drawing.setAttribute(name, value);
  const [all, listed] = ["histogram-all", "histogram-listed"].map((name) => {
    const bars = document.createElementNS(DRAWN, "path");
    bars.setAttribute("class", name);
    drawing.append(bars);
    return bars;
  });
  const track = h("span", { class: "track" });
  input.replaceWith(track);
  track.append(drawing, input);
  let drawn = null;
  return (model, targets) => {
    const found = binsOf(model, column, valueOf);
    const most = Math.max(1, ...found.all);
    if (found !== drawn) all.setAttribute("d", barsOf(found.all, most));
    drawn = found;
    listed.setAttribute("d", barsOf(countsOf(found.bins, targets), most));
  };
}

/** Bars as one path; what is not nothing is seen. */
export function barsOf(counts, most) {
  let path = "";
  for (let bin = 0; bin < counts.length; bin += 1) {
    if (counts[bin]) path += `M${bin} ${HIGH}v${-Math.max(1, (HIGH * counts[bin]) / most).toFixed(2)}h0.9V${HIGH}Z`;
  }
  return path;
}
