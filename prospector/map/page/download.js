// Handing over what is listed, as files a spreadsheet or GIS software opens.

import { reasons } from "./reasons.js";
import { utm } from "./utm.js";
import { rankOf, scoreOf } from "./what_if.js";

const BYTE_ORDER_MARK = "\uFEFF";

/** A target's columns, flat: the names of the written targets.csv, and what other weights make of it. */
function properties(target, model) {
  const { index, centre, unresolved, surveyed, ...plain } = target;
  const phrases = (sign) => reasons(model, target).filter(({ part }) => part * sign > 0).map(({ text }) => text).join("; ");
  const otherwise = model.rescored ? { what_if_rank: rankOf(model, target), what_if_score: scoreOf(model, target) } : {};
  return { ...plain, deposit_model: model.name, evidence_for: phrases(1), evidence_against: phrases(-1), longitude: centre[0], latitude: centre[1], utm: utm(centre[1], centre[0]), ...otherwise };
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
  const records = targets.map((target) => properties(target, model));
  const names = Object.keys(records[0] ?? {});
  const lines = [names, ...records.map((record) => names.map((name) => record[name]))];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

/** Targets as GeoJSON. */
export function toGeoJson(targets, model) {
  const features = targets.map((target) => ({
    type: "Feature",
    id: target.target_id,
    geometry: target.geometry,
    properties: properties(target, model),
  }));
  return JSON.stringify({ type: "FeatureCollection", features });
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

/** Give the reader a file made in the page. */
export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
