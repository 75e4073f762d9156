import assert from "node:assert/strict";
import { test } from "node:test";

import { classCounts, classIndex, moveOf, NO_FILTERS, passes, sorted } from "../../prospector/map/page/targets.js";
import { rescored } from "../../prospector/map/page/what_if.js";
import { payload } from "./payload.js";

/** Ids of the targets that pass. */
async function listed(filters) {
  const [model] = (await payload()).models;
  return model.targets.filter((target) => passes(model, target, { ...NO_FILTERS, ...filters })).map((target) => target.target_id);
}

test("each filter lets through what it says", async () => {
  assert.deepEqual(await listed({}), ["T-1", "T-2", "T-3"]);
  assert.deepEqual(await listed({ minimumScore: 0.75 }), ["T-1", "T-2"]);
  assert.deepEqual(await listed({ newGroundOnly: true }), ["T-2"]);
  assert.deepEqual(await listed({ minimumOpen: 0.21 }), []);
  assert.deepEqual(await listed({ minimumOpen: 0.2 }), ["T-1", "T-2", "T-3"]);
  assert.deepEqual(await listed({ holder: " una " }), ["T-2"]);
  assert.deepEqual(await listed({ minimumArea: 150, maximumArea: 250 }), ["T-2"]);
  assert.deepEqual(await listed({ minimumTop: 0.4 }), ["T-1", "T-2"]);
  assert.deepEqual(await listed({ query: "ÑANDÚ t-3" }), ["T-3"]);
  assert.deepEqual(await listed({ query: "fault 2 km" }), ["T-2"]);
});

test("missing values come last in any order, ties keep the order of rank", async () => {
  const [model] = (await payload()).models;
  const order = (key, descending) => sorted(model, model.targets, { key, descending }).map(({ rank }) => rank);
  assert.deepEqual(order("top_tenth_share", false), [2, 1, 3]);
  assert.deepEqual(order("top_tenth_share", true), [1, 2, 3]);
  assert.deepEqual(order("holders", false), [1, 3, 2]);
  assert.deepEqual(order("rank", true), [3, 2, 1]);
});

test("classes hold their lower bound, the last one both", async () => {
  const breaks = [0, 90, 98, 100];
  assert.deepEqual([0, 89.9, 90, 98, 100].map((value) => classIndex(value, breaks)), [0, 0, 1, 2, 2]);
  const [model] = (await payload()).models;
  assert.deepEqual(classCounts(model, model.targets), [0, 2, 1]);
});

test("under other weights a target rises, stays or falls, and the list follows", async () => {
  const [model] = (await payload()).models;
  model.rescored = rescored(model, { fault: 0, crust: 3 });
  assert.deepEqual(model.targets.map((target) => moveOf(model, target)), ["falls", "stays", "rises"]);
  assert.deepEqual(sorted(model, model.targets, { key: "rank", descending: false }).map(({ rank }) => rank), [3, 2, 1]);
});
