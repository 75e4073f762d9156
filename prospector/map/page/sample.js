// The value under the pointer, read back from the picture that is laid under the targets.

import { figure, measured, printed } from "./numbers.js";
import { say, told } from "./words.js";

/** The colours of an evidence from low to high: those of gis/palette.py. */
export const EVIDENCE_COLOURS = ["#f7f5f0", "#cbc7be", "#98938a", "#635f58", "#2a2825"];
const NEAR = 40;

const read = new WeakMap();

/** The pixels of a picture once it is decoded; null before. */
function pixelsOf(picture) {
  if (!read.has(picture)) {
    read.set(picture, null);
    const image = new Image();
    image.src = picture.png;
    image.decode().then(() => {
      const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      read.set(picture, context.getImageData(0, 0, canvas.width, canvas.height));
    });
  }
  return read.get(picture);
}

/** Red, green and blue of a picture at a place; null off it, where it is clear, or before it is decoded. */
function colourAt(picture, latitude, longitude) {
  const pixels = pixelsOf(picture);
  const [[south, west], [north, east]] = picture.bounds;
  if (!pixels || longitude < west || longitude >= east || latitude <= south || latitude > north) return null;
  const across = Math.floor(((longitude - west) / (east - west)) * pixels.width);
  const down = Math.floor(((northing(north) - northing(latitude)) / (northing(north) - northing(south))) * pixels.height);
  const at = 4 * (Math.min(down, pixels.height - 1) * pixels.width + across);
  return pixels.data[at + 3] < 128 ? null : [...pixels.data.subarray(at, at + 3)];
}

function northing(latitude) {
  return Math.asinh(Math.tan((latitude * Math.PI) / 180));
}

function channelsOf(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/**
 * What lies under a place in words: the class of the score, or about how much an evidence is there.
 * @param {object} model the listed one
 * @param {{kind: string, name?: string}} ground what is laid under the targets
 */
export function valueAt(model, ground, latitude, longitude) {
  if (ground.kind === "score") return classAt(model, colourAt(model.overlay, latitude, longitude));
  if (ground.kind !== "evidence") return "";
  const one = model.evidence.find(({ name }) => name === ground.name);
  const colour = colourAt(one.picture, latitude, longitude);
  if (!colour) return "";
  const value = measured(one.low + partOf(colour) * (one.high - one.low), one);
  return printed(`${told(one.label)} ≈ ${figure(Number(value.toPrecision(2)))} ${told(one.unit)}`.trim());
}

function classAt({ colours, breaks, class_by: by }, colour) {
  if (!colour) return "";
  const away = colours.map((one) => Math.hypot(...channelsOf(one).map((channel, index) => channel - colour[index])));
  const place = away.indexOf(Math.min(...away));
  if (away[place] > NEAR) return "";
  return `${say(by)} ${breaks[place]} – ${breaks[place + 1]}`;
}

/** How far along the evidence's colours a colour lies, 0 to 1: they differ by lightness alone. */
export function partOf(colour) {
  const light = (channels) => channels.reduce((sum, channel) => sum + channel, 0);
  const stops = EVIDENCE_COLOURS.map((one) => light(channelsOf(one)));
  const here = Math.min(stops[0], Math.max(stops.at(-1), light(colour)));
  const place = Math.max(0, stops.findIndex((stop, index) => index > 0 && here >= stop) - 1);
  return (place + (stops[place] - here) / (stops[place] - stops[place + 1])) / (stops.length - 1);
}
