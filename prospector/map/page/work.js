// What desk or field work would change the answer for a target, what counts most first: the rule of pages/work.py.

import { figure, kilometres, percent } from "./numbers.js";
import { LEAST_PART } from "./reasons.js";
import { isUnsteady } from "./trust.js";
import { say, told } from "./words.js";

const LEAST_SHARE = 0.05;
const MOST_OF_GROUND = 0.5;
const FAR_KM = 20;

/**
 * Sentences, in the dossier's order as far as the map can tell: what is unknown of most of the ground, the evidence in the order of how much it
 * adds or takes, less of the ground, the place, what is missing.
 * @returns {string[]}
 */
export function workFor(model, target) {
  const ground = ofGround(target);
  const of = (isMost) => ground.filter(({ share }) => share >= MOST_OF_GROUND === isMost).map(({ text }) => text);
  return [...of(true), ...ofEvidence(model, target), ...of(false), ...ofPlace(target), ...ofGaps(model)];
}

function ofEvidence(model, target) {
  const drawn = (index) => model.evidence[index].schematic && !target.surveyed.includes(index);
  const order = target.parts.map((part, index) => ({ part: part ?? 0, index })).sort((one, other) => Math.abs(other.part) - Math.abs(one.part));
  const measured = order.filter(({ index }) => !drawn(index));
  const deciding = measured.find(({ part }) => part >= LEAST_PART);
  const against = measured.find(({ part }) => part <= -LEAST_PART);
  const said = order.map((one) => {
    const { label, schematic_m: off, resolution_m: resolution } = model.evidence[one.index];
    const evidence = told(label);
    if (drawn(one.index) && one.part >= LEAST_PART) return off ? say("Map it better: {evidence} is drawn from descriptions, up to {km} km off.", { evidence, km: figure(off / 1000) }) : say("Map it better: {evidence} is drawn from descriptions.", { evidence });
    if (one === deciding) return resolution ? say("Refine {evidence}: it adds most, at a resolution of {length}.", { evidence, length: metres(resolution) }) : say("Refine {evidence}: it adds most; its resolution is not stated.", { evidence });
    return one === against ? say("Check {evidence}: it counts most against the target.", { evidence }) : null;
  });
  return said.filter(Boolean);
}

function metres(length) {
  return length >= 1000 ? `${figure(Number((length / 1000).toPrecision(2)))} km` : `${figure(length)} m`;
}

function ofGaps({ lacking }) {
  return lacking.length ? [say("Add the missing evidence: {evidence}.", { evidence: lacking.map(told).join(", ") })] : [];
}

function ofGround({ unknown_share: unknown, applied_for_share: applied, protection_unknown_share: protection }) {
  const asked = [
    { share: unknown, text: say("Ask the register: the tenure of {share} of it is unknown.", { share: percent(unknown) }) },
    { share: applied, text: say("Follow the applications on {share} of it.", { share: percent(applied) }) },
    { share: protection, text: say("Ask what is protected: it is not known for {share} of it.", { share: percent(protection) }) },
  ];
  return asked.filter(({ share }) => share >= LEAST_SHARE).sort((one, other) => other.share - one.share);
}

function ofPlace(target) {
  const unsteady = isUnsteady(target) ? [say("Verify and date more deposits of the type: the rank of this area depends on which of them are counted.")] : [];
  if (target.known_deposits) return [...unsteady, say("Look beyond {names}: part of the score only repeats what is known there.", { names: target.known_names || say("the known deposits") })];
  if (target.nearest_deposit_km >= FAR_KM) return [...unsteady, say("Visit it: no known deposit of the type within {km} km, and nothing here was checked in the field.", { km: kilometres(target.nearest_deposit_km) })];
  return unsteady;
}
