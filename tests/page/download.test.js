import assert from "node:assert/strict";
import { test } from "node:test";

import { csvCell, csvParts, geoJsonParts, numberText, toGpx } from "../../prospector/map/page/download.js";
import { rescored } from "../../prospector/map/page/what_if.js";
import { payload } from "./payload.js";

test("a cell is never a formula, and commas, quotes and lines stay inside", () => {
  assert.deepEqual(["=cmd()", " -1", "+a", "@x", "plain", null, 2.5].map((value) => csvCell(value)), ["'=cmd()", "' -1", "'+a", "'@x", "plain", "", "2.5"]);
  assert.equal(csvCell('a "b", c\nd'), '"a ""b"", c\nd"');
});

test("a table for Spanish spreadsheets has semicolons and decimal commas, and no other text in it changes", async () => {
  const [model] = (await payload()).models;
  const [head, first] = csvParts(model.targets, model, "es").join("").split("\n");
  const [, english] = csvParts(model.targets, model).join("").split("\n");
  assert.equal(head.split(";").length, csvParts(model.targets, model)[1].split(",").length);
  assert.ok(first.includes(String(model.targets[0].score).replace(".", ",")));
  assert.ok(english.includes(String(model.targets[0].score)));
  assert.ok(first.includes("(+"), "text keeps its own marks");
});

test("missing text is null in GeoJSON", async () => {
  const [model] = (await payload()).models;
  const [{ properties }] = JSON.parse(geoJsonParts([Object.create(model.targets[0], { holders: { value: "" } })], model).join("")).features;
  assert.equal(properties.holders, null);
});

test("the table has a line for each target and its evidence in words", async () => {
  const [model] = (await payload()).models;
  const [head, first] = csvParts(model.targets, model).join("").split("\n");
  assert.ok(head.startsWith("\uFEFFtarget_id"));
  assert.ok(first.includes("'=cmd()"));
  assert.ok(first.includes("thickness of the crust 40 km"));
  assert.ok(!/unresolved|surveyed/.test(head));
  assert.equal(csvParts(model.targets, model).join("").trim().split("\n").length, 4);
});

test("numbers are written as the run's files write them", () => {
  assert.deepEqual([1, 0, 432, 0.5, -2, 0.00012, 0.000012, -1e-10].map((value) => numberText(value, "figure")), ["1.0", "0.0", "432.0", "0.5", "-2.0", "0.00012", "1.2e-05", "-1e-10"]);
  assert.equal(numberText(3, "whole"), "3");
});

test("what polygons carry to targets is a column, and a column without a value is left out of GeoJSON", async () => {
  const [model] = (await payload()).models;
  const [head, first] = csvParts(model.targets, model).join("").split("\n");
  assert.ok(head.endsWith(",name,status,drilled_m"));
  assert.ok(first.endsWith(",probed,120.0"));
  const { features, notice } = JSON.parse(geoJsonParts(model.targets, model, ["Not a resource."]).join(""));
  assert.deepEqual(features.map(({ properties }) => properties.drilled_m), [120, null, 60.5]);
  assert.ok(!("road_km" in features[0].properties) && "drilled_m" in features[1].properties);
  assert.deepEqual(notice, ["Not a resource."]);
});

test("outlines and names survive as they are", async () => {
  const [model] = (await payload()).models;
  const { features } = JSON.parse(geoJsonParts(model.targets, model).join(""));
  assert.equal(features[1].properties.name, '<b>"two"</b>');
  assert.equal(features[0].geometry.coordinates.length, 2);
  assert.ok(toGpx(model.targets, model).includes("&lt;b&gt;&quot;two&quot;&lt;/b&gt;"));
});

test("a view that is not the run's says so in its columns", async () => {
  const [model] = (await payload()).models;
  model.rescored = rescored(model, { fault: 0, crust: 3 });
  const [{ properties }] = JSON.parse(geoJsonParts(model.targets, model).join("")).features;
  assert.deepEqual([properties.rank, properties.what_if_rank], [1, 3]);
});
