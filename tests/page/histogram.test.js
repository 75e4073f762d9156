import assert from "node:assert/strict";
import { test } from "node:test";

import { barsOf, BINS, binsOf, countsOf } from "../../prospector/map/page/histogram.js";
import { scoreOf } from "../../prospector/map/page/what_if.js";
import { payload } from "./payload.js";

test("each target falls in the bin of its share, a missing one in none", async () => {
  const [model] = (await payload()).models;
  const { bins, all } = binsOf(model, "top", (_, target) => target.top_tenth_share);
  assert.deepEqual([...bins], [24, 12, 255]);
  assert.equal(all.reduce((sum, n) => sum + n, 0), 2);
  assert.equal(all[BINS - 1], 1);
});

test("bins are made once, and again when other weights score the targets", async () => {
  const [model] = (await payload()).models;
  const first = binsOf(model, "score", scoreOf);
  assert.equal(binsOf(model, "score", scoreOf), first);
  assert.deepEqual([...first.bins], [22, 20, 17]);
  model.rescored = { score: [0, 0, 0], rank: [1, 2, 3] };
  assert.notEqual(binsOf(model, "score", scoreOf), first);
});

test("the listed are counted by themselves, and one of many is still seen", async () => {
  const [model] = (await payload()).models;
  const { bins } = binsOf(model, "score", scoreOf);
  assert.equal(countsOf(bins, [model.targets[1]])[20], 1);
  assert.equal(countsOf(bins, [model.targets[1]])[22], 0);
  assert.equal(barsOf([0, 1], 1000), "M1 12v-1h0.9V12Z");
});
