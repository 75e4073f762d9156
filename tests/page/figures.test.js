import assert from "node:assert/strict";
import { test } from "node:test";

import { boundsOf, touches } from "../../prospector/map/page/geometry.js";
import { groupBy } from "../../prospector/map/page/groups.js";
import { area, degrees, figure, fixed, percent, percentileText } from "../../prospector/map/page/numbers.js";
import { reasons } from "../../prospector/map/page/reasons.js";
import { utm } from "../../prospector/map/page/utm.js";
import { browserLanguage, say, speak, told } from "../../prospector/map/page/words.js";
import { outlines, payload } from "./payload.js";

test("a trace is not nothing and nearly all is not all", () => {
  assert.deepEqual([0, 0.004, 0.5, 0.999, 1].map(percent), ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]);
  assert.deepEqual([percentileText(99.99), area(4.25), area(1234), fixed(null, 2)], ["99.9", "4.3", "1,234", "–"]);
  assert.equal(degrees(-24.27, -69.07), "24.2700° S  69.0700° W");
  speak("es");
  assert.equal(degrees(-24.27, -69.07), "24,2700° S  69,0700° O");
  speak("en");
});

test("figures have three digits, and reasons go from the strongest to 0.1", async () => {
  assert.deepEqual([3159.7, 10.04, 0.3395, null].map(figure), ["3160", "10", "0.34", "–"]);
  const [model] = (await payload()).models;
  assert.deepEqual(reasons(model, model.targets[0]).map(({ text, part }) => [text, part]), [["thickness of the crust 40 km", 0.25]]);
  assert.deepEqual(reasons(model, model.targets[2]).map(({ part }) => part), [-2, 0.75]);
});

test("eastings and northings are those of PROJ to a metre", () => {
  assert.equal(utm(-24.27, -69.07), "19S 492895 E 7315878 N");
  assert.equal(utm(60, 5), "31N 611544 E 6653097 N");
});

test("a hole is outside, a line is hit within the tolerance", () => {
  const [holed] = outlines;
  assert.equal(touches(holed, [-68.99, -23.99], [0, 0]), true);
  assert.equal(touches(holed, [-68.95, -23.96], [0, 0]), false);
  const line = { type: "LineString", coordinates: [[0, 0], [10, 0]] };
  assert.equal(touches(line, [5, 0.9], [1, 1]), true);
  assert.equal(touches(line, [5, 1.1], [1, 1]), false);
  assert.deepEqual(boundsOf(line), [0, 0, 10, 0]);
});

test("figures are grouped in classes, and kinds by how many there are", () => {
  const layer = { features: ["a", "b", "b", null].map((kind, year) => ({ rows: kind ? [["kind", kind], ["year", 1900 + year]] : [] })) };
  assert.deepEqual(groupBy(layer, "kind").groups.map(({ text, count }) => [text, count]), [["b", 2], ["a", 1], ["not recorded", 1]]);
  const { groups } = groupBy(layer, "year");
  assert.equal(groups.reduce((sum, { count }) => sum + count, 0), 4);
});

test("the page speaks the first language of the browser that it knows", () => {
  assert.deepEqual([browserLanguage(["fr-FR", "es-CL"]), browserLanguage(["fr"])], ["es", "en"]);
  speak("es", { es: { Copper: "Cobre" } });
  assert.deepEqual([say("{n} targets", { n: 3 }), told("Copper"), told("Escondida")], ["3 blancos", "Cobre", "Escondida"]);
  speak("en");
});
