// Hatching: kinds of ground told apart by the direction of lines, so that colour alone decides nothing.

const TILE_PX = 10;

/** Ends of the lines of each mark on a tile, beyond its edges so that tiles join. */
const LINES = {
  "/": [[-2, 12, 12, -2], [-7, 7, 7, -7], [3, 17, 17, 3]],
  "\\": [[-2, -2, 12, 12], [-7, 3, 7, 17], [3, -7, 17, 7]],
  "-": [[0, 5, 10, 5]],
  "|": [[5, 0, 5, 10]],
  "+": [[0, 5, 10, 5], [5, 0, 5, 10]],
  x: [[-2, 12, 12, -2], [-2, -2, 12, 12]],
};

/**
 * One tile of a hatching: lines in a colour on a pale border, readable on any ground.
 * @param {"/" | "\\" | "-" | "|" | "+" | "x"} mark
 * @param {string} colour
 * @returns {HTMLCanvasElement}
 */
export function hatchTile(mark, colour) {
  const tile = Object.assign(document.createElement("canvas"), { width: TILE_PX, height: TILE_PX });
  const context = tile.getContext("2d");
  for (const [stroke, width] of [["rgb(255 255 255 / 70%)", 3.2], [colour, 1.3]]) {
    Object.assign(context, { strokeStyle: stroke, lineWidth: width });
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of LINES[mark]) {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    }
    context.stroke();
  }
  return tile;
}

/** The same as what fills an area of a canvas. */
export function hatchPattern(mark, colour) {
  return document.createElement("canvas").getContext("2d").createPattern(hatchTile(mark, colour), "repeat");
}

/** The same as the background of an element. */
export function hatchBackground(mark, colour) {
  return `url(${hatchTile(mark, colour).toDataURL()})`;
}
