import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore, firstSight, fromHash, toHash } from "../../prospector/map/page/store.js";
import { payload } from "./payload.js";

const VIEW = { latitude: -23.5, longitude: -68.25, zoom: 7.25 };

test("a link restores the state that wrote it", async () => {
  const read = await payload();
  const { patch } = fromHash("", read);
  const state = {
    ...patch, language: "es", filters: { ...patch.filters, query: "a & b", minimumScore: 0.25, newGroundOnly: true },
    weights: { fault: 0.5 }, sort: { key: "area_km2", descending: true }, selected: "T-2",
    layers: ["faults"], colours: { deposits: "year" }, base: "", opacity: { targets: 0.5, ground: 0.1 },
  };
  const again = fromHash(toHash(state, VIEW, firstSight(read)), read);
  assert.deepEqual({ ...again.patch, language: again.language }, state);
  assert.deepEqual(again.view, VIEW);
});

test("what is as at first is left out", async () => {
  const read = await payload();
  const { patch } = fromHash("", read);
  assert.equal(toHash({ ...patch, language: "en" }, VIEW, firstSight(read)), "#view=-23.5000/-68.2500/7.25&model=copper&language=en");
});

test("a link of nonsense falls back to what there is", async () => {
  const read = await payload();
  const { patch, view } = fromHash("#model=gold&target=none&score=7&weights=gold:9,fault:99&layers=x,-y&colour=faults:year&view=a/b&opacity=9/-1&sort=;", read);
  assert.equal(patch.model, "copper");
  assert.equal(patch.selected, null);
  assert.equal(patch.filters.minimumScore, 1);
  assert.deepEqual(patch.weights, { fault: 3 });
  assert.deepEqual(patch.layers, ["deposits"]);
  assert.deepEqual(patch.colours, {});
  assert.deepEqual(patch.opacity, { targets: 1, ground: 0 });
  assert.deepEqual(patch.sort, { key: "rank", descending: false });
  assert.equal(view, null);
});

test("listeners hear which keys changed, and of no change nothing", () => {
  const store = createStore({ a: 1, b: 2 });
  const heard = [];
  store.subscribe((state, changed) => heard.push([state.a, ...changed]));
  store.set({ a: 1 });
  store.set({ a: 3, b: 2 });
  assert.deepEqual(heard, [[3, "a"]]);
});
