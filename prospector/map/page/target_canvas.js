/* global L */
// Polygons of every size and number on one canvas, targets or titles: painted from flat arrays, no object for each.

const OUTLINED_TARGET_PX = 7;
const VERTICES_A_PX = 1.5;
const FILL_OPACITY = 0.85;
const DASHES_PX = [4, 3];
const NO_DASHES = [];
const TIME_A_FRAME_MS = 12;
const PLACES_A_LOOK = 32;
const PLAIN_LINE = "#17202a";

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

/** A Leaflet renderer that paints sheets of targets over what is in sight, with some room around it. */
export const TargetCanvas = L.Renderer.extend({
  options: { padding: 0.3, interactive: false, whole: false },

  /** Show other sheets from now on. */
  show(sheets) {
    this._sheets = sheets;
    this._hideEmpty();
    this._updatePaths();
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._hideEmpty();
  },

  /** A canvas that paints nothing is hidden: browsers copy it at every frame all the same. */
  _hideEmpty() {
    if (this._container) this._container.style.display = this._sheets?.some(({ order }) => order.length > 0) ? "" : "none";
  },

  _destroyContainer() {
    cancelAnimationFrame(this._next);
    this._container.remove();
    delete this._container;
  },

  _update() {
    if ((this._map._animatingZoom && this._bounds) || this._holdsView()) return;
    this._drawnFrom = this._map.getPixelOrigin();
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const sharpness = window.devicePixelRatio || 1;
    L.DomUtil.setPosition(this._container, this._bounds.min);
    Object.assign(this._container, { width: size.x * sharpness, height: size.y * sharpness });
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this.fire("update");
  },

  /** Whether what is painted already reaches beyond the view on every side: a short pan paints nothing anew. */
  _holdsView() {
    const map = this._map;
    if (!this._bounds || this._zoom !== map.getZoom() || !map.getPixelOrigin().equals(this._drawnFrom)) return false;
    const corner = map.containerPointToLayerPoint([0, 0]);
    return this._bounds.contains(L.bounds(corner, corner.add(map.getSize())));
  },

  _updatePaths() {
    if (!this._bounds || !this._sheets) return;
    if (this._container.style.display === "none") {
      cancelAnimationFrame(this._next);
      return;
    }
    const context = this._container.getContext("2d");
    const sharpness = window.devicePixelRatio || 1;
    context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    const size = this._bounds.getSize();
    context.clearRect(0, 0, size.x, size.y);
    const scale = 2 ** this._zoom;
    const corner = this._map.getPixelOrigin().add(this._bounds.min);
    this._paint(this._sheets.map((sheet) => painter(context, sheet, { scale, left: corner.x, top: corner.y, size })));
  },

  /** Let the painters paint, one after the other, and give way to the next frame when the time is up. */
  _paint(painters) {
    cancelAnimationFrame(this._next);
    const until = this.options.whole ? Infinity : performance.now() + TIME_A_FRAME_MS;
    while (painters.length) {
      if (painters[0](until)) painters.shift();
      else {
        this._next = requestAnimationFrame(() => this._paint(painters));
        return;
      }
    }
  },
});

/** A function that paints a sheet until a time is up; it goes on where it stopped and tells whether it is done. */
function painter(context, sheet, view) {
  const { model, order, colours, dashed, hollow, leastPx, look = AS_TARGETS } = sheet;
  const { scale, left, top, size } = view;
  const { bounds } = model.world;
  let place = 0;
  return (until) => {
    context.lineJoin = "round";
    context.strokeStyle = look.line;
    let colour = "";
    for (; place < order.length; place += 1) {
      if (place % PLACES_A_LOOK === PLACES_A_LOOK - 1 && performance.now() > until) break;
      const at = 4 * order[place];
      const west = bounds[at] * scale - left;
      const north = bounds[at + 1] * scale - top;
      const east = bounds[at + 2] * scale - left;
      const south = bounds[at + 3] * scale - top;
      if (east < 0 || south < 0 || west > size.x || north > size.y) continue;
      if (colours[place] !== colour) context.fillStyle = colour = colours[place];
      const across = Math.max(east - west, south - north);
      if (across < leastPx) paintDot(context, (west + east) / 2, (north + south) / 2, leastPx);
      else paintOutline(context, model, order[place], view, { across, dashed: dashed[place] === 1, hollow: hollow && colour, look });
    }
    return place >= order.length;
  };
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

/** Fill and outline, or where it is hollow a coloured line in a dark one; a small target is drawn by as many of its vertices as can be told apart. */
function paintOutline(context, { outlines, world }, index, { scale, left, top }, { across, dashed, hollow, look }) {
  const { parts, rings, vertices } = outlines;
  context.beginPath();
  for (let ring = rings[parts[index]]; ring < rings[parts[index + 1]]; ring += 1) {
    const [first, last] = [vertices[ring], vertices[ring + 1]];
    const step = Math.max(1, Math.floor((last - first) / (VERTICES_A_PX * across)));
    for (let vertex = first; vertex < last; vertex += step) {
      const right = world.right[vertex] * scale - left;
      const down = world.down[vertex] * scale - top;
      if (vertex === first) context.moveTo(right, down);
      else context.lineTo(right, down);
    }
    context.closePath();
  }
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
  context.lineWidth = dashed ? 1.4 : look.weight;
  context.setLineDash(dashed ? DASHES_PX : NO_DASHES);
  context.stroke();
}
