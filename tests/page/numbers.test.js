import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { area, areaFigure, figure, fixed, kilometres, measured, percent, percentileText, printed } from "../../prospector/map/page/numbers.js";
import { speak } from "../../prospector/map/page/words.js";

const CASES = JSON.parse(await readFile(new URL("numbers.json", import.meta.url), "utf-8"));
const RULES = {
  percentile: percentileText,
  percent: (share) => percent(share).replaceAll(/[ %]/g, ""),
  figure,
  area: (value) => area(value),
  area_with_unit: (value) => area(value, "km2"),
  distance: kilometres,
  score: (value) => fixed(value, 3),
  contribution: (value) => fixed(value, 2),
};

for (const [quantity, cases] of Object.entries(CASES)) {
  test(`${quantity}: numbers are written as Python writes them`, () => {
    assert.deepEqual(cases.map(([value]) => RULES[quantity](value)), cases.map(([, text]) => text));
  });
}

test("an area's figure and its unit are had apart, and together they are the text", () => {
  assert.deepEqual([0.64, 62.5, 0].map(areaFigure), [{ text: "64", inHectares: true }, { text: "63", inHectares: false }, { text: "0", inHectares: false }]);
  for (const [value, text] of CASES.area_with_unit) {
    const found = areaFigure(value);
    assert.equal(`${found.text} ${found.inHectares ? "ha" : "km2"}`, text);
  }
});

test("the quick way writes what the browser's own way writes", () => {
  const own = (value, decimals) => value.toLocaleString("es-CL", { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: true });
  speak("es");
  for (let step = -1200; step <= 1200; step += 1) for (const decimals of [0, 1, 2, 3])
    for (const value of [step / 7, step / 8, step * 0.005, step * 1.005]) assert.equal(fixed(value, decimals), own(value, decimals), `${value} ${decimals}`);
  speak("en");
});

test("a value on a log scale is shown in the unit that it was measured in", () => {
  assert.equal(Math.round(measured(Math.log(700), { logarithm: true })), 700);
  assert.equal(measured(null, { logarithm: true }), null);
  assert.equal(measured(3, { logarithm: false }), 3);
  assert.equal(measured(3, {}), 3);
});

test("a figure stays on one line with its unit, and square kilometres have their sign", () => {
  assert.equal(printed("young volcanoes within 75 km 0.34 per 1000 km2"), "young volcanoes within 75\u00a0km 0.34\u00a0per 1000\u00a0km²");
  assert.equal(printed("elevation 3706 m"), "elevation 3706\u00a0m");
  assert.equal(printed("depth of the slab"), "depth of the slab");
});
