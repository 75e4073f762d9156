import assert from "node:assert/strict";
import { test } from "node:test";

import { boundsAt, QUANTUM_DEGREES } from "../../prospector/map/page/packed.js";
import { outlines, payload } from "./payload.js";

const HALF = QUANTUM_DEGREES / 2 + 1e-9;

/** Every vertex within half a step of where it was. */
function near(found, wanted) {
  if (typeof wanted === "number") return Math.abs(found - wanted) <= HALF;
  return found.length === wanted.length && wanted.every((one, index) => near(found[index], one));
}

test("outlines come back within half a step, holes and parts included", async () => {
  const [model] = (await payload()).models;
  model.targets.forEach(({ geometry }, index) => {
    const wanted = outlines[index];
    const coordinates = wanted.type === geometry.type ? wanted.coordinates : [wanted.coordinates];
    assert.ok(near(geometry.type === "MultiPolygon" ? geometry.coordinates : geometry.coordinates, coordinates), `target ${index}`);
  });
  assert.equal(model.targets[0].geometry.coordinates.length, 2);
  assert.equal(model.targets[1].geometry.type, "MultiPolygon");
});

test("points and lines come back with their rows", async () => {
  const { layers } = await payload();
  assert.deepEqual(layers[0].features.map(({ name }) => name), ["d0", "d1", "d2"]);
  assert.deepEqual(layers[0].features.map(({ rows }) => rows), [[["year", 1900]], [["year", 1901], ["found", "by drilling"]], [["year", 1902]]]);
  assert.deepEqual(layers[1].features[0].rows, []);
  assert.ok(near(layers[0].features[2].geometry.coordinates, [-68, -23]));
  assert.ok(near(layers[1].features[0].geometry.coordinates, [[-70, -25], [-69.5, -24], [-69, -22]]));
});

test("a target has its columns, values and parts", async () => {
  const [model] = (await payload()).models;
  const [, second] = model.targets;
  assert.deepEqual([second.target_id, second.name, second.held_share, second.centre], ["T-2", '<b>"two"</b>', 0.3, [-69, -24]]);
  assert.deepEqual(second.values, [2, 40]);
  assert.deepEqual(second.parts, [-1, 0.5]);
  assert.equal(model.outside, null);
});

test("polygons near a place are found by their bounds", () => {
  const bounds = Float64Array.from([0, 0, 2, 2, 1, 1, 3, 3, 8, 8, 9, 9]);
  assert.deepEqual(boundsAt(bounds, { right: 1.5, down: 1.5 }, 0), [0, 1]);
  assert.deepEqual(boundsAt(bounds, { right: 7.5, down: 8.5 }, 0), []);
  assert.deepEqual(boundsAt(bounds, { right: 7.5, down: 8.5 }, 0.5), [2]);
});
