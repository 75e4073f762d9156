// Two deposit models together: which ground is high in one, in the other, in both, by percentile.

import { classIndex } from "./targets.js";
import { isDark } from "./theme.js";

/** What the colours say; told apart by lightness as well. */
export function togetherColours() {
  return { first: "#56b4e9", second: "#e69f00", both: isDark() ? "#ffffff" : "#111111" };
}

/**
 * One picture out of the scores of two models.
 * @param {object} first
 * @param {object} second
 * @param {number} least percentile from which ground counts as high: one of the class breaks
 * @returns {Promise<{png: string, bounds: number[][], both: boolean}>} `both`: some ground is high in both
 */
export async function comparedPicture(first, second, least) {
  const [one, other] = await Promise.all([pixels(first.overlay.png), pixels(second.overlay.png)]);
  const canvas = Object.assign(document.createElement("canvas"), { width: one.width, height: one.height });
  const context = canvas.getContext("2d");
  const drawn = context.createImageData(one.width, one.height);
  const both = compared(
    { data: one.data, high: highColours(first, least) },
    { data: other.data, high: highColours(second, least) },
    drawn.data,
  );
  context.putImageData(drawn, 0, 0);
  return { png: canvas.toDataURL("image/png"), bounds: first.overlay.bounds, both };
}

/** The pixels of a picture. */
export async function pixels(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** For each of a model's colours: its channels, and whether its class is high. */
function highColours(model, least) {
  const from = classIndex(least, model.breaks);
  return model.colours.map((colour, index) => ({ channels: channels(colour), high: index >= from }));
}

function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/**
 * Paint the comparison and return whether any pixel is high in both.
 * @param {{data: Uint8ClampedArray, high: object[]}} one
 * @param {{data: Uint8ClampedArray, high: object[]}} other
 * @param {Uint8ClampedArray} drawn red, green, blue and alpha of each pixel
 */
export function compared(one, other, drawn) {
  const colours = Object.fromEntries(Object.entries(togetherColours()).map(([name, colour]) => [name, channels(colour)]));
  let both = false;
  for (let at = 0; at < drawn.length; at += 4) {
    const [first, second] = [isHigh(one, at), isHigh(other, at)];
    if (!first && !second) continue;
    const name = first && second ? "both" : first ? "first" : "second";
    both ||= name === "both";
    drawn.set(colours[name], at);
    drawn[at + 3] = 255;
  }
  return both;
}

/** A pixel has the class whose colour is nearest: a canvas may change a colour by a step or two. */
function isHigh({ data, high }, at) {
  if (data[at + 3] === 0) return false;
  let [nearest, least] = [null, Infinity];
  for (const one of high) {
    const away = one.channels.reduce((sum, channel, index) => sum + (channel - data[at + index]) ** 2, 0);
    if (away < least) [nearest, least] = [one, away];
  }
  return nearest.high;
}
