import assert from "node:assert/strict";
import { test } from "node:test";

import { reasons } from "../../prospector/map/page/reasons.js";
import { speak } from "../../prospector/map/page/words.js";
import { payload } from "./payload.js";

test("a distance that its layer does not resolve lies within, not at", async () => {
  const [model] = (await payload()).models;
  const [, second, third] = model.targets.map((target) => reasons(model, target).find(({ index }) => index === 0));
  assert.equal(second.text, "distance to a fault 2 km");
  assert.equal(third.text, "distance to a fault within 3 km");
  speak("es");
  assert.equal(reasons(model, model.targets[2])[0].text, "distance to a fault a no más de 3 km");
  speak("en");
});

test("what is drawn is said of the feature that gave the value", async () => {
  const [model] = (await payload()).models;
  const drawn = (target) => reasons(model, target).filter(({ schematic }) => schematic).map(({ index }) => index);
  assert.deepEqual(drawn(model.targets[1]), []);
  assert.deepEqual(drawn(model.targets[2]), [0]);
});
