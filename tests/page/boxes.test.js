// Boxes of pixels: what one leaves of another covers the rest, once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { around, commonBox, holdsBox, shifted, widened } from "../../prospector/map/page/boxes.js";

const box = (left, top, right, bottom) => ({ left, top, right, bottom });
const size = ({ left, top, right, bottom }) => (right - left) * (bottom - top);

test("a box without a hole in its middle is four strips that do not meet", () => {
  const strips = around(box(0, 0, 10, 8), box(2, 3, 7, 5));
  assert.equal(strips.length, 4);
  assert.equal(strips.reduce((sum, strip) => sum + size(strip), 0), 80 - 10);
  strips.forEach((one, place) => strips.slice(place + 1).forEach((other) => assert.equal(commonBox(one, other), null)));
});

test("where the hole is at the edge there is no strip of no width", () => {
  assert.deepEqual(around(box(0, 0, 10, 8), box(0, 0, 6, 8)), [box(6, 0, 10, 8)]);
  assert.deepEqual(around(box(0, 0, 10, 8), box(0, 0, 10, 8)), []);
});

test("boxes that only touch have nothing in common", () => {
  assert.equal(commonBox(box(0, 0, 5, 5), box(5, 0, 9, 5)), null);
  assert.deepEqual(commonBox(box(0, 0, 5, 5), box(3, -2, 9, 4)), box(3, 0, 5, 4));
});

test("a box holds itself and no box that reaches beyond it", () => {
  assert.equal(holdsBox(box(0, 0, 5, 5), box(0, 0, 5, 5)), true);
  assert.equal(holdsBox(box(0, 0, 5, 5), box(1, 1, 5, 6)), false);
});

test("a box is widened by a share of itself, and moved", () => {
  assert.deepEqual(widened(box(0, 0, 100, 50), 0.3), box(-30, -15, 130, 65));
  assert.deepEqual(shifted(box(0, 0, 5, 5), 2, -1), box(2, -1, 7, 4));
});
