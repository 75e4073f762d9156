import assert from "node:assert/strict";
import { test } from "node:test";

import { headline, whereabouts } from "../../prospector/map/page/place.js";
import { speak } from "../../prospector/map/page/words.js";

const TARGET = {
  target_id: "T-1", name: "", known_deposits: 0, known_names: "", area_km2: 100,
  place: "Lilian", place_km: 12.4, place_bearing: 350, nearest_town: "Calama", town_km: 20,
};

test("a target is called by the nearest place, and by what it lies in", () => {
  assert.equal(headline(TARGET), "12 km north of Lilian, Calama");
  assert.equal(headline({ ...TARGET, place_bearing: 46, place_km: 7.15 }), "7.2 km north-east of Lilian, Calama");
  assert.equal(headline({ ...TARGET, place: "Calama" }), "12 km north of Calama");
  assert.equal(headline({ ...TARGET, country: "Chile" }), "12 km north of Lilian, Chile");
  assert.equal(headline({ ...TARGET, country: "Chile", administrative_unit: "Sierra Gorda" }), "12 km north of Lilian, Sierra Gorda");
  assert.equal(headline({ ...TARGET, place: "Calama Viejo" }), "12 km north of Calama Viejo");
  assert.equal(headline({ ...TARGET, nearest_town: "north" }), "12 km north of Lilian, north");
  speak("es");
  assert.equal(headline({ ...TARGET, place_bearing: 190 }), "12 km al sur de Lilian, Calama");
  speak("en");
});

test("one that holds the place or known deposits lies around them; its own name goes before", () => {
  assert.equal(headline({ ...TARGET, place_km: 0 }), "Around Lilian, Calama");
  const mines = { ...TARGET, known_deposits: 3, known_names: "Chuquicamata; Mansa Mina; Toki" };
  assert.equal(headline(mines), "Around Chuquicamata and 2 more, Calama");
  assert.equal(headline({ ...mines, name: "Salar de Atacama" }), "Salar de Atacama");
  assert.equal(whereabouts({ ...TARGET, place: "" }), "");
  assert.equal(headline({ ...TARGET, place: "" }), "T-1");
});
