// What speaks for a target and what against, in words: the rule of targets.py.

import { fixed } from "./numbers.js";
import { told } from "./words.js";

/** Contributions smaller than this are left unsaid. */
const LEAST_PART = 0.1;

/** A value as people write it: three figures, whole numbers above a hundred. */
export function figure(value) {
  if (value === null || value === undefined) return "–";
  if (Math.abs(value) >= 100) return fixed(value, 0, false);
  const plain = Number(value.toPrecision(3));
  return fixed(plain, Math.min(20, (String(plain).split(".")[1] ?? "").length), false);
}

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
