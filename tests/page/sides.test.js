import assert from "node:assert/strict";
import { test } from "node:test";

import { firstSides, sideName, sideOf, sidesOf } from "../../prospector/map/page/sides.js";
import { firstSight, fromHash, missingOf, toHash } from "../../prospector/map/page/store.js";

const picture = { png: "data:,", bounds: [] };
const copper = { name: "copper", label: "Copper", overlay: picture, targets: [], evidence: [{ name: "fault", label: "distance to a fault", picture }, { name: "crust", label: "crust", picture: null }] };
const brine = { name: "brine", label: "Brine", overlay: null, targets: [], evidence: [] };
const layer = (key, kind) => ({ key, label: key, kind, features: [], groupings: [], visible: true });
const payload = { models: [copper, brine], layers: [layer("relief", "image"), layer("geology", "polygon"), layer("faults", "line"), layer("towns", "point")], bounds: [-71, -28, -66, -19] };
const NOTHING = { kind: "none" };
/** @type {[number, number, number, number]} */
const BOUNDS = [-70, -25, -67, -21];

test("a side is a score, targets, an evidence with a picture, or ground", () => {
  assert.deepEqual(sidesOf(payload).map(({ code }) => code), ["score/copper", "targets/copper", "evidence/copper/fault", "targets/brine", "layer/relief", "layer/geology"]);
  assert.equal(sideOf("evidence/copper/crust", payload), null);
  assert.equal(sideName(sideOf("evidence/copper/fault", payload)), "Copper: distance to a fault");
  assert.equal(sideName(sideOf("layer/geology", payload)), "geology");
});

test("the first sides are what lies under the targets, and another score before an evidence before ground", () => {
  const both = { ...payload, models: [copper, { ...brine, overlay: picture }] };
  assert.deepEqual(firstSides({ model: "copper", ground: NOTHING }, both), { left: "score/copper", right: "score/brine" });
  assert.deepEqual(firstSides({ model: "copper", ground: NOTHING }, payload), { left: "score/copper", right: "evidence/copper/fault" });
  assert.deepEqual(firstSides({ model: "copper", ground: { kind: "evidence", name: "fault" } }, payload), { left: "evidence/copper/fault", right: "score/copper" });
  assert.deepEqual(firstSides({ model: "brine", ground: NOTHING }, { ...payload, models: [brine] }), { left: "targets/brine", right: "layer/relief" });
  assert.equal(firstSides({ model: "brine", ground: NOTHING }, { models: [brine], layers: [] }), null);
});

test("a link holds both sides and the divider, or neither", () => {
  const { patch } = fromHash("#swipe=layer/geology,evidence/copper/fault,0.25", payload);
  assert.deepEqual([patch.swipe, patch.divider], [{ left: "layer/geology", right: "evidence/copper/fault" }, 0.25]);
  const hash = toHash({ ...patch, language: "en" }, BOUNDS, firstSight(payload));
  assert.match(hash, /swipe=layer\/geology,evidence\/copper\/fault,0\.250/);
  assert.equal(fromHash("#swipe=layer/gold,score/copper,0.5", payload).patch.swipe, null);
  assert.equal(fromHash("#swipe=layer/relief,score/copper,7", payload).patch.divider, 1);
  assert.equal(fromHash("#swipe=layer/relief,score/copper", payload).patch.divider, 0.5);
  assert.deepEqual(missingOf("#swipe=layer/gold,score/copper,0.5", payload), ["layer/gold"]);
});
