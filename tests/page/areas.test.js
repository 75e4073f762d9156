import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { readAreas, Unreadable } from "../../prospector/map/page/area_reader.js";
import { geodesic } from "../../prospector/map/page/geodesy.js";
import { kilometresFrom } from "../../prospector/map/page/geometry.js";
import { LONGEST_NOTE, notesFile, notesOfLink, readNotes, soundNotes, withNotes } from "../../prospector/map/page/notes.js";
import { areaOf, areasByClass, commonArea } from "../../prospector/map/page/overlap.js";

const CASES = JSON.parse(await readFile(new URL("areas.json", import.meta.url), "utf-8"));
const REGION = [-71, -28, -66.25, -19.5];
const near = (found, expected, part, what) => assert.ok(Math.abs(found - expected) <= part * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`);
const refused = (text, words, region = REGION) => assert.throws(() => readAreas(text, region), (error) => error instanceof Unreadable && words.test(error.message) || assert.fail(error.message));
const ringOf = (text, region = REGION) => readAreas(text, region).areas[0].geometry.coordinates[0];
const SQUARE = [[-69, -24], [-68, -24], [-68, -23], [-69, -23], [-69, -24]];

test("lengths and bearings are those of pyproj", () => {
  for (const { start, end, metres, bearing } of CASES.ways) {
    const found = geodesic(start, end);
    near(found.metres / 1e6, metres / 1e6, 1e-12 + 1e-9 * (metres / 1e6), "thousand km");
    near(found.bearing, bearing, 1e-7, "bearing");
  }
  assert.deepEqual(geodesic([-69, -24], [-69, -24]), { metres: 0, bearing: 0 });
});

test("a deposit far from a target is as far as its dossier says: pyproj's figures, not those of a sphere", () => {
  const target = { type: "Polygon", coordinates: [SQUARE] };
  for (const [place, km] of [[[-68.9, -22.29], 78.62475], [[-68, -20], 332.17132], [[-66, -23.5], 204.27547], [[-70, -28], 454.31399]]) near(kilometresFrom(target, place), km, 5e-5, `km from ${place}`);
});

test("areas are those of pyproj, whatever holes and parts there are", () => {
  for (const { area, km2 } of CASES.areas) near(areaOf(area), km2, 1e-8, "km2");
});

test("what a title has in common with an area is what shapely finds", () => {
  for (const { geometry, km2 } of CASES.titles) near(commonArea(CASES.area, geometry), km2, 1e-6, "km2");
});

test("ground by class counts each place once, the lowest class first", () => {
  const found = areasByClass(CASES.area, CASES.titles, 3);
  CASES.by_class.forEach((km2, place) => near(found[place], km2, 1e-7, `class ${place}`));
  near(found.reduce((sum, one) => sum + one, 0), areaOf(CASES.area), 1e-9, "whole");
});

test("a hundred titles of one outline count once", () => {
  const square = { type: "Polygon", coordinates: [SQUARE] };
  const shapes = Array.from({ length: 100 }, () => ({ geometry: square, place: 0 }));
  near(areasByClass(square, shapes, 1)[0], areaOf(square), 1e-9, "km2");
});

test("a large area over many titles is added up in time", () => {
  const shapes = Array.from({ length: 3000 }, (_, index) => {
    const [west, south] = [-70 + (index % 60) * 0.05, -26 + Math.floor(index / 60) * 0.05];
    return { place: index % 5, geometry: { type: "Polygon", coordinates: [[[west, south], [west + 0.05, south], [west + 0.05, south + 0.05], [west, south + 0.05], [west, south]]] } };
  });
  const area = { type: "Polygon", coordinates: [[[-70, -26], [-67, -26], [-67, -23.5], [-70, -23.5], [-70, -26]]] };
  const before = process.cpuUsage().user;
  const found = areasByClass(area, shapes, 5);
  assert.ok(process.cpuUsage().user - before < 5e6);
  assert.ok(found[5] < 1e-6);
});

test("GeoJSON, WKT and lists of vertices give the same area", () => {
  const feature = { type: "Feature", properties: { name: "Mine" }, geometry: { type: "Polygon", coordinates: [SQUARE] } };
  const texts = [
    JSON.stringify(feature), JSON.stringify({ type: "FeatureCollection", features: [feature] }), JSON.stringify(feature.geometry),
    "POLYGON ((-69 -24, -68 -24, -68 -23, -69 -23, -69 -24))", "SRID=4326;POLYGON Z((-69 -24 0, -68 -24 0, -68 -23 0, -69 -23 0))",
    "-69 -24\n-68 -24\n-68 -23\n-69 -23", "-24, -69\n-24, -68\n-23, -68\n-23, -69\n", "lat lon\n-24 -69\n-24 -68\n-23 -68\n-23 -69",
    "24°00'00\"S 69°00'00\"W\n24°S 68°W\n23°S 68°W\n23°S 69°W",
  ];
  for (const text of texts) assert.deepEqual(ringOf(text), SQUARE, text);
  assert.equal(readAreas(texts[0], REGION).areas[0].name, "Mine");
  assert.equal(readAreas(`MULTIPOLYGON (((-69 -24, -68 -24, -68 -23)), ((-67 -22, -66.5 -22, -66.5 -21.5)))`, REGION).areas[0].geometry.coordinates.length, 2);
});

test("a comma between figures is a decimal mark only where something else parts them", () => {
  const half = [[-69.5, -23], [-68.5, -23], [-68.5, -24], [-69.5, -23]];
  const texts = [
    "lon lat\n-69,5 -23\n-68,5 -23\n-68,5 -24", "lat;lon\n-23;-69,5\n-23,0;-68,5\n-24;-68,5", "-69,5 -23\n-68,5 -23\n-68,5 -24",
    "lon,lat\n-69.5,-23\n-68.5,-23\n-68.5,-24", "-69.5,-23,100\n-68.5,-23,100\n-68.5,-24,100",
  ];
  for (const text of texts) assert.deepEqual(ringOf(text), half, text);
  const east = [10, 40, 20, 50];
  assert.deepEqual(ringOf("lon lat\n11.5,42.5\n12.5,42.5\n12.5,43", east), [[11.5, 42.5], [12.5, 42.5], [12.5, 43], [11.5, 42.5]]);
  assert.deepEqual(ringOf("lon lat\n11,42\n12,42\n12,43", east), [[11, 42], [12, 42], [12, 43], [11, 42]]);
  near(ringOf("500000.5,7345000.2\n600000,7345000\n600000,7455000", [-70, -28, -66.25, -19])[0][1], -24.01, 1e-3, "latitude");
});

test("vertices in UTM are placed as the search places them", () => {
  const ring = ringOf("19S 500000 7345000\n19S 600000 7345000\n19S 600000 7455000");
  near(ring[0][0], -69, 1e-6, "longitude");
  assert.ok(ring[0][1] < -24 && ring[0][1] > -24.1);
});

test("notes of a file are read beside areas, and others counted", () => {
  const features = [{ type: "Feature", properties: { note: "Old shaft" }, geometry: { type: "Point", coordinates: [-69, -24] } }, { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [[0, 0], [1, 1]] } }];
  const found = readAreas(JSON.stringify({ type: "FeatureCollection", features }), REGION);
  assert.deepEqual(found.notes, [{ longitude: -69, latitude: -24, text: "Old shaft" }]);
  assert.equal(found.others, 1);
});

test("what cannot be read is refused with what to do", () => {
  const polygon = (ring, more = {}) => JSON.stringify({ type: "Polygon", coordinates: [ring], ...more });
  refused(polygon([[500000, 7340000], [510000, 7340000], [510000, 7350000]]), /not in longitude and latitude/);
  refused(polygon(SQUARE, { crs: { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::32719" } } }), /not in longitude and latitude/);
  refused("SRID=32719;POLYGON((1 1, 2 2, 3 1))", /not in longitude and latitude/);
  refused(polygon([[-69, -24], [-68, -23], [-68, -24], [-69, -23]]), /crosses itself/);
  refused(polygon([[10, 50], [11, 50], [11, 51]]), /outside the region/);
  refused(polygon([[-69, -24], [-68, -24]]), /fewer than three/);
  refused(polygon([[-69, -24], [-68, -24], [-67, -24]]), /no extent/);
  refused(polygon([]), /fewer than three/);
  refused(polygon([["a", 1], [2, 3], [4, 5]]), /not a pair of numbers/);
  refused('{"type": "Polygon", "coordinates": 5}', /not a pair of numbers/);
  refused('{"type": "Feature", "geometry": null}', /no polygon/);
  refused("{broken", /cannot be read as JSON/);
  refused("PK\u0003\u0004", /KMZ/);
  refused("\0\0", /not a text file/);
  refused("LINESTRING (0 0, 1 1)", /not a POLYGON/);
  refused("POLYGON EMPTY", /empty/);
  refused("POLYGON ((1 2, x", /not a POLYGON|not a position/);
  refused("hello", /Line 1 is not a position/);
  refused("10 20\n20 30\n30 10", /not clear/, [0, 0, 60, 60]);
  refused("500000 7345000\n600000 7345000\n600000 7455000", /without a UTM zone/, [-80, -28, -66, -19]);
  refused(polygon(Array.from({ length: 20_002 }, (_, index) => [-69 + Math.cos(index / 3000), -24 + Math.sin(index / 3000)])), /vertices/);
  refused(" ".repeat(10) + "x".repeat(10_000_001), /larger than 10 MB/);
});

test("notes come back from link and file as they were placed", () => {
  const notes = soundNotes([{ longitude: -69.123456, latitude: -24, text: "  Old / shaft,\n 50% & deep " }, { longitude: -68, latitude: -23, text: " " }]);
  assert.deepEqual(notes, [{ longitude: -69.12346, latitude: -24, text: "Old / shaft, 50% & deep" }]);
  assert.deepEqual(readNotes(notesOfLink(notes)), notes);
  assert.deepEqual(readAreas(notesFile(notes), REGION).notes, notes);
  assert.equal(withNotes(notes, readNotes(notesOfLink(notes))), notes);
  assert.equal(soundNotes([{ longitude: 0, latitude: 0, text: "x".repeat(500) }])[0].text.length, LONGEST_NOTE);
});

test("no letter of a note is halved, so that a link can hold it", () => {
  const long = soundNotes([{ longitude: -69, latitude: -24, text: `a${"😀".repeat(LONGEST_NOTE)}` }]);
  assert.equal(long[0].text, `a${"😀".repeat((LONGEST_NOTE - 2) / 2)}`);
  const halved = soundNotes([{ longitude: -69, latitude: -24, text: "Old \ud83d shaft" }, { longitude: -69, latitude: -24, text: "\ude00" }]);
  assert.deepEqual(halved.map(({ text }) => text), ["Old shaft"]);
  assert.deepEqual(readNotes(notesOfLink(long)), long);
});

test("a link holds notes up to a length", () => {
  const many = soundNotes(Array.from({ length: 60 }, (_, index) => ({ longitude: -69, latitude: -24, text: `${index} ${"ñ".repeat(100)}` })));
  const kept = notesOfLink(many);
  assert.ok(kept.length >= 1 && kept.length < many.length);
  assert.ok(encodeURIComponent(kept.join("&note=")).length < 1700);
});

test("metres with marks of thousands are vertices, northing first or second", () => {
  const plain = ringOf("19S 510300 7533963\n19S 520300 7533963\n19S 520300 7543963");
  assert.deepEqual(ringOf("19S N 7.533.963,00 E 510.300,00\n19S N 7.533.963,00 E 520.300,00\n19S N 7.543.963,00 E 520.300,00"), plain);
  assert.deepEqual(ringOf("19S 510,300 7,533,963\n19S 520,300 7,533,963\n19S 520,300 7,543,963"), plain);
  refused("N 7.533.963 E 510.300\nN 7.533.963 E 520.300\nN 7.543.963 E 520.300", /metres without a UTM zone/, [-73, -28, -66.25, -19.5]);
});
