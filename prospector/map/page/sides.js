// What can stand on a side of the divider: a model's score, its targets alone, one of its evidences, or ground of a layer.

import { say, told } from "./words.js";

/** Kinds of layers that are ground: lines and points lie over both sides. */
const GROUND_KINDS = new Set(["image", "polygon"]);

/**
 * @typedef {object} Side
 * @property {string} code as the link writes it
 * @property {"score" | "targets" | "evidence" | "layer"} kind
 * @property {object} [model] whose targets are drawn on this side alone
 * @property {object} [evidence]
 * @property {object} [layer]
 */

/**
 * Everything that a side can show, models first.
 * @returns {Side[]}
 */
export function sidesOf({ models, layers }) {
  const ofLayers = layers.filter(({ kind }) => GROUND_KINDS.has(kind)).map((layer) => ({ code: `layer/${layer.key}`, kind: "layer", layer }));
  return [...models.flatMap(sidesOfModel), ...ofLayers];
}

/** @returns {Side[]} */
function sidesOfModel(model) {
  const pictured = model.evidence.filter((one) => one.picture);
  return [
    ...(model.overlay ? [{ code: `score/${model.name}`, kind: /** @type {const} */ ("score"), model }] : []),
    { code: `targets/${model.name}`, kind: "targets", model },
    ...pictured.map((evidence) => ({ code: evidenceCode(model, evidence), kind: /** @type {const} */ ("evidence"), model, evidence })),
  ];
}

/** Code of a side that shows an evidence. */
export function evidenceCode(model, evidence) {
  return `evidence/${model.name}/${evidence.name}`;
}

/** What a code stands for; null where the file does not hold it. */
export function sideOf(code, payload) {
  return sidesOf(payload).find((side) => side.code === code) ?? null;
}

/**
 * What a side shows, in the reader's language.
 * @param {Side} side
 */
export function sideName(side) {
  const { kind, model, evidence, layer } = side;
  if (kind === "layer") return told(layer.label);
  const words = { score: () => say("score"), targets: () => say("targets alone"), evidence: () => told(evidence.label) };
  return `${told(model.label)}: ${words[kind]()}`;
}

/**
 * Two sides to begin with: what lies under the targets now, and of all else another model's score, an evidence, or what there is.
 * @returns {?{left: string, right: string}} null where there are no two
 */
export function firstSides({ model: listed, ground }, payload) {
  const all = sidesOf(payload);
  const now = ground.kind === "evidence" ? `evidence/${listed}/${ground.name}` : `score/${listed}`;
  const left = all.find(({ code }) => code === now) ?? all[0];
  const isOther = (side) => side !== left && side.kind !== "targets";
  const right = all.find((side) => isOther(side) && side.kind === "score") ?? all.find((side) => isOther(side) && side.model?.name === listed) ?? all.find(isOther) ?? all.find((side) => side !== left);
  return left && right ? { left: left.code, right: right.code } : null;
}

/** Two sides of a link, with how far across the map the divider stands; null where the file does not hold both. */
export function sidesOfLink(text, payload) {
  const [left, right, share] = (text ?? "").split(",");
  if (!sideOf(left, payload) || !sideOf(right, payload)) return null;
  const divider = Number(share);
  return { swipe: { left, right }, divider: share && Number.isFinite(divider) ? divider : null };
}
