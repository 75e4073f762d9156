import assert from "node:assert/strict";
import { test } from "node:test";

import { fillColour, lineColour, luminance, signColours } from "../../prospector/map/page/theme.js";

const DARK_GROUND = 0.06;
const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

test("luminance is that of WCAG", () => {
  assert.equal(luminance("#000000"), 0);
  assert.equal(luminance("#ffffff"), 1);
  assert.equal(luminance("#fff"), 1);
  assert.ok(Math.abs(luminance("#777777") - 0.1845) < 0.0005);
});

test("on dark ground every line stands out, in its own hue; on light ground it is as it was", () => {
  for (const colour of ["#8c2d19", "#5d7688", "#111111", "#44346b", "#000000", "#ffffff"]) {
    assert.equal(lineColour(colour, false), colour);
    assert.ok(contrast(luminance(lineColour(colour, true)), DARK_GROUND) >= 3, colour);
  }
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(lineColour("#8c2d19", true).slice(at, at + 2), 16));
  assert.ok(red > green && green > blue);
  assert.equal(lineColour("#fdf6b2", true), "#fdf6b2");
});

test("a white sign keeps its dark line, a dark sign becomes light", () => {
  assert.deepEqual(signColours({ colour: "#111111", fill: "#ffffff" }, true), { line: "#111111", fill: "#ffffff" });
  const town = signColours({ colour: "#333333", fill: "#333333" }, true);
  assert.ok(luminance(town.line) > 0.25 && luminance(town.fill) > 0.25);
  assert.deepEqual(signColours({ colour: "#333333", fill: "#333333" }, false), { line: "#333333", fill: "#333333" });
});

test("land alone changes its fill", () => {
  assert.ok(luminance(fillColour({ key: "land" }, "#f3efe4", true)) < DARK_GROUND);
  assert.equal(fillColour({ key: "land" }, "#f3efe4", false), "#f3efe4");
  assert.equal(fillColour({ key: "geology" }, "#f3efe4", true), "#f3efe4");
});
