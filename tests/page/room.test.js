import assert from "node:assert/strict";
import { test } from "node:test";

import { freeRoom, padding } from "../../prospector/map/page/room.js";

const MAP = { left: 400, top: 0, right: 1400, bottom: 800 };

test("a box is cut off on the side that costs least", () => {
  const tools = { left: 412, top: 12, right: 452, bottom: 350 };
  const legend = { left: 412, top: 700, right: 1000, bottom: 788 };
  const card = { left: 1028, top: 12, right: 1388, bottom: 700 };
  assert.deepEqual(freeRoom(MAP, [tools]), { left: 52, top: 0, right: 0, bottom: 0 });
  assert.deepEqual(freeRoom(MAP, [tools, legend, card]), { left: 52, top: 0, right: 372, bottom: 100 });
  assert.deepEqual(freeRoom(MAP, [{ left: 0, top: 0, right: 400, bottom: 800 }]), { left: 0, top: 0, right: 0, bottom: 0 });
});

test("where the shape of what is fitted is known, a box is cut off on the side that leaves it largest", () => {
  const north = { left: 1300, top: 740, right: 1400, bottom: 800 };
  assert.equal(freeRoom(MAP, [north]).bottom, 60);
  assert.deepEqual(freeRoom(MAP, [north], { across: 1, down: 2 }), { left: 0, top: 0, right: 100, bottom: 0 });
  assert.deepEqual(freeRoom(MAP, [north], { across: 2, down: 1 }), { left: 0, top: 0, right: 0, bottom: 60 });
});

test("boxes are cut off together: the largest part that all of them leave, not the best beside each in turn", () => {
  const map = { left: 428, top: 0, right: 1920, bottom: 1080 };
  const evidence = { left: 706, top: 12, right: 1122, bottom: 594 };
  const legend = { left: 1134, top: 0, right: 1414, bottom: 1080 };
  assert.deepEqual(freeRoom(map, [legend, evidence], { across: 1, down: 2 }), { left: 986, top: 0, right: 0, bottom: 0 });
  assert.deepEqual(freeRoom(map, [legend, evidence]), { left: 986, top: 0, right: 0, bottom: 0 });
});

test("padding leaves a fifth of the map, however much lies over it", () => {
  assert.deepEqual(padding({ left: 10, top: 0, right: 0, bottom: 0 }, { x: 1000, y: 800 }, 20), { left: 30, top: 20, right: 20, bottom: 20 });
  const { left, right } = padding({ left: 700, top: 0, right: 600, bottom: 0 }, { x: 1000, y: 800 }, 0);
  assert.ok(Math.abs(left + right - 800) < 1e-9);
  assert.ok(left > right);
});
