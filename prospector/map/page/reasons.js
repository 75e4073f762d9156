// What speaks for a target and what against, in words: the rule of targets.py.

import { figure } from "./numbers.js";
import { told } from "./words.js";

/** Contributions smaller than this are left unsaid. */
const LEAST_PART = 0.1;

/**
 * Phrases with their contribution, strongest first.
 * @returns {Array<{text: string, part: number, index: number}>}
 */
export function reasons(model, target) {
  return model.evidence
    .map((one, index) => ({ text: phrase(one, target.values[index]), part: target.parts[index] ?? 0, index }))
    .filter(({ part }) => Math.abs(part) >= LEAST_PART)
    .sort((one, other) => Math.abs(other.part) - Math.abs(one.part) || one.index - other.index);
}

function phrase({ label, unit }, value) {
  return `${told(label)} ${figure(value)} ${told(unit)}`.trim();
}
