/* global L */
// Polygons of every size and number on one canvas, targets or titles: painted from flat arrays, no object for each.
// A new picture is painted out of sight, some milliseconds a frame, and takes the earlier one's place when all in view is on it;
// until then that one stays, drawn larger or smaller where the zoom is another.

import { around, commonBox, holdsBox, shifted, widened } from "./boxes.js";
import { paintersOf } from "./target_brush.js";

/** Time that a frame gives to painting; less of the one in which the map has just moved, for it has other work too. */
const TIME_A_FRAME_MS = 16;
const TIME_AT_ONCE_MS = 8;
/** So long one thing after the other may change before a picture is seen. */
const PATIENCE_MS = 150;

/**
 * @typedef {object} Picture
 * @property {HTMLCanvasElement} canvas
 * @property {import("./target_brush.js").Sheet[]} sheets
 * @property {number} zoom
 * @property {import("./boxes.js").Box} box in pixels of the world at that zoom
 * @property {number} sharpness the device's pixels to one of the page
 * @property {Array<(until: number) => boolean>} painters what is still to be painted, what is in view first
 * @property {number} unseen how many of them are to be done before it is seen
 * @property {number} since when the first of the pictures was begun that none has seen
 */

/** A Leaflet renderer that paints sheets of targets over what is in sight, with some room around it. */
export const TargetCanvas = L.Renderer.extend({
  options: { padding: 0.3, interactive: false, whole: false },

  /** Show other sheets from now on. Where a picture is long under way they wait until it is seen: a slider that is drawn would show none. */
  show(sheets) {
    this._sheets = sheets;
    if (this._isUnseen() && performance.now() - this._picture.since > PATIENCE_MS) this._isStale = true;
    else this._repaint();
  },

  /** Whether all that is in view is on the picture that is seen. */
  isPainted() {
    return !this._isStale && this._picture === this._seen;
  },

  /** Paint at once all that is still to be painted. */
  finish() {
    while (this._picture?.painters.length) this._paint(Infinity);
  },

  _initContainer() {
    this._container = canvasElement();
    this._container.style.display = "none";
  },

  _destroyContainer() {
    cancelAnimationFrame(this._next);
    this._container.remove();
    delete this._container;
    this._picture = this._seen = this._spare = null;
  },

  _reset() {
    this._update();
    this._onZoom();
  },

  /** Keep what is seen where it belongs on the ground. */
  _updateTransform(centre, zoom) {
    if (!this._seen) return;
    const { box, zoom: drawn } = this._seen;
    const scale = this._map.getZoomScale(zoom, drawn);
    const corner = L.point(box.left, box.top).multiplyBy(scale);
    L.DomUtil.setTransform(this._container, corner.subtract(this._map._getNewPixelOrigin(centre, zoom)), scale);
  },

  _update() {
    if ((this._map._animatingZoom && this._picture) || this._holdsView()) return;
    this._repaint();
  },

  _updatePaths() {},

  /** Whether the picture reaches beyond the view on every side: a short pan paints nothing anew. */
  _holdsView() {
    const picture = this._picture;
    return Boolean(picture) && picture.zoom === this._map.getZoom() && picture.sharpness === sharpnessNow() && holdsBox(picture.box, boxInView(this._map));
  },

  _isUnseen() {
    return Boolean(this._picture && this._picture !== this._seen && this._picture.zoom === this._map.getZoom());
  },

  /** Begin a picture of what is in view and some room around it, with what an earlier one of the same things and zoom holds of it. */
  _repaint() {
    if (!this._container) return;
    cancelAnimationFrame(this._next);
    const before = this._picture;
    if (before && before !== this._seen) this._spare = before.canvas;
    const since = this._isUnseen() ? before.since : performance.now();
    this._isStale = false;
    if (!this._sheets?.some(({ order }) => order.length > 0)) {
      this._hide();
      return;
    }
    const view = boxInView(this._map);
    const box = widened(view, this.options.padding);
    const picture = { canvas: this._spare ?? canvasElement(), sheets: this._sheets, zoom: this._map.getZoom(), box, sharpness: sharpnessNow(), since };
    this._spare = null;
    const context = prepare(picture);
    const kept = keptOf(this._seen, picture);
    if (kept) copy(this._seen, picture, kept);
    const boxes = kept ? around(box, kept) : [view, ...around(box, view)];
    const painters = paintersOf(context, this._sheets, { scale: 2 ** picture.zoom, left: box.left, top: box.top, sharpness: picture.sharpness }, boxes.map((one) => shifted(one, -box.left, -box.top)));
    this._picture = { ...picture, painters, unseen: kept ? boxes.length : 1 };
    this._paint(performance.now() + TIME_AT_ONCE_MS);
  },

  /** A canvas that paints nothing is hidden: browsers copy it at every frame all the same. */
  _hide() {
    this._container.style.display = "none";
    this._picture = this._seen = null;
  },

  /** Let the painters paint, one after the other, and give way to the next frame when the time is up, or as long as the map zooms. */
  _paint(until) {
    const picture = this._picture;
    const end = this.options.whole ? Infinity : until;
    if (end === Infinity || !this._map._animatingZoom) this._work(picture, end);
    if (this._isStale && picture === this._seen) this._repaint();
    else if (picture.painters.length) this._next = requestAnimationFrame(() => this._paint(performance.now() + TIME_A_FRAME_MS));
  },

  _work(picture, until) {
    while (picture.painters.length && picture.painters[0](until)) {
      picture.painters.shift();
      picture.unseen -= 1;
      if (picture.unseen === 0) this._see(picture);
    }
  },

  /** Put a picture in the place of the one that was seen. */
  _see(picture) {
    if (this._container !== picture.canvas) {
      this._container.replaceWith(picture.canvas);
      this._spare = this._container;
      this._container = picture.canvas;
    }
    this._container.style.display = "";
    this._seen = picture;
    this._onZoom();
  },
});

