// Handing over what is listed, as files a spreadsheet or GIS software opens.

import { fixed } from "./numbers.js";
import { headline } from "./place.js";
import { reasons } from "./reasons.js";
import { rankOf, scoreOf } from "./what_if.js";
import { inLanguage } from "./words.js";

const TARGETS_A_PART = 2000;
/** Smaller figures are written by their power of ten. */
const LEAST_PLAIN = 1e-4;
export const BYTE_ORDER_MARK = "\uFEFF";

const WHAT_IF_COLUMNS = [{ name: "what_if_rank", kind: "whole" }, { name: "what_if_score", kind: "figure" }];
const FLAG_NAMES = { protected: "protected ground", indigenous: "indigenous territory", urban: "urban ground", water: "ground kept for water", military: "military ground", border_zone: "border zone" };

/**
 * What gives a target's values, in the order of `columns`: those of the written targets.csv, in its words and figures, and what other
 * weights make of it. In English, whatever language the page speaks: call it in `inLanguage`. Only what a target is called by is in the
 * language of the tables.
 * @returns {{columns: Array<{name: string, kind: string}>, readers: Array<(target: object) => unknown>, valuesOf: (target: object) => unknown[]}}
 */
function columnsOf(model, language) {
  const carried = model.columns.filter((column) => column.carried);
  const made = {
    deposit_model: () => model.name,
    place: (target) => inLanguage(language, () => headline(target)),
    longitude: (target) => target.centre[0],
    latitude: (target) => target.centre[1],
    evidence_for: (target, phrases = reasons(model, target)) => weighed(phrases, 1),
    evidence_against: (target, phrases = reasons(model, target)) => weighed(phrases, -1),
    flags: (target) => target.flags.map(([role, share]) => `${FLAG_NAMES[role] ?? role} ${fixed(share * 100, 1, false)} %`).join("; "),
    what_if_rank: (target) => rankOf(model, target),
    what_if_score: (target) => scoreOf(model, target),
  };
  const columns = model.rescored ? [...model.columns, ...WHAT_IF_COLUMNS] : model.columns;
  const readers = columns.map((column) => {
    const { name } = column;
    if (column.carried) { const place = carried.indexOf(column); return (target) => target.carried[place]; }
    return made[name] ?? ((target) => target[name] ?? null);
  });
  const valuesOf = (target) => {
    const phrases = reasons(model, target);
    return readers.map((read) => read(target, phrases));
  };
  return { columns, readers, valuesOf };
}

/** A number as targets.csv has it: whole ones as they are, figures with a decimal, small ones by their power of ten. */
export function numberText(value, kind) {
  if (kind !== "figure") return String(value);
  const size = Math.abs(value);
  if (size === 0 || size >= LEAST_PLAIN) return Number.isInteger(value) ? `${value}.0` : String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
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
export const SPELLINGS = {
  en: { separator: ",", decimal: ".", quoted: /[",\r\n]/ },
  es: { separator: ";", decimal: ",", quoted: /[";\r\n]/ },
};

/** One cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(value, kind = "whole", spelling = SPELLINGS.en) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return numberText(value, kind).replace(".", spelling.decimal);
  const text = FORMULA.test(value) ? `'${value}` : String(value);
  return spelling.quoted.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Targets as CSV in parts, spelled for a language, with a byte order mark so that accents survive a spreadsheet. */
export function csvParts(targets, model, language = "en") {
  const { columns, valuesOf } = columnsOf(model, language);
  const spelling = SPELLINGS[language];
  const line = (cells) => `${cells.join(spelling.separator)}\n`;
  const cell = (value, place) => csvCell(value, columns[place].kind, spelling);
  const lines = (some) => inLanguage("en", () => some.map((target) => line(valuesOf(target).map(cell))).join(""));
  return [BYTE_ORDER_MARK, line(columns.map(({ name }) => name)), ...inParts(targets, lines)];
}

/** Columns of which some target of the model has a value: GIS software would take the others for text. */
function filledColumns(model, readers) {
  return inLanguage("en", () => readers.map((read) => model.targets.some((target) => hasValue(read(target)))));
}

function hasValue(value) {
  return value !== null && value !== undefined && value !== "";
}

/** Targets as GeoJSON in parts, with the sentences that go with the files. */
export function geoJsonParts(targets, model, sentences = [], language = "en") {
  const { columns, readers, valuesOf } = columnsOf(model, language);
  const filled = filledColumns(model, readers);
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const member = (value, place) => keys[place] + (typeof value === "number" ? numberText(value, columns[place].kind) : JSON.stringify(hasValue(value) ? value : null));
  const feature = (target) => {
    const properties = valuesOf(target).map(member).filter((_, place) => filled[place]).join(",");
    return `{"type":"Feature","id":${JSON.stringify(target.target_id)},"geometry":${JSON.stringify(target.geometry)},"properties":{${properties}}}`;
  };
  const features = (some, first) => `${first ? "," : ""}${inLanguage("en", () => some.map(feature)).join(",")}`;
  return ['{"type":"FeatureCollection","features":[', ...inParts(targets, features), `],"notice":${JSON.stringify(sentences)}}`];
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
