// The view as a picture: what the map shows, drawn again on one canvas with a title, a scale and the sentence on reporting codes.

import { classKeys, legendTitle } from "./legend.js";
import { degrees, fixed } from "./numbers.js";
import { runWords } from "./print.js";
import { say, standing, told } from "./words.js";

const SHARPNESS = 2;
const TITLE_PX = 44;
const FOOT_PX = 84;
const CLASSES_PX = 26;
const SWATCH_PX = { width: 18, height: 11 };
const MARGIN_PX = 12;
const HALO_PX = 3;
const TEXT_FONT = "system-ui, sans-serif";
const QUOTE_FONT = `13px ${TEXT_FONT}`;
const LINE_PX = 18;
const TEXT_COLOUR = "#17202a";
const PAPER = "#ffffff";
const GROUND = "#e9edf0";

/**
 * A PNG of the view.
 * @param {L.Map} map
 * @param {object} payload
 * @param {object} model the listed one
 * @param {string} [sentence] that stands beneath the title
 * @param {(context: CanvasRenderingContext2D, size: {width: number, height: number}) => void} [over] draws over the map
 * @returns {Promise<Blob>}
 */
export async function viewPicture(map, payload, model, sentence = "", over = () => {}) {
  const { x: width, y: height } = map.getSize();
  const lines = linesWithin(sentence, width - 2 * MARGIN_PX);
  const head = TITLE_PX + lines.length * LINE_PX;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: width * SHARPNESS, height: (head + height + FOOT_PX) * SHARPNESS });
  const context = canvas.getContext("2d");
  context.scale(SHARPNESS, SHARPNESS);
  Object.assign(context, { fillStyle: PAPER });
  context.fillRect(0, 0, width, head + height + FOOT_PX);
  await drawView(context, map, { width, height, top: head, over });
  writeTitle(context, payload, model, width);
  lines.forEach((line, index) => { context.font = QUOTE_FONT; context.fillText(line, MARGIN_PX, TITLE_PX + (index + 0.2) * LINE_PX); });
  writeClasses(context, model, { width, top: head + height });
  writeFoot(context, map, payload, { width, top: head + height + CLASSES_PX });
  return new Promise((give) => { canvas.toBlob(give, "image/png"); });
}

async function drawView(context, map, { width, height, top, over }) {
  context.save();
  context.translate(0, top);
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  context.fillStyle = GROUND;
  context.fillRect(0, 0, width, height);
  const corner = map.getContainer().getBoundingClientRect();
  for (const part of partsOf(map)) await drawPart(context, part, corner);
  for (const name of map.getContainer().querySelectorAll(".name, .degree")) writeName(context, name, corner);
  over(context, { width, height });
  context.restore();
}

/** Pictures, canvases and drawings from the lowest pane to the uppermost; pictures of a server stay out: a page may not save them. */
function partsOf(map) {
  const panes = Object.values(map.getPanes()).filter((pane) => pane.style.zIndex || getComputedStyle(pane).zIndex !== "auto");
  const level = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
  const parts = [...new Set(panes)].sort((one, other) => level(one) - level(other));
  return parts.flatMap((pane) => [...pane.querySelectorAll(":scope > img, :scope > canvas, :scope > svg")]);
}

async function drawPart(context, part, corner) {
  const { left, top, width, height } = part.getBoundingClientRect();
  if (!width || !height) return;
  if (part instanceof HTMLImageElement) await part.decode();
  context.globalAlpha = Number(getComputedStyle(part).opacity) * Number(getComputedStyle(part.parentElement).opacity);
  context.imageSmoothingEnabled = !part.classList.contains("ground-raster");
  const source = part instanceof SVGElement ? await pictureOf(part, width, height) : part;
  context.save();
  clipSide(context, part.parentElement.dataset);
  context.drawImage(source, left - corner.left, top - corner.top, width, height);
  context.restore();
  context.globalAlpha = 1;
}

/** Keep to one side of the divider what the map shows there alone. */
function clipSide(context, { side, edge }) {
  if (!side) return;
  const far = 1e5;
  context.beginPath();
  context.rect(side === "left" ? Number(edge) - far : Number(edge), -far, far, 2 * far);
  context.clip();
}

/** A drawing as a picture. */
async function pictureOf(drawing, width, height) {
  const copy = drawing.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.removeAttribute("style");
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  return picture;
}

