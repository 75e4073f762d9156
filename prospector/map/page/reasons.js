// What speaks for a target and what against, in words: the rule of targets.py.

import { figure } from "./numbers.js";
import { say, told } from "./words.js";

/** Contributions smaller than this are left unsaid. */
const LEAST_PART = 0.1;

/**
 * Phrases with their contribution, strongest first; `schematic` where the value comes from what was drawn from descriptions.
 * @returns {Array<{text: string, part: number, index: number, schematic: boolean}>}
 */
export function reasons(model, target) {
  return model.evidence
    .map((one, index) => ({
      text: phrase(one, target.values[index], target.unresolved.includes(index)),
      part: target.parts[index] ?? 0,
      index,
      schematic: one.schematic && !target.surveyed.includes(index),
    }))
    .filter(({ part }) => Math.abs(part) >= LEAST_PART)
    .sort((one, other) => Math.abs(other.part) - Math.abs(one.part) || one.index - other.index);
}

function phrase({ label, unit }, value, unresolved) {
  const measure = `${figure(value)} ${told(unit)}`.trim();
  return `${told(label)} ${unresolved ? say("within {measure}", { measure }) : measure}`;
}
