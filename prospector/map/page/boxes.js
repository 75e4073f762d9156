// Boxes of pixels: where they meet, and what one leaves of another.

/**
 * @typedef {object} Box
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 */

/** Whether a box lies wholly in another. */
export function holdsBox(outer, inner) {
  return inner.left >= outer.left && inner.top >= outer.top && inner.right <= outer.right && inner.bottom <= outer.bottom;
}

/** What two boxes have in common; null for nothing. */
export function commonBox(one, other) {
  const box = { left: Math.max(one.left, other.left), top: Math.max(one.top, other.top), right: Math.min(one.right, other.right), bottom: Math.min(one.bottom, other.bottom) };
  return box.left < box.right && box.top < box.bottom ? box : null;
}

/** What is left of a box without another that lies in it: strips above, below, at the left and at the right. */
export function around(box, hole) {
  const strips = [
    { ...box, bottom: hole.top }, { ...box, top: hole.bottom },
    { ...hole, left: box.left, right: hole.left }, { ...hole, left: hole.right, right: box.right },
  ];
  return strips.filter(({ left, top, right, bottom }) => left < right && top < bottom);
}

/** A box moved. */
export function shifted({ left, top, right, bottom }, across, down) {
  return { left: left + across, top: top + down, right: right + across, bottom: bottom + down };
}

/** A box and so much of its width and height more on every side, in whole numbers. */
export function widened({ left, top, right, bottom }, share) {
  const [across, down] = [Math.round(share * (right - left)), Math.round(share * (bottom - top))];
  return { left: left - across, top: top - down, right: right + across, bottom: bottom + down };
}
