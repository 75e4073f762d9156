// What speaks for a target and what against, in words: the rule of targets.py.

import { figure, measured } from "./numbers.js";
import { say, told } from "./words.js";

/** Contributions smaller than this are left unsaid. */
export const LEAST_PART = 0.1;

/**
 * Phrases with their contribution, strongest first; `schematic` where the value comes from what was drawn from descriptions.
 * @returns {Array<{text: string, part: number, index: number, schematic: boolean}>}
 */
export function reasons(model, target) {
  const { parts, unresolved, surveyed, values } = target;
  const strong = parts.map((part, index) => ({ part: part ?? 0, index })).filter(({ part }) => Math.abs(part) >= LEAST_PART);
  strong.sort((one, other) => Math.abs(other.part) - Math.abs(one.part) || one.index - other.index);
  return strong.map(({ part, index }) => {
    const one = model.evidence[index];
    return { text: phrase(one, values[index], unresolved.includes(index)), part, index, schematic: one.schematic && !surveyed.includes(index) };
  });
}

function phrase(one, value, unresolved) {
  const measure = `${figure(measured(value, one))} ${told(one.unit)}`.trim();
  return `${told(one.label)} ${unresolved ? say("within {measure}", { measure }) : measure}`;
}
