import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { area, figure, fixed, percent, percentileText } from "../../prospector/map/page/numbers.js";

const CASES = JSON.parse(await readFile(new URL("numbers.json", import.meta.url), "utf-8"));
const RULES = {
  percentile: percentileText,
  percent: (share) => percent(share).replaceAll(/[ %]/g, ""),
  figure,
  area,
  score: (value) => fixed(value, 3),
  contribution: (value) => fixed(value, 2),
};

for (const [quantity, cases] of Object.entries(CASES)) {
  test(`${quantity}: numbers are written as Python writes them`, () => {
    assert.deepEqual(cases.map(([value]) => RULES[quantity](value)), cases.map(([, text]) => text));
  });
}
