// How polygons of a sheet are put on a canvas, part by part of its ground: dots, outlines, dashes.

const OUTLINED_TARGET_PX = 7;
/** A vertex nearer than this to the one before it is left out. */
const LEAST_EDGE_PX = 1.5;
const FILL_OPACITY = 0.85;
const DASHED_PX = 1.4;
const DASHES_PX = [4, 3];
const NO_DASHES = [];
const PLAIN_LINE = "#17202a";
/** So many polygons are many: those that are small have lines of a pixel, which takes a tenth of the time of wider ones. */
const MANY_POLYGONS = 2000;
const SMALL_PX = 40;
const PLACES_A_LOOK = 32;
/** So far the dots and lines of a polygon reach beyond its bounds. */
const SPILL_PX = 5;

/**
 * @typedef {object} Look how polygons are drawn
 * @property {number} fill opacity of the fill
 * @property {string} line colour of the outline
 * @property {number} weight its width in pixels
 */

/** How targets are drawn. @type {Look} */
export const AS_TARGETS = Object.freeze({ fill: FILL_OPACITY, line: PLAIN_LINE, weight: 1 });

/**
 * @typedef {object} Sheet what one deposit model, or one layer of polygons, paints
 * @property {Look} [look] as targets where it is not given
 * @property {boolean} hollow outlines only, in the colour of the class
 * @property {number} leastPx what is smaller is drawn as a dot of this size
 * @property {{outlines: object, world: object}} model with `outlines`, and `world` as `worldOf` gives it
 * @property {Int32Array} order places in `model.targets`, in the order of painting
 * @property {string[]} colours by place in `order`
 * @property {Uint8Array} dashed by place in `order`: 1 where the outline is dashed
 */

/**
 * @typedef {object} View ground that a canvas shows
 * @property {number} scale pixels of the world at the zoom, for one at zoom 0
 * @property {number} left where the canvas begins, in pixels of the world
 * @property {number} top
 * @property {number} sharpness device's pixels to one of the page
 */

/**
 * What paints sheets within boxes of a canvas, one box after the other, each as if it were the whole.
 * @param {CanvasRenderingContext2D} context
 * @param {Sheet[]} sheets
 * @param {View} view
 * @param {import("./boxes.js").Box[]} boxes
 * @returns {Array<(until: number) => boolean>} each paints one box until a time is up, goes on where it stopped, and tells whether it is done
 */
export function paintersOf(context, sheets, view, boxes) {
  return boxes.map((box) => painter(context, sheets, view, box));
}

function painter(context, sheets, view, box) {
  const left = sheets.map((sheet) => sheetPainter(context, sheet, view, box));
  let isBegun = false;
  return (until) => {
    if (!isBegun) clipTo(context, box, view.sharpness);
    isBegun = true;
    while (left.length && left[0](until)) left.shift();
    if (left.length === 0) context.restore();
    return left.length === 0;
  };
}

/** Paint nowhere but in a box, to the device's pixel: what is painted in two boxes leaves no seam between them. */
function clipTo(context, { left, top, right, bottom }, sharpness) {
  const [west, north, east, south] = [left, top, right, bottom].map((edge) => Math.round(edge * sharpness));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.beginPath();
  context.rect(west, north, east - west, south - north);
  context.clip();
  context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
}

/** A function that paints a sheet within a box. The time is looked at when all that was drawn so far is on the canvas, which a pixel that is read makes sure of. */
function sheetPainter(context, sheet, view, box) {
  const { model, order, colours, dashed, hollow, leastPx, look = AS_TARGETS } = sheet;
  const { scale, left, top } = view;
  const { bounds } = model.world;
  const isThin = order.length > MANY_POLYGONS;
  const [westmost, northmost, eastmost, southmost] = [box.left - SPILL_PX, box.top - SPILL_PX, box.right + SPILL_PX, box.bottom + SPILL_PX];
  let [place, painted] = [0, 0];
  return (until) => {
    Object.assign(context, { lineJoin: "round", strokeStyle: look.line });
    let colour = "";
    for (; place < order.length; place += 1) {
      const at = 4 * order[place];
      const west = bounds[at] * scale - left;
      const north = bounds[at + 1] * scale - top;
      const east = bounds[at + 2] * scale - left;
      const south = bounds[at + 3] * scale - top;
      if (east < westmost || south < northmost || west > eastmost || north > southmost) continue;
      if (painted % PLACES_A_LOOK === PLACES_A_LOOK - 1 && isLate(context, until)) break;
      painted += 1;
      if (colours[place] !== colour) context.fillStyle = colour = colours[place];
      const across = Math.max(east - west, south - north);
      if (across < leastPx) paintDot(context, (west + east) / 2, (north + south) / 2, leastPx);
      else paintOutline(context, model, order[place], view, { across, dashed: dashed[place] === 1, hollow: hollow && colour, look, thin: isThin && across < SMALL_PX });
    }
    return place >= order.length;
  };
}

function isLate(context, until) {
  if (until === Infinity) return false;
  context.getImageData(0, 0, 1, 1);
  return performance.now() > until;
}

/** A square; one that is large enough has an outline. */
function paintDot(context, across, down, size) {
  const corner = [across - size / 2, down - size / 2, size, size];
  context.fillRect(...corner);
  if (size < OUTLINED_TARGET_PX) return;
  context.lineWidth = 1;
  context.setLineDash(NO_DASHES);
  context.strokeRect(...corner);
}

/** Fill and outline, or where it is hollow a coloured line in a dark one. */
function paintOutline(context, model, index, view, { across, dashed, hollow, look, thin }) {
  trace(context, model, index, view);
  if (hollow) {
    context.setLineDash(NO_DASHES);
    for (const [colour, width] of [[look.line, 3.6], [hollow, 2]]) {
      Object.assign(context, { strokeStyle: colour, lineWidth: width });
      context.stroke();
    }
    context.strokeStyle = look.line;
    return;
  }
  context.globalAlpha = look.fill;
  context.fill("evenodd");
  context.globalAlpha = 1;
  if (across < OUTLINED_TARGET_PX) return;
  const weight = dashed ? DASHED_PX : look.weight;
  context.lineWidth = thin ? Math.min(weight, 1 / view.sharpness) : weight;
  context.setLineDash(dashed ? DASHES_PX : NO_DASHES);
  context.stroke();
}

/** The rings of a polygon as a path of as many of its vertices as can be told apart. */
function trace(context, { outlines, world }, index, { scale, left, top }) {
  const { parts, rings, vertices } = outlines;
  context.beginPath();
  for (let ring = rings[parts[index]]; ring < rings[parts[index + 1]]; ring += 1) {
    const [first, last] = [vertices[ring], vertices[ring + 1]];
    let across = world.right[first] * scale - left;
    let down = world.down[first] * scale - top;
    context.moveTo(across, down);
    for (let vertex = first + 1; vertex < last; vertex += 1) {
      const right = world.right[vertex] * scale - left;
      const below = world.down[vertex] * scale - top;
      if ((right - across) ** 2 + (below - down) ** 2 < LEAST_EDGE_PX ** 2) continue;
      across = right;
      down = below;
      context.lineTo(across, down);
    }
    context.closePath();
  }
}
