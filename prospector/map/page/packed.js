// The payload as it was written: gzip of a JSON head and of geometry in whole numbers. See packing.py.

/** Degrees of one step of a coordinate; packing.py counts in the same. */
export const QUANTUM_DEGREES = 2e-5;
const PER_DEGREE = 1e5;
const LONGEST_LATITUDE = 85.0511;

/**
 * @typedef {object} Outlines geometries of one kind, flat
 * @property {number} dimension 0 points, 1 lines, 2 polygons
 * @property {number} count
 * @property {Int32Array} parts where each geometry's parts begin, and the end
 * @property {Int32Array | null} rings where each part's rings begin, and the end; polygons only
 * @property {Int32Array} vertices where each ring's or line's vertices begin, and the end
 * @property {Float64Array} longitude
 * @property {Float64Array} latitude
 * @property {Float64Array} [bounds] west, south, east and north of each, once asked for
 */

/**
 * The payload that an element holds.
 * @param {HTMLElement} element its text is gzip in 91 letters, of so many bytes
 */
export async function readPayload(element) {
  const stream = new Blob([fromLetters(element.textContent, Number(element.dataset.size))]).stream().pipeThrough(new DecompressionStream("gzip"));
  return unpack(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** Places of the 91 letters by code: those from # to ~ without <. */
const FIRST_LETTER = "#".charCodeAt(0);
const LEFT_OUT = "<".charCodeAt(0);

/** Bytes of a text in which two letters are 13 bits. */
export function fromLetters(text, size) {
  const bytes = new Uint8Array(size);
  const place = (code) => code - FIRST_LETTER - (code > LEFT_OUT ? 1 : 0);
  let [at, held, bits] = [0, 0, 0];
  for (let index = 0; index + 1 < text.length; index += 2) {
    held = (held << 13) | (place(text.charCodeAt(index)) * 91 + place(text.charCodeAt(index + 1)));
    bits += 13;
    while (bits >= 8 && at < size) {
      bits -= 8;
      bytes[at] = held >>> bits;
      at += 1;
    }
    held &= (1 << bits) - 1;
  }
  return bytes;
}

/** Head and geometry joined: targets and features as objects with their geometry. */
export function unpack(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const payload = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const packed = bytes.subarray(4 + size);
  for (const layer of payload.layers) {
    layer.outlines = readOutlines(packed, layer.outlines);
    layer.features = featuresOf(layer);
  }
  for (const model of payload.models) {
    const { of_layer: shared } = model.outlines;
    const own = readOutlines(packed, model.outlines);
    model.outlines = shared ? joined(own, payload.layers[shared.number].outlines, running(shared.places)) : own;
    model.targets = targetsOf(model);
    const outside = readOutlines(packed, model.outside);
    model.outside = outside.count ? geometryAt(outside, 0) : null;
  }
  return payload;
}

/** Columns as one object a feature, which makes rows and geometry when first asked: of 100,000 titles few ever are. */
function featuresOf({ features: { name, sets, labels, columns }, outlines }) {
  const sizes = labels.map(() => 0);
  const places = sets.map((set) => (sizes[set] += 1) - 1);
  class Feature {
    #rows = null;
    #geometry = null;
    constructor(index) { this.index = index; }
    get name() { return name[this.index]; }
    get rows() { return (this.#rows ??= labels[sets[this.index]].map((label, place) => [label, columns[sets[this.index]][place][places[this.index]]])); }
    get geometry() { return (this.#geometry ??= geometryAt(outlines, this.index)); }
  }
  return name.map((_, index) => new Feature(index));
}

/** Numbers from the difference of each to the one before it. */
function running(changes) {
  let sum = 0;
  return changes.map((change) => (sum += change));
}

/** Columns as one object a target, which reads of them what it is asked for: of 50,000 few are ever asked for all. */
function targetsOf(model) {
  const { values, parts, carried, longitude, latitude, ...columns } = model.targets;
  columns.rank = running(columns.rank);
  class Target {
    constructor(index) { this.index = index; }
    get centre() { return [longitude[this.index], latitude[this.index]]; }
    get geometry() { return geometryAt(model.outlines, this.index); }
    get values() { return values.map((column) => column[this.index]); }
    get parts() { return parts.map((column) => column[this.index]); }
    get carried() { return carried.map((column) => column[this.index]); }
  }
  for (const [name, column] of Object.entries(columns)) Object.defineProperty(Target.prototype, name, { get() { return column[this.index]; } });
  return Array.from(longitude, (_, index) => new Target(index));
}

/**
 * Geometries from their varints.
 * @param {Uint8Array} bytes
 * @param {{count: number, dimension: number, start: number}} where
 * @returns {Outlines}
 */
export function readOutlines(bytes, { count, dimension, start }) {
  let at = start;
  const next = () => {
    let [value, scale, byte] = [0, 1, 0];
    do {
      byte = bytes[at];
      at += 1;
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    return value;
  };
  const starts = (size) => {
    const found = new Int32Array(size + 1);
    for (let index = 0; index < size; index += 1) found[index + 1] = found[index] + next();
    return found;
  };
  let low = 0;
  const steps = (size) => {
    const found = new Float64Array(size);
    let sum = 0;
    for (let index = 0; index < size; index += 1) {
      const step = bytes[low] + 256 * next();
      low += 1;
      sum += step % 2 ? -(step + 1) / 2 : step / 2;
      found[index] = sum * QUANTUM_DEGREES;
    }
    return found;
  };
  const parts = starts(count);
  const rings = dimension === 2 ? starts(parts[count]) : null;
  const lines = rings ? rings[parts[count]] : parts[count];
  const vertices = dimension === 0 ? Int32Array.from({ length: lines + 1 }, (_, index) => index) : starts(lines);
  const size = vertices[lines];
  low = at;
  at += 2 * size;
  return { count, dimension, parts, rings, vertices, longitude: steps(size), latitude: steps(size) };
}

/**
 * Polygons of which some are those of a layer.
 * @param {Outlines} own the others, in order
 * @param {Outlines} layer
 * @param {number[]} places of each among the layer's; -1 for the next of its own
 * @returns {Outlines}
 */
export function joined(own, layer, places) {
  const [parts, rings, vertices, longitude, latitude] = [[0], [0], [0], [], []];
  let next = 0;
  for (const place of places) {
    const [from, index] = place < 0 ? [own, next] : [layer, place];
    if (place < 0) next += 1;
    for (let part = from.parts[index]; part < from.parts[index + 1]; part += 1) {
      for (let ring = from.rings[part]; ring < from.rings[part + 1]; ring += 1) {
        for (let vertex = from.vertices[ring]; vertex < from.vertices[ring + 1]; vertex += 1) {
          longitude.push(from.longitude[vertex]);
          latitude.push(from.latitude[vertex]);
        }
        vertices.push(longitude.length);
      }
      rings.push(vertices.length - 1);
    }
    parts.push(rings.length - 1);
  }
  const [whole, real] = [(list) => Int32Array.from(list), (list) => Float64Array.from(list)];
  return { count: places.length, dimension: 2, parts: whole(parts), rings: whole(rings), vertices: whole(vertices), longitude: real(longitude), latitude: real(latitude) };
}

/** One geometry as GeoJSON; of one part it is a plain one. */
export function geometryAt(outlines, index) {
  const { dimension, parts } = outlines;
  const read = [pointAt, lineAt, polygonAt][dimension];
  const found = [];
  for (let part = parts[index]; part < parts[index + 1]; part += 1) found.push(read(outlines, part));
  const type = ["Point", "LineString", "Polygon"][dimension];
  return found.length === 1 ? { type, coordinates: found[0] } : { type: `Multi${type}`, coordinates: found };
}

function pointAt({ longitude, latitude }, vertex) {
  return [rounded(longitude[vertex]), rounded(latitude[vertex])];
}

function lineAt(outlines, line) {
  const found = [];
  for (let vertex = outlines.vertices[line]; vertex < outlines.vertices[line + 1]; vertex += 1) found.push(pointAt(outlines, vertex));
  return found;
}

function polygonAt(outlines, part) {
  const found = [];
  for (let ring = outlines.rings[part]; ring < outlines.rings[part + 1]; ring += 1) {
    const line = lineAt(outlines, ring);
    found.push([...line, line[0]]);
  }
  return found;
}

function rounded(degrees) {
  return Math.round(degrees * PER_DEGREE) / PER_DEGREE;
}

/**
 * Polygons on the square world of 256 pixels that web maps use at zoom 0, with the bounds of each.
 * @param {Outlines} outlines
 */
export function worldOf(outlines) {
  const size = outlines.longitude.length;
  const [right, down] = [new Float64Array(size), new Float64Array(size)];
  for (let index = 0; index < size; index += 1) {
    const latitude = Math.max(-LONGEST_LATITUDE, Math.min(LONGEST_LATITUDE, outlines.latitude[index]));
    const sine = Math.sin((latitude * Math.PI) / 180);
    right[index] = ((outlines.longitude[index] + 180) / 360) * 256;
    down[index] = (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
  }
  return { right, down, bounds: worldBounds(outlines, right, down) };
}

/**
 * Numbers of the polygons whose bounds, widened by a reach, hold a place of the square world.
 * @param {Float64Array} bounds as `worldOf` gives them
 */
export function boundsAt(bounds, { right, down }, reach) {
  const found = [];
  for (let at = 0; at < bounds.length; at += 4) {
    if (right >= bounds[at] - reach && right <= bounds[at + 2] + reach && down >= bounds[at + 1] - reach && down <= bounds[at + 3] + reach) found.push(at / 4);
  }
  return found;
}

/** Numbers of the polygons whose bounds meet a box of degrees. */
export function boundsAcross(outlines, [west, south, east, north]) {
  outlines.bounds ??= worldBounds(outlines, outlines.longitude, outlines.latitude);
  const { bounds } = outlines;
  return Array.from({ length: outlines.count }, (_, index) => index).filter((index) => bounds[4 * index] <= east && bounds[4 * index + 2] >= west && bounds[4 * index + 1] <= north && bounds[4 * index + 3] >= south);
}

/** Left, top, right and bottom of each polygon, four numbers each. */
function worldBounds({ count, parts, rings, vertices }, right, down) {
  const bounds = new Float64Array(4 * count);
  for (let index = 0; index < count; index += 1) {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = vertices[rings[parts[index]]]; at < vertices[rings[parts[index + 1]]]; at += 1) {
      if (right[at] < west) west = right[at];
      if (right[at] > east) east = right[at];
      if (down[at] < north) north = down[at];
      if (down[at] > south) south = down[at];
    }
    bounds.set([west, north, east, south], 4 * index);
  }
  return bounds;
}
