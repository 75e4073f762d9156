import assert from "node:assert/strict";
import { test } from "node:test";

import { fuzzy, isChanged, rescored } from "../../prospector/map/page/what_if.js";
import { payload } from "./payload.js";

const odds = (share) => Math.log(share / (1 - share));

test("with fitted weights the run's own score and ranks come out", async () => {
  const [model] = (await payload()).models;
  const { score, rank } = rescored(model, {});
  assert.deepEqual([...rank], [1, 2, 3]);
  model.targets.forEach((target, index) => assert.ok(Math.abs(score[index] - target.score) < 1e-12));
  assert.equal(isChanged({ fault: 1 }), false);
  assert.equal(isChanged({ fault: 0.5 }), true);
});

test("a logistic score moves by its contribution times the weight less one", async () => {
  const [model] = (await payload()).models;
  const { score, rank } = rescored(model, { fault: 3 });
  model.targets.forEach(({ score: before, parts }, index) => {
    assert.ok(Math.abs(odds(score[index]) - (odds(before) + 2 * parts[0])) < 1e-9);
  });
  assert.deepEqual([...rank], [1, 2, 3]);
  const doubled = rescored(model, { fault: 0, crust: 3 });
  assert.deepEqual([...doubled.rank], [3, 2, 1]);
});

test("an overlay of equal memberships is that membership by and, or and gamma", () => {
  const members = [0.6, 0.6];
  const once = [1, 1];
  assert.equal(fuzzy({ operator: "and", gamma: 0 }, members, once), 0.6);
  assert.ok(Math.abs(fuzzy({ operator: "or", gamma: 0 }, members, once) - 0.6) < 1e-12);
  assert.ok(Math.abs(fuzzy({ operator: "product", gamma: 0 }, members, once) - 0.36) < 1e-12);
  assert.ok(Math.abs(fuzzy({ operator: "sum", gamma: 0 }, members, once) - 0.84) < 1e-12);
  assert.ok(Math.abs(fuzzy({ operator: "gamma", gamma: 0.5 }, members, once) - Math.sqrt(0.84 * 0.36)) < 1e-12);
});

test("an index overlay is the weighted mean: an evidence without weight leaves the others", async () => {
  const [model] = (await payload()).models;
  model.what_if = { kind: "index", shares: [0.5, 0.5] };
  const target = model.targets[0];
  Object.defineProperty(target, "parts", { value: [0.2, -0.1] });
  Object.defineProperty(target, "score", { value: 0.6 });
  const { score } = rescored(model, { crust: 0 });
  assert.ok(Math.abs(score[0] - 0.9) < 1e-9);
});

test("what is unknown of a target is left out, whatever it weighs", async () => {
  const [model] = (await payload()).models;
  const of = (kind, parts) => ({ ...model, what_if: kind, targets: [Object.create(model.targets[0], { parts: { value: parts } })] });
  const rules = [{ kind: "fuzzy", operator: "gamma", gamma: 0.7 }, { kind: "fuzzy", operator: "and", gamma: 0 }];
  for (const rule of rules) {
    const names = model.evidence.map(({ name }) => name);
    const parts = names.map((_, index) => (index === 1 ? null : 0.2));
    const { score } = rescored(of(rule, parts), {});
    assert.ok(Math.abs(score[0] - model.targets[0].score) < 1e-9);
    const heavy = rescored(of(rule, parts), { [names[1]]: 3 });
    assert.ok(Math.abs(heavy.score[0] - score[0]) < 1e-12);
    assert.notEqual(rescored(of(rule, parts), { [names[0]]: 2 }).score[0], score[0]);
  }
});