function canvasElement() {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.className = "leaflet-zoom-animated";
  return canvas;
}

function sharpnessNow() {
  return window.devicePixelRatio || 1;
}

/** What the map shows, in whole pixels of the world at its zoom. @returns {import("./boxes.js").Box} */
function boxInView(map) {
  const corner = map.getPixelOrigin().add(map.containerPointToLayerPoint([0, 0]));
  const size = map.getSize();
  return { left: Math.floor(corner.x), top: Math.floor(corner.y), right: Math.ceil(corner.x + size.x), bottom: Math.ceil(corner.y + size.y) };
}

/** Give a picture's canvas its size, empty. */
function prepare({ canvas, box, sharpness }) {
  const [across, down] = [box.right - box.left, box.bottom - box.top];
  Object.assign(canvas, { width: Math.round(across * sharpness), height: Math.round(down * sharpness) });
  Object.assign(canvas.style, { width: `${across}px`, height: `${down}px` });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
  return context;
}

/** The box that a picture can take from an earlier one: of the same things at the same zoom, whole pixels away; null for none. */
function keptOf(earlier, { sheets, zoom, box, sharpness }) {
  if (!earlier || earlier.painters.length || earlier.sheets !== sheets || earlier.zoom !== zoom || earlier.sharpness !== sharpness) return null;
  const kept = commonBox(earlier.box, box);
  const edges = kept ? [kept.left - box.left, kept.top - box.top, kept.right - box.left, kept.bottom - box.top, box.left - earlier.box.left, box.top - earlier.box.top] : [];
  return edges.every((edge) => Number.isInteger(edge * sharpness)) ? kept : null;
}

/** Take a box of an earlier picture over. */
function copy(earlier, { canvas, box, sharpness }, { left, top, right, bottom }) {
  const context = canvas.getContext("2d");
  const place = (across, down, { left: west, top: north }) => [(across - west) * sharpness, (down - north) * sharpness];
  const size = [(right - left) * sharpness, (bottom - top) * sharpness];
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(earlier.canvas, ...place(left, top, earlier.box), ...size, ...place(left, top, box), ...size);
  context.restore();
}
