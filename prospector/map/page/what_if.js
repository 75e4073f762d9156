// What if the evidence weighed otherwise: the run's targets scored again, in the page, with other weights.
// Outlines stay, nothing is fitted again: skill, percentiles and replicas are the run's.

/** What an evidence weighs in the run. */
export const FITTED_WEIGHT = 1;
/** The most that an evidence may weigh. */
export const HEAVIEST = 3;
const SURE = 1e-6;
const NO_PART = 0;

/** True when some evidence weighs otherwise than in the run. */
export function isChanged(weights) {
  return Object.values(weights).some((weight) => weight !== FITTED_WEIGHT);
}

/** Weights in the order of the model's evidence. */
function listed(model, weights) {
  return model.evidence.map(({ name }) => weights[name] ?? FITTED_WEIGHT);
}

/**
 * Score and rank of every target of a model under other weights.
 *
 * The log-odds of the run's score are moved by what the weights change: in a logistic model by each
 * evidence's mean contribution times its weight less one; in an overlay by the log-odds of the overlay
 * with the weights less those without. With every weight at 1 the run's own score comes out.
 * @param {object} model
 * @param {Record<string, number>} weights by name of evidence; 1 where nothing is said
 * @returns {{score: Float64Array, rank: Int32Array}} by place in `model.targets`
 */
export function rescored(model, weights) {
  const order = listed(model, weights);
  const change = CHANGES[model.what_if.kind];
  const { targets } = model;
  const score = Float64Array.from(targets.map((target) => odds(logit(target.score) + change(model, target, order))));
  const places = Int32Array.from(score, (_, index) => index);
  places.sort((one, other) => score[other] - score[one] || (targets[one].target_id < targets[other].target_id ? -1 : 1));
  const rank = new Int32Array(places.length);
  places.forEach((index, place) => { rank[index] = place + 1; });
  return { score, rank };
}

const CHANGES = {
  logistic: (_, target, weights) => target.parts.reduce((sum, part, index) => sum + (part ?? NO_PART) * (weights[index] - 1), 0),
  fuzzy: (model, target, weights) => {
    const known = target.parts.map((part, index) => [part, weights[index]]).filter(([part]) => part !== null);
    const members = known.map(([part]) => part + 0.5);
    return logit(fuzzy(model.what_if, members, known.map(([, weight]) => weight))) - logit(fuzzy(model.what_if, members, members.map(() => 1)));
  },
  index: (model, target, weights) => {
    const { shares } = model.what_if;
    const members = target.parts.map((part, index) => (shares[index] ? (part ?? NO_PART) / shares[index] + 0.5 : 0.5));
    const known = shares.map((share, index) => (target.parts[index] === null ? 0 : share));
    return logit(mean(members, known.map((share, index) => share * weights[index]))) - logit(mean(members, known));
  },
};

/**
 * Memberships joined by an operator, each as often as its weight says: 0 not at all, 2 twice.
 * @param {{operator: string, gamma: number}} rule
 */
export function fuzzy({ operator, gamma }, members, weights) {
  const raised = members.map((member, index) => member ** weights[index]);
  const lowered = members.map((member, index) => (1 - member) ** weights[index]);
  const product = raised.reduce((whole, one) => whole * one, 1);
  const sum = 1 - lowered.reduce((whole, one) => whole * one, 1);
  if (operator === "and") return Math.min(...raised);
  if (operator === "or") return 1 - Math.min(...lowered);
  if (operator === "product") return product;
  if (operator === "sum") return sum;
  return sum ** gamma * product ** (1 - gamma);
}

function mean(members, shares) {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return whole ? members.reduce((sum, member, index) => sum + member * shares[index], 0) / whole : 0.5;
}

function logit(share) {
  const inside = Math.min(1 - SURE, Math.max(SURE, share));
  return Math.log(inside / (1 - inside));
}

function odds(logOdds) {
  return 1 / (1 + Math.exp(-logOdds));
}

/** How a target's rank moved: above 0 it rose. */
export function rise(model, target) {
  return model.rescored ? target.rank - model.rescored.rank[target.index] : 0;
}

/** The rank that the view gives: the run's, or that of other weights. */
export function rankOf(model, target) {
  return model.rescored ? model.rescored.rank[target.index] : target.rank;
}

/** The score that the view gives. */
export function scoreOf(model, target) {
  return model.rescored ? model.rescored.score[target.index] : target.score;
}
