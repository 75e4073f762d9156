import assert from "node:assert/strict";
import { test } from "node:test";

import { latest, lawSection, noteFinder, reservation } from "../../prospector/map/page/law.js";
import { payload } from "./payload.js";

test("a target finds its legal notes among the payload's, and the latest day that pages were looked at", async () => {
  const whole = await payload();
  const [first, second] = whole.models[0].targets;
  const notesOf = noteFinder(whole);
  assert.deepEqual(notesOf(first).map((note) => note.sentence), ["Reserved.", "Four years."]);
  assert.deepEqual(notesOf(second), []);
  assert.equal(latest(notesOf(first)), "2026-03");
  assert.equal(first.regime, "granted");
});

test("where nothing binds and nothing is carried the card says nothing of law", async () => {
  const whole = await payload();
  const second = whole.models[0].targets[1];
  assert.equal(lawSection(second, []), null);
  assert.equal(reservation([]), null);
  assert.equal(reservation(noteFinder(whole)(whole.models[0].targets[0]).slice(1)), null);
});
