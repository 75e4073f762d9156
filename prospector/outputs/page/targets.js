// Which targets are listed, in what order, in what class. No drawing here: arrays in, arrays out.

/**
 * @typedef {object} Filters
 * @property {string} query text to be found in any of a target's words
 * @property {number} minimumScore least score, 0 to 1
 * @property {boolean} newGroundOnly leave out targets that hold a known deposit
 * @property {number} minimumOpen least share of open and vacant ground, 0 to 1
 */

/** The filters that let everything through. */
export const NO_FILTERS = Object.freeze({ query: "", minimumScore: 0, newGroundOnly: false, minimumOpen: 0 });

/** Share of a target that is open or vacant. Unknown ground does not count. */
export function openShare(target) {
  return target.tenure.open + target.tenure.vacant;
}

/** True where no deposit is known in the target. */
export function isNewGround(target) {
  return target.known_deposits === 0;
}

/** A target's words in lower case, for the search. */
function words(target) {
  const reasons = [...target.evidence_for, ...target.evidence_against].map(([text]) => text);
  const named = [target.target_id, target.name, target.known_names, target.nearest_deposit, target.holders, target.concession_ids];
  return [...named, ...reasons].join(" ").toLowerCase();
}

/** True when a target passes every filter; every word of the query must be found. */
export function passes(target, filters) {
  if (target.score < filters.minimumScore) return false;
  if (filters.newGroundOnly && !isNewGround(target)) return false;
  if (filters.minimumOpen > 0 && openShare(target) < filters.minimumOpen) return false;
  const query = filters.query.trim().toLowerCase();
  if (query === "") return true;
  const text = words(target);
  return query.split(/\s+/).every((word) => text.includes(word));
}

/** Targets in the order of one column; ties keep the order of rank, missing values come last. */
export function sorted(targets, { key, descending }) {
  const sign = descending ? -1 : 1;
  return [...targets].sort((one, other) => {
    const [first, second] = [one[key], other[key]];
    if (first === second) return one.rank - other.rank;
    if (first === null) return 1;
    if (second === null) return -1;
    return sign * (first < second ? -1 : 1);
  });
}

/** Index of the class a value falls in: lower bound included, the last class closed. */
export function classIndex(value, breaks) {
  const last = breaks.length - 2;
  for (let index = last; index > 0; index -= 1) if (value >= breaks[index]) return index;
  return 0;
}

/** The colour of a target in its deposit model. */
export function targetColour(model, target) {
  return model.colours[classIndex(target[model.class_by], model.breaks)];
}

/** How many targets fall in each class. */
export function classCounts(model, targets) {
  const counts = model.colours.map(() => 0);
  for (const target of targets) counts[classIndex(target[model.class_by], model.breaks)] += 1;
  return counts;
}
