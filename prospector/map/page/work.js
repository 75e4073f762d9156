// What desk or field work would change the answer for a target, what counts most first: the rule of pages/work.py.

import { figure, kilometres, percent } from "./numbers.js";
import { LEAST_PART } from "./reasons.js";
import { isUnsteady } from "./trust.js";
import { say, told } from "./words.js";

const LEAST_SHARE = 0.05;
const FAR_KM = 20;

/**
 * Sentences, those about the evidence in the order of how much it adds or takes.
 * @returns {string[]}
 */
export function workFor(model, target) {
  return [...ofEvidence(model, target), ...ofGaps(model), ...ofGround(target), ...ofPlace(target)];
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
    if (drawn(one.index) && one.part >= LEAST_PART) return off ? say("Map {evidence}: it is drawn from descriptions, up to {km} km off.", { evidence, km: figure(off / 1000) }) : say("Map {evidence}: it is drawn from descriptions.", { evidence });
    if (one === deciding) return resolution ? say("Refine it: {evidence} adds most, and is known to about {length}.", { evidence, length: metres(resolution) }) : say("Refine it: {evidence} adds most; how fine it is known is not stated.", { evidence });
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
  return [
    unknown >= LEAST_SHARE ? say("Ask the register: the tenure of {share} of it is unknown.", { share: percent(unknown) }) : null,
    applied >= LEAST_SHARE ? say("Follow the applications on {share} of it.", { share: percent(applied) }) : null,
    protection >= LEAST_SHARE ? say("Ask what is protected: it is not known for {share} of it.", { share: percent(protection) }) : null,
  ].filter(Boolean);
}

function ofPlace(target) {
  const unsteady = isUnsteady(target) ? [say("Verify and date more deposits of the type: the place of this area hangs on which of them are counted.")] : [];
  if (target.known_deposits) return [...unsteady, say("Look beyond {names}: part of the score only repeats what is known there.", { names: target.known_names || say("the known deposits") })];
  if (target.nearest_deposit_km >= FAR_KM) return [...unsteady, say("Visit it: no known deposit of the type within {km} km, and nothing here was checked in the field.", { km: kilometres(target.nearest_deposit_km) })];
  return unsteady;
}
