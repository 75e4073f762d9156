// The small payload that Python wrote (tests/test_page_script.py), read as the page reads its own.

import { readFileSync } from "node:fs";

import { readPayload } from "../../prospector/map/page/packed.js";

const written = JSON.parse(readFileSync(new URL("payload.json", import.meta.url), "utf-8"));

/** GeoJSON of the targets, as it was before it was packed. */
export const outlines = written.geometry;

/** A fresh payload that a test may change. */
export function payload() {
  return readPayload({ textContent: written.letters, dataset: { size: String(written.size) } });
}
