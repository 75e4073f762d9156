import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { parted } from "../../prospector/map/page/targets.js";

const CASES = JSON.parse(await readFile(new URL("names.json", import.meta.url), "utf-8"));

test("names in one text are parted as Python parts them", () => {
  assert.deepEqual(CASES.map(([text]) => parted(text)), CASES.map(([, names]) => names));
});
