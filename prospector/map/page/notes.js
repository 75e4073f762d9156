/* global L */
// Notes that the reader places on the map. They go with the copied link as far as it may be long, and with a file of their own.

import { h } from "./dom.js";

export const LONGEST_NOTE = 140;
/** What all notes may take of a link: mail programs and chats cut longer ones. */
const MOST_OF_LINK = 1500;
const LINE_LETTERS = 30;
const NOTES_PANE = "notes";
/** Half of a letter that takes two: no link can hold it. */
const LONE = /\p{Surrogate}/gu;

/**
 * @typedef {{longitude: number, latitude: number, text: string}} Note
 */

/** A note as one part of a link. @param {Note} note */
function noteText({ longitude, latitude, text }) {
  return `${longitude.toFixed(5)}/${latitude.toFixed(5)}/${text}`;
}

/** Those of the notes that a link holds, the first ones. @param {Note[]} notes */
export function notesOfLink(notes) {
  let room = MOST_OF_LINK;
  return notes.filter((note) => (room -= encodeURIComponent(noteText(note)).length + 6) >= 0).map(noteText);
}

/** Notes that a link's parts hold. @param {string[]} texts @returns {Note[]} */
export function readNotes(texts) {
  const found = texts.map((text) => /^(-?[\d.]+)\/(-?[\d.]+)\/(.+)$/s.exec(text)).filter(Boolean);
  return soundNotes(found.map(([, longitude, latitude, text]) => ({ longitude: Number(longitude), latitude: Number(latitude), text })));
}

/** Notes with a place on Earth and some text, which is cut to what the map has room for. @param {Note[]} notes */
export function soundNotes(notes) {
  const cleaned = notes.map(({ longitude, latitude, text }) => ({ longitude: rounded5(longitude), latitude: rounded5(latitude), text: cut(text.replace(LONE, "").trim().replace(/\s+/g, " "), LONGEST_NOTE) }));
  return cleaned.filter(({ longitude, latitude, text }) => Math.abs(longitude) <= 180 && Math.abs(latitude) <= 85 && text);
}

/** The start of a text, no letter of it halved. */
function cut(text, most) {
  return text.slice(0, most).replace(LONE, "");
}

function rounded5(degrees) {
  return Number(degrees.toFixed(5));
}

/** Notes and others that are none of them. @param {Note[]} notes @param {Note[]} others */
export function withNotes(notes, others) {
  const fresh = others.filter((other) => !notes.some((note) => noteText(note) === noteText(other)));
  return fresh.length ? [...notes, ...fresh] : notes;
}

/** Notes as GeoJSON. @param {Note[]} notes */
export function notesFile(notes) {
  const features = notes.map(({ longitude, latitude, text }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [longitude, latitude] }, properties: { note: text } }));
  return `${JSON.stringify({ type: "FeatureCollection", features })}\n`;
}

/** Draw notes, each with a dot at its place and its text beside it; what was drawn before is taken off. */
export function drawNotes(map, renderer, before, notes) {
  before?.remove();
  if (!map.getPane(NOTES_PANE)) Object.assign(map.createPane(NOTES_PANE).style, { zIndex: "645", pointerEvents: "none" });
  const group = L.layerGroup();
  for (const { longitude, latitude, text } of notes) {
    L.circleMarker([latitude, longitude], { renderer, interactive: false, radius: 4, color: "#17202a", weight: 1.5, fillColor: "#ffd54a", fillOpacity: 1 }).addTo(group);
    const lines = h("div", { class: "note-lines" }, noteLines(text).map((line) => h("span", { class: "name name-note" }, line)));
    L.marker([latitude, longitude], { pane: NOTES_PANE, interactive: false, keyboard: false, icon: L.divIcon({ className: "note", html: lines, iconSize: null }) }).addTo(group);
  }
  return group.addTo(map);
}

/** A text in lines of some words. */
function noteLines(text) {
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE_LETTERS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