/** A name as the page writes it, with its halo or on its dark plate. */
function writeName(context, name, corner) {
  const box = name.getBoundingClientRect();
  const look = getComputedStyle(name);
  const [left, top] = [box.left - corner.left, box.top - corner.top];
  const middle = top + box.height / 2;
  const text = look.textTransform === "uppercase" ? name.textContent.toLocaleUpperCase() : name.textContent;
  Object.assign(context, { font: `${look.fontStyle} ${look.fontWeight} ${look.fontSize} ${TEXT_FONT}`, textBaseline: "middle", letterSpacing: look.letterSpacing === "normal" ? "0px" : look.letterSpacing });
  if (name.matches(".name-rank, .name-note, .name-found")) {
    context.fillStyle = look.backgroundColor;
    context.beginPath();
    context.roundRect(left, top, box.width, box.height, box.height / 2);
    context.fill();
  } else {
    Object.assign(context, { strokeStyle: PAPER, lineWidth: HALO_PX, lineJoin: "round" });
    context.strokeText(text, startOf(context, text, name, left, box.width), middle);
  }
  context.fillStyle = look.color;
  context.fillText(text, startOf(context, text, name, left, box.width), middle);
}

/** Where a text starts: in the middle of its box, or at the end that is nearer its sign. */
function startOf(context, text, name, left, width) {
  const spare = width - context.measureText(text).width;
  if (name.classList.contains("name-before")) return left + spare;
  return getComputedStyle(name).textAlign === "center" ? left + spare / 2 : left;
}

/** A text in lines that fit a width. */
function linesWithin(text, width) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = QUOTE_FONT;
  const lines = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function writeTitle(context, payload, model, width) {
  Object.assign(context, { fillStyle: TEXT_COLOUR, textBaseline: "middle", letterSpacing: "0px", font: `600 17px ${TEXT_FONT}` });
  context.fillText(`${told(payload.title)} · ${told(model.label)}`, MARGIN_PX, TITLE_PX / 2, width - 2 * MARGIN_PX);
}

/** What the colours of the targets say, in one line as wide as there is room. */
function writeClasses(context, model, { width, top }) {
  context.save();
  Object.assign(context, { textBaseline: "middle", font: `12px ${TEXT_FONT}` });
  const keys = classKeys(model).map((key) => ({ ...key, wide: SWATCH_PX.width + 5 + context.measureText(key.text).width + 16 }));
  const title = legendTitle(model);
  const start = context.measureText(title).width + 14;
  const scale = Math.min(1, (width - 2 * MARGIN_PX) / keys.reduce((sum, { wide }) => sum + wide, start));
  context.translate(MARGIN_PX, top + CLASSES_PX / 2 + 2);
  context.scale(scale, scale);
  context.fillStyle = TEXT_COLOUR;
  context.fillText(title, 0, 0);
  let left = start;
  for (const { colour, text, wide } of keys) {
    Object.assign(context, { fillStyle: colour, strokeStyle: TEXT_COLOUR, lineWidth: 0.75 });
    context.fillRect(left, -SWATCH_PX.height / 2, SWATCH_PX.width, SWATCH_PX.height);
    context.strokeRect(left, -SWATCH_PX.height / 2, SWATCH_PX.width, SWATCH_PX.height);
    context.fillStyle = TEXT_COLOUR;
    context.fillText(text, left + SWATCH_PX.width + 5, 0);
    left += wide;
  }
  context.restore();
}

/** Scale and north, then the sentence on reporting codes, then dates and run. */
function writeFoot(context, map, payload, { width, top }) {
  const { length, words } = scaleOf(map);
  Object.assign(context, { fillStyle: TEXT_COLOUR, strokeStyle: TEXT_COLOUR, lineWidth: 1.5, textBaseline: "middle", font: `12px ${TEXT_FONT}` });
  const right = width - MARGIN_PX;
  context.beginPath();
  context.moveTo(right - length, top + 10);
  context.lineTo(right - length, top + 16);
  context.lineTo(right, top + 16);
  context.lineTo(right, top + 10);
  context.stroke();
  context.fillText(`${words} · ${say("North is up")}`, right - Math.max(length, context.measureText(`${words} · ${say("North is up")}`).width), top + 28);
  const room = width - 3 * MARGIN_PX - Math.max(length, 130);
  const { reporting, tenure } = standing(payload);
  context.font = `600 12px ${TEXT_FONT}`;
  context.fillText(reporting, MARGIN_PX, top + 16, room);
  context.font = `12px ${TEXT_FONT}`;
  const { lat, lng } = map.getCenter();
  context.fillText([tenure, runWords(payload), degrees(lat, lng, 2)].join(" · "), MARGIN_PX, top + 38, room);
}

/** A round length on the ground that fits into 120 pixels, as pixels and words. */
function scaleOf(map) {
  const { x: width, y: height } = map.getSize();
  const ends = [[0, height / 2], [width, height / 2]].map((end) => map.containerPointToLatLng(end));
  const kilometresAPixel = ends[0].distanceTo(ends[1]) / 1000 / width;
  const most = 120 * kilometresAPixel;
  const power = 10 ** Math.floor(Math.log10(most));
  const round = [5, 2, 1].find((digit) => digit * power <= most) * power;
  return { length: round / kilometresAPixel, words: `${fixed(round, round < 1 ? 2 : 0)} km` };
}
