import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore, firstSight, fromHash, missingOf, toHash } from "../../prospector/map/page/store.js";
import { payload } from "./payload.js";

/** @type {[number, number, number, number]} */
const BOUNDS = [-70.5, -25.25, -67, -21];

test("a link restores the state that wrote it", async () => {
  const read = await payload();
  const { patch } = fromHash("", read);
  const state = {
    ...patch, language: "es", filters: { ...patch.filters, query: "a & b", minimumScore: 0.25, newGroundOnly: true },
    weights: { fault: 0.5 }, sort: { key: "area_km2", descending: true }, selected: "T-2",
    layers: ["faults"], colours: { deposits: "year" }, base: "", opacity: { targets: 0.5, ground: 0.1 },
  };
  const again = fromHash(toHash(state, BOUNDS, firstSight(read)), read);
  assert.deepEqual({ ...again.patch, language: again.language }, state);
  assert.deepEqual(again.view, { bounds: BOUNDS });
});

test("what is as at first is left out", async () => {
  const read = await payload();
  const { patch } = fromHash("", read);
  assert.equal(toHash({ ...patch, language: "en" }, BOUNDS, firstSight(read)), "#bounds=-70.50000/-25.25000/-67.00000/-21.00000&model=copper&language=en");
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

test("links of an earlier form, and the target alone, are still read", async () => {
  const read = await payload();
  assert.deepEqual(fromHash("#view=-23.5/-68.25/7.25", read).view, { latitude: -23.5, longitude: -68.25, zoom: 7.25 });
  const { patch, view } = fromHash("#target=T-2", read);
  assert.equal(patch.selected, "T-2");
  assert.equal(view, null);
});

test("a thing of a layer stands in the link", async () => {
  const read = await payload();
  const { patch } = fromHash("#thing=deposits/1", read);
  assert.equal(patch.feature.feature.name, "d1");
  const hash = toHash({ ...patch, language: "en" }, BOUNDS, firstSight(read));
  assert.equal(fromHash(hash, read).patch.feature.feature, patch.feature.feature);
});

test("what a link names and the file does not hold is named", async () => {
  const read = await payload();
  const hash = "#model=gold&target=T-9&thing=deposits/7&layers=faults,-domes&bounds=2/41/3/42&sort=-nothing";
  assert.deepEqual(missingOf(hash, read), ["gold", "T-9", "deposits/7", "domes", "view"]);
  assert.deepEqual(missingOf("#model=copper&target=T-2&layers=-faults&bounds=-70/-25/-69/-24", read), []);
  assert.deepEqual(fromHash(hash, read).patch.sort, { key: "rank", descending: false });
});

test("listeners hear which keys changed, and of no change nothing", () => {
  const store = createStore({ a: 1, b: 2 });
  const heard = [];
  store.subscribe((state, changed) => heard.push([state.a, ...changed]));
  store.set({ a: 1 });
  store.set({ a: 3, b: 2 });
  assert.deepEqual(heard, [[3, "a"]]);
});
