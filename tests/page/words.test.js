import assert from "node:assert/strict";
import { test } from "node:test";

import { withinSentence } from "../../prospector/map/page/words.js";

test("a name within a sentence begins small, but abbreviations and proper nouns stay", () => {
  const written = { "Porphyry copper": "porphyry copper", "Gold of the Miocene belt": "gold of the Miocene belt", "Óxidos de hierro": "óxidos de hierro", IOCG: "IOCG", "VMS copper": "VMS copper", "Cu-Mo porphyry": "Cu-Mo porphyry", "": "" };
  for (const [name, text] of Object.entries(written)) assert.equal(withinSentence(name), text);
});
