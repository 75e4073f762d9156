import assert from "node:assert/strict";
import { test } from "node:test";

import { parseCoordinates } from "../../prospector/map/page/coordinates.js";
import { folded } from "../../prospector/map/page/fold.js";
import { findPlaces, listPlaces } from "../../prospector/map/page/search.js";
import { fromUtm, utm } from "../../prospector/map/page/utm.js";

const ATACAMA = [-71, -28, -66.25, -19.5];

/** A place to five decimals, or null. */
function read(text, bounds = ATACAMA) {
  const place = parseCoordinates(text, bounds);
  return place && [Number(place.latitude.toFixed(4)), Number(place.longitude.toFixed(4))];
}

test("degrees are read in the ways people write them", () => {
  for (const text of ["-22.3 -68.9", "-22.3, -68.9", "-22,3 -68,9", "-22,3; -68,9", "22.3 S 68.9 W", "22.3S, 68.9O", "S 22.3 W 68.9", "22.3° S  68.9° W", "-68.9 -22.3", "68.9 W 22.3 S"])
    assert.deepEqual(read(text), [-22.3, -68.9], text);
});

test("minutes and seconds are sixtieths", () => {
  for (const text of ["22°18'00\"S 68°54'00\"W", "22° 18' 0\" S, 68° 54' 0\" O", "22°18'S 68°54'W", "22 18 00 S 68 54 00 W", "-22:18:00 -68:54:00", "22º18′00″S 68º54′00″W"])
    assert.deepEqual(read(text), [-22.3, -68.9], text);
});

test("eastings and northings go back to the degrees that they come from, in the region's zone unless one is named", () => {
  for (const [latitude, longitude] of [[-22.3, -68.9], [-27.9, -66.3], [-19.6, -70.9], [0.5, 3.1], [67.8, 20.2]]) {
    const [, zone, south, easting, northing] = /(\d+)([SN]) (\d+) E (\d+) N/.exec(utm(latitude, longitude));
    const back = fromUtm(Number(zone), south === "S", Number(easting), Number(northing));
    assert.ok(Math.abs(back.latitude - latitude) < 1e-5 && Math.abs(back.longitude - longitude) < 1.5e-5, `${latitude} ${longitude}`);
  }
  const wanted = [-22.3, -68.9];
  const near = (text) => read(text).every((degrees, index) => Math.abs(degrees - wanted[index]) < 2e-4);
  const [, , , easting, northing] = /(\d+)([SN]) (\d+) E (\d+) N/.exec(utm(...wanted));
  for (const text of [`${easting} ${northing}`, `${easting}, ${northing}`, `19S ${easting} ${northing}`, `19K ${easting} ${northing}`, `19 ${easting} E ${northing} N`, utm(...wanted), `E ${easting} N ${northing}`, `${easting} mE ${northing} mN`])
    assert.ok(near(text), text);
});

test("metres are read as registers of Chile write them: in either order, with marks of thousands, axes in words, the zone behind", () => {
  const wanted = read("19S 510300 7533963");
  for (const text of ["N 7.533.963 E 510.300", "Norte: 7.533.963,00 m, Este: 510.300,00 m", "7533963 510300", "510.300 7.533.963", "510,300 7,533,963", "E 510300, N 7533963", "Este 510300 Norte 7533963", "510300E 7533963N 19K", "Huso 19 510300 7533963", "7.533.963 N 510.300 E"])
    assert.deepEqual(read(text), wanted, text);
});

test("what is no place is none", () => {
  for (const text of ["", "calama", "PCU-22 33", "fault 2 km", "2", "-95.0 -200.0", "1234567 12", "T-2"]) assert.equal(read(text), null, text);
});

test("accents and case are no difference", () => {
  assert.equal(folded("RINCÓN Ñandú"), "rincon nandu");
  assert.equal(folded("Chuquí"), folded("chuqui"));
});

const feature = (name, rows = []) => ({ name, rows, geometry: { type: "Point", coordinates: [0, 0] } });
const LAYERS = { layers: [
  { key: "relief", kind: "image" },
  { key: "concessions", kind: "polygon", features: [
    feature("774842", [["concession id", "SLA-53ADF0A3"], ["holder", "Minera Rincón S.A."]]),
    feature("", [["file number", 19846], ["holder", "Minera Rincón S.A."]]),
    feature("3", [["holder", "private holder"]])] },
  { key: "towns", kind: "point", features: [feature("Calama"), feature("Copiapó")] },
  { key: "salars", kind: "polygon", features: [feature("Salar del Rincón")] },
] };

test("titles that bear a place's name come behind it", () => {
  const titles = ["Río Grande I", "Río Grande Sur"].map((name) => feature(name, [["holder", "Minera Norte S.A."]]));
  const entries = listPlaces({ layers: [{ key: "concessions", kind: "polygon", features: titles }, { key: "salars", kind: "polygon", features: [feature("Salar de Río Grande")] }] });
  assert.deepEqual(findPlaces(entries, "rio grande").map(({ name }) => name), ["Salar de Río Grande", "Río Grande I", "Río Grande Sur"]);
});

test("towns, salars, titles and holders are found by any of their words", () => {
  const entries = listPlaces(LAYERS);
  const found = (query) => findPlaces(entries, query).map(({ name, features }) => [name, features.length]);
  assert.deepEqual(found("copiapo"), [["Copiapó", 1]]);
  assert.deepEqual(found("CALAMÁ"), [["Calama", 1]]);
  assert.deepEqual(found("rincón salar"), [["Salar del Rincón", 1]]);
  assert.deepEqual(found("rincon"), [["Minera Rincón S.A.", 2], ["Salar del Rincón", 1]]);
  assert.deepEqual(found("sla-53adf0a3"), [["774842", 1]]);
  assert.deepEqual(found("19846"), [["19846", 1]]);
  assert.deepEqual(found("private holder"), []);
  assert.deepEqual(found("x"), []);
});
