// How much of the map is free of what lies over it, measured where each box stands: no sizes are agreed on beforehand.

/** Share of the map's width or height that padding may take: more, and what is fitted would be lost. */
const MOST_PADDING = 0.4;

/**
 * @typedef {object} Room padding in pixels from each side of the map
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 */

/**
 * The padding that keeps clear of boxes over a map: what it leaves shows a shape largest, and of equals is the largest.
 * @param {{left: number, top: number, right: number, bottom: number}} map
 * @param {Array<{left: number, top: number, right: number, bottom: number}>} boxes
 * @param {?{across: number, down: number}} shape of what is to be fitted, where it is known
 * @returns {Room}
 */
export function freeRoom(map, boxes, shape = null) {
  const largestFirst = [...boxes].sort((one, other) => size(other) - size(one));
  const free = clearest({ left: map.left, top: map.top, right: map.right, bottom: map.bottom }, largestFirst, shape, null);
  return {
    left: free.left - map.left,
    top: free.top - map.top,
    right: map.right - free.right,
    bottom: map.bottom - free.bottom,
  };
}

/** The best part of a frame that no box overlaps, or the best known where none is better: whatever is cut off makes no part better. */
function clearest(frame, boxes, shape, best) {
  if (best && !isBetter(frame, best, shape)) return best;
  const box = boxes.find((one) => overlaps(frame, one));
  if (!box) return frame;
  const cuts = [{ ...frame, left: box.right }, { ...frame, right: box.left }, { ...frame, top: box.bottom }, { ...frame, bottom: box.top }];
  cuts.sort((one, other) => (isBetter(one, other, shape) ? -1 : 1));
  return cuts.reduce((found, cut) => clearest(cut, boxes, shape, found), best);
}

function size({ left, top, right, bottom }) {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

function overlaps(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Whether a shape is drawn larger in one part than in another, or as large with more beside it. */
function isBetter(one, other, shape) {
  const [scale, scaleOfOther] = [scaleIn(one, shape), scaleIn(other, shape)];
  return scale === scaleOfOther ? size(one) > size(other) : scale > scaleOfOther;
}

function scaleIn({ left, top, right, bottom }, shape) {
  return shape ? Math.max(0, Math.min((right - left) / shape.across, (bottom - top) / shape.down)) : 0;
}

/**
 * Padding with a margin, capped so that something of the map is always left to fit into.
 * @param {Room} room
 * @param {{x: number, y: number}} map size in pixels
 * @param {number} margin
 * @returns {Room}
 */
export function padding(room, map, margin) {
  const [left, right] = capped(room.left + margin, room.right + margin, map.x);
  const [top, bottom] = capped(room.top + margin, room.bottom + margin, map.y);
  return { left, top, right, bottom };
}

/** Two paddings of which neither takes more than its share, and both together leave a fifth. */
function capped(before, after, length) {
  const both = before + after;
  const most = 2 * MOST_PADDING * length;
  if (both <= most) return [before, after];
  return [(before * most) / both, (after * most) / both];
}
