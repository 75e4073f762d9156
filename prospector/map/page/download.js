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
  "nearest_town", "town_km", "nearest_port", "port_km", "road_km", "power_line_km", "elevation_m", "name",
];
const FLAG_NAMES = { protected: "protected ground", indigenous: "indigenous territory", urban: "urban ground", water: "ground kept for water", military: "military ground", border_zone: "border zone" };

/** A target's columns: those of the written targets.csv, in its words and figures, and what other weights make of it. */
function properties(target, model) {
  const phrases = reasons(model, target);
  const listed = (sign) => phrases.filter(({ part }) => part * sign > 0).map(({ text, part }) => `${text} (${part > 0 ? "+" : "-"}${fixed(Math.abs(part), 2, false)})`).join("; ");
  const made = {
    deposit_model: model.name, longitude: target.centre[0], latitude: target.centre[1], evidence_for: listed(1), evidence_against: listed(-1),
    flags: target.flags.map(([role, share]) => `${FLAG_NAMES[role] ?? role} ${fixed(share * 100, 1, false)} %`).join("; "),
  };
  const record = {};
  for (const name of COLUMNS) record[name] = made[name] ?? target[name] ?? null;
  if (model.rescored) Object.assign(record, { what_if_rank: rankOf(model, target), what_if_score: scoreOf(model, target) });
  return record;
}

/** The columns of targets as the run's own files have them: in English, whatever language the page speaks. */
function records(targets, model) {
  return inLanguage("en", () => targets.map((target) => properties(target, model)));
}

/** One cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Targets as CSV, with a byte order mark so that accents survive a spreadsheet. */
export function toCsv(targets, model) {
  const rows = records(targets, model);
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((record) => names.map((name) => record[name]))];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

/** Targets as GeoJSON. */
export function toGeoJson(targets, model) {
  return geoJsonParts(targets, model).join("");
}

/** The same in parts of some thousand targets: many at once are more than a browser joins in good time. */
export function geoJsonParts(targets, model) {
  const parts = [];
  for (let first = 0; first < targets.length; first += TARGETS_A_PART) {
    const some = targets.slice(first, first + TARGETS_A_PART);
    const rows = records(some, model);
    const features = some.map((target, index) => JSON.stringify({ type: "Feature", id: target.target_id, geometry: target.geometry, properties: rows[index] }));
    parts.push(`${first ? "," : ""}${features.join(",")}`);
  }
  return ['{"type":"FeatureCollection","features":[', ...parts, "]}"];
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
