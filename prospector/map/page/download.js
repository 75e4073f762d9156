// Handing over what is listed, as files a spreadsheet or GIS software opens.

import { fixed } from "./numbers.js";
import { reasons } from "./reasons.js";
import { rankOf, scoreOf } from "./what_if.js";
import { inLanguage } from "./words.js";

const TARGETS_A_PART = 2000;
const BYTE_ORDER_MARK = "\uFEFF";

/** Columns of the written targets.csv, in its order. */
export const COLUMNS = [
  "target_id", "rank", "deposit_model", "score", "score_max", "percentile", "percentile_mean", "percentile_spread", "top_tenth_share", "expected_number",
  "area_km2", "longitude", "latitude", "known_deposits", "known_names", "nearest_deposit", "nearest_deposit_km", "evidence_for", "evidence_against",
  "unknown_share", "held_share", "applied_for_share", "reserved_share", "vacant_share", "open_share",
  "protected_share", "not_protected_share", "protection_unknown_share", "flags", "holders", "concession_ids", "tenure_as_of",
  "administrative_unit", "province", "region", "nearest_town", "town_km", "nearest_port", "port_km", "road_km", "power_line_km", "well_km", "depth_to_water_m", "elevation_m", "name",
];
const WHAT_IF_COLUMNS = ["what_if_rank", "what_if_score"];
const FLAG_NAMES = { protected: "protected ground", indigenous: "indigenous territory", urban: "urban ground", water: "ground kept for water", military: "military ground", border_zone: "border zone" };

/**
 * What gives a target's columns, in the order of `names`: those of the written targets.csv, in its words and figures, and what other
 * weights make of it. In English, whatever language the page speaks: call it in `inLanguage`.
 * @returns {{names: string[], valuesOf: (target: object) => unknown[]}}
 */
function columnsOf(model) {
  const made = {
    deposit_model: () => model.name,
    longitude: (target) => target.centre[0],
    latitude: (target) => target.centre[1],
    evidence_for: (_, phrases) => weighed(phrases, 1),
    evidence_against: (_, phrases) => weighed(phrases, -1),
    flags: (target) => target.flags.map(([role, share]) => `${FLAG_NAMES[role] ?? role} ${fixed(share * 100, 1, false)} %`).join("; "),
    what_if_rank: (target) => rankOf(model, target),
    what_if_score: (target) => scoreOf(model, target),
  };
  const names = model.rescored ? [...COLUMNS, ...WHAT_IF_COLUMNS] : COLUMNS;
  const readers = names.map((name) => made[name] ?? ((target) => target[name] ?? null));
  const valuesOf = (target) => {
    const phrases = reasons(model, target);
    return readers.map((read) => read(target, phrases));
  };
  return { names, valuesOf };
}

/** Phrases of one sign with their contribution. */
function weighed(phrases, sign) {
  const some = phrases.filter(({ part }) => part * sign > 0);
  return some.map(({ text, part }) => `${text} (${part > 0 ? "+" : "-"}${fixed(Math.abs(part), 2, false)})`).join("; ");
}

/** What is written of some thousand targets at a time: many at once are more than a browser holds and joins in good time. */
function inParts(targets, write) {
  const starts = Array.from({ length: Math.ceil(targets.length / TARGETS_A_PART) }, (_, part) => part * TARGETS_A_PART);
  return starts.map((first) => write(targets.slice(first, first + TARGETS_A_PART), first));
}

/** Text that a spreadsheet would run as a formula. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;

/** What parts cells and decimals, and what text must stand in quotes, as spreadsheets of a language expect it. */
const SPELLINGS = {
  en: { separator: ",", decimal: ".", quoted: /[",\r\n]/ },
  es: { separator: ";", decimal: ",", quoted: /[";\r\n]/ },
};

/** One cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(value, spelling = SPELLINGS.en) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value).replace(".", spelling.decimal);
  const text = FORMULA.test(value) ? `'${value}` : String(value);
  return spelling.quoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Targets as CSV in parts, spelled for a language, with a byte order mark so that accents survive a spreadsheet. */
export function csvParts(targets, model, language = "en") {
  const { names, valuesOf } = columnsOf(model);
  const spelling = SPELLINGS[language];
  const line = (values) => `${values.map((value) => csvCell(value, spelling)).join(spelling.separator)}\r\n`;
  const lines = (some) => inLanguage("en", () => some.map((target) => line(valuesOf(target))).join(""));
  return [BYTE_ORDER_MARK, line(names), ...inParts(targets, lines)];
}

/** Targets as GeoJSON in parts. Text that is missing is null, as in the written files. */
export function geoJsonParts(targets, model) {
  const { names, valuesOf } = columnsOf(model);
  const keys = names.map((name) => `${JSON.stringify(name)}:`);
  const feature = (target) => {
    const properties = valuesOf(target).map((value, index) => keys[index] + JSON.stringify(value === "" ? null : value)).join(",");
    return `{"type":"Feature","id":${JSON.stringify(target.target_id)},"geometry":${JSON.stringify(target.geometry)},"properties":{${properties}}}`;
  };
  const features = (some, first) => `${first ? "," : ""}${inLanguage("en", () => some.map(feature)).join(",")}`;
  return ['{"type":"FeatureCollection","features":[', ...inParts(targets, features), "]}"];
}

/** Targets as waypoints for a navigation device. */
export function toGpx(targets, model) {
  const point = (target) => {
    const [longitude, latitude] = target.centre;
    const about = `rank ${rankOf(model, target)}, score ${scoreOf(model, target).toFixed(3)}, ${target.area_km2} km2`;
    return `<wpt lat="${latitude}" lon="${longitude}"><name>${escapeXml(target.target_id)}</name><desc>${escapeXml(`${target.name} ${about}`.trim())}</desc></wpt>`;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="prospector" xmlns="http://www.topografix.com/GPX/1/1">${targets.map(point).join("")}</gpx>\n`;
}

function escapeXml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  return text.replace(/[&<>"']/g, (letter) => names[letter]);
}

/** Give the reader a file made in the page, of one text or of parts. */
export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text].flat(), { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
