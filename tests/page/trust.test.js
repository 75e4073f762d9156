import assert from "node:assert/strict";
import { test } from "node:test";

import { isUnsteady, steadiness, trust } from "../../prospector/map/page/trust.js";

test("what a model learned is told by its verdict, never by how its parts add up", () => {
  const stated = { verdict: null, demonstrated: null };
  for (const what_if of [null, { kind: "fuzzy" }, { kind: "logistic" }]) assert.equal(trust({ ...stated, what_if }).short, "ranked by stated rules, not learned from deposits");
  assert.equal(trust({ verdict: null, demonstrated: false, what_if: { kind: "index" } }).short, "not known whether the ranking does better than chance");
  assert.equal(trust({ verdict: "demonstrated", demonstrated: true }).short, "the ranking does better than chance");
  assert.equal(trust({ verdict: "none seen", demonstrated: false }).short, "the ranking did no better than chance");
});

test("a place is steady below the limit from which the list calls it unsteady", () => {
  const found = [null, 0, 1.99, 2, 5, 5.1].map((spread) => ({ percentile_spread: spread }));
  assert.deepEqual(found.map((target) => steadiness(target)?.grade), [undefined, 3, 3, 2, 2, 1]);
  assert.deepEqual(found.map(isUnsteady), [false, false, false, true, true, true]);
});
