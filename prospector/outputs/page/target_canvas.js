/* global L */
// Targets of every size and number on one canvas: painted from flat arrays, no object for each.

const SMALL_TARGET_PX = 4;
const DOT_PX = 4;
const PLAIN_LINE = "#17202a";

/**
 * @typedef {object} Sheet what one deposit model paints
 * @property {object} model with `outlines`, and `world` as `worldOf` gives it
 * @property {Int32Array} order places in `model.targets`, in the order of painting
 * @property {string[]} colours by place in `order`
 * @property {Uint8Array} dashed by place in `order`: 1 where the outline is dashed
 */

/** A Leaflet renderer that paints sheets of targets over what is in sight, with some room around it. */
export const TargetCanvas = L.Renderer.extend({
  options: { padding: 0.25, interactive: false },

  /** Show other sheets from now on. */
  show(sheets) {
    this._sheets = sheets;
    this._updatePaths();
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
  },

  _destroyContainer() {
    this._container.remove();
    delete this._container;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const sharpness = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(this._container, this._bounds.min);
    Object.assign(this._container, { width: size.x * sharpness, height: size.y * sharpness });
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this.fire("update");
  },

  _updatePaths() {
    if (!this._bounds || !this._sheets) return;
    const context = this._container.getContext("2d");
    const sharpness = window.devicePixelRatio || 1;
    context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    const size = this._bounds.getSize();
    context.clearRect(0, 0, size.x, size.y);
    const scale = 2 ** this._zoom;
    const corner = this._map.getPixelOrigin().add(this._bounds.min);
    for (const sheet of this._sheets) paintSheet(context, sheet, { scale, left: corner.x, top: corner.y, size });
  },
});

function paintSheet(context, { model, order, colours, dashed }, view) {
  const { scale, left, top, size } = view;
  const { bounds } = model.world;
  context.lineJoin = "round";
  context.strokeStyle = PLAIN_LINE;
  let colour = "";
  for (let place = 0; place < order.length; place += 1) {
    const at = 4 * order[place];
    const west = bounds[at] * scale - left;
    const north = bounds[at + 1] * scale - top;
    const east = bounds[at + 2] * scale - left;
    const south = bounds[at + 3] * scale - top;
    if (east < 0 || south < 0 || west > size.x || north > size.y) continue;
    if (colours[place] !== colour) context.fillStyle = colour = colours[place];
    if (Math.max(east - west, south - north) < SMALL_TARGET_PX) {
      context.globalAlpha = 1;
      context.fillRect((west + east - DOT_PX) / 2, (north + south - DOT_PX) / 2, DOT_PX, DOT_PX);
    } else {
      paintOutline(context, model, order[place], view, dashed[place] === 1);
    }
  }
  context.globalAlpha = 1;
}

function paintOutline(context, { outlines, world }, index, { scale, left, top }, dashed) {
  const { parts, rings, vertices } = outlines;
  context.beginPath();
  for (let ring = rings[parts[index]]; ring < rings[parts[index + 1]]; ring += 1) {
    for (let vertex = vertices[ring]; vertex < vertices[ring + 1]; vertex += 1) {
      const across = world.right[vertex] * scale - left;
      const down = world.down[vertex] * scale - top;
      if (vertex === vertices[ring]) context.moveTo(across, down);
      else context.lineTo(across, down);
    }
    context.closePath();
  }
  context.globalAlpha = 0.85;
  context.fill("evenodd");
  context.globalAlpha = 1;
  context.lineWidth = dashed ? 1.4 : 1;
  context.setLineDash(dashed ? [4, 3] : []);
  context.stroke();
}
