/* global L */
// The swipe: a divider over the map that is dragged or moved by keys, and the bar that chooses what stands on either side.

import { fill, h, iconButton } from "./dom.js";
import { percent } from "./numbers.js";
import { firstSides, sideName, sideOf, sidesOf } from "./sides.js";
import { say, told } from "./words.js";

const [NEAREST_EDGE, FARTHEST_EDGE] = [0.02, 0.98];
const STEP = 0.02;
const LARGE_STEP = 0.1;
const NAME_MARGIN_PX = 8;
/** By how much a key moves the divider; Home and End go to the ends. */
const STEP_OF_KEY = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP, PageDown: -LARGE_STEP, PageUp: LARGE_STEP, Home: -1, End: 1 };
const PICTURE = { line: "#17202a", halo: "#ffffff", font: "600 12px system-ui, sans-serif", height: 20, margin: 6 };

/** Whether a payload has two things to stand on either side. */
export function canSwipe(payload) {
  return sidesOf(payload).length > 1;
}

/**
 * @param {object} page
 * @param {object} needs
 * @param {() => void} needs.settle makes room for the bar where the whole region is shown
 */
export function createSwipe(page, { settle }) {
  const { map, store, payload, scene, holder } = page;
  const line = h("div", { class: "swipe-line", role: "slider", tabindex: 0, "aria-orientation": "horizontal", "aria-valuemin": Math.round(100 * NEAREST_EDGE), "aria-valuemax": Math.round(100 * FARTHEST_EDGE) }, h("i", { class: "swipe-handle" }));
  const names = { left: h("span", { class: "swipe-name", "aria-hidden": "true" }), right: h("span", { class: "swipe-name", "aria-hidden": "true" }) };
  const divider = h("div", { class: "swipe", hidden: true }, line, names.left, names.right);
  const parts = { bar: null, left: null, right: null, held: null };
  holder.append(divider);
  L.DomEvent.disableClickPropagation(line);
  listenToDivider(line, { move: (share) => store.set({ divider: bounded(share) }), holder, now: () => store.get().divider });
  const shown = () => sidesNow(store.get(), payload);
  /** How far in from the left a name may begin: beside the tools, where they reach down to it. */
  const beforeNames = () => {
    const [tools, over] = [page.tools.getBoundingClientRect(), holder.getBoundingClientRect()];
    return 2 * NAME_MARGIN_PX + (tools.bottom > over.top + over.height / 2 ? tools.right - over.left : 0);
  };
  const place = () => {
    const edge = parts.held === null ? store.get().divider * map.getSize().x : map.latLngToContainerPoint([map.getCenter().lat, parts.held]).x;
    divider.style.setProperty("left", `${edge}px`);
    names.left.style.setProperty("--room", `${edge - beforeNames()}px`);
    names.right.style.setProperty("--room", `${map.getSize().x - edge - NAME_MARGIN_PX}px`);
    scene.setDivider(edge);
  };
  map.on("resize", place);
  const end = () => {
    const hadFocus = divider.contains(document.activeElement) || parts.bar.contains(document.activeElement);
    store.set({ swipe: null });
    if (hadFocus) page.tools.querySelector(".tool-swipe").focus();
  };
  const begin = () => {
    store.set({ swipe: firstSides(store.get(), payload) });
    settle();
    store.set({ divider: bounded(middleInView(page)) });
    line.focus({ preventScroll: true });
  };
  return {
    /** Make the bar in the reader's language. */
    furnish() {
      const set = (side) => () => store.set({ swipe: { ...store.get().swipe, [side]: parts[side].value } });
      for (const side of ["left", "right"]) parts[side] = sideChoice(payload, { left: say("Left side"), right: say("Right side") }[side], set(side));
      const exchange = () => { const { left, right } = store.get().swipe; store.set({ swipe: { left: right, right: left } }); };
      parts.bar = h("section", { class: "swipe-bar", "aria-label": say("Swipe between two layers"), hidden: true }, parts.left, iconButton("exchange", say("Exchange the sides"), exchange, { class: "swipe-exchange" }), parts.right, iconButton("close", say("End the swipe"), end, { class: "swipe-end" }));
      line.setAttribute("aria-label", say("Divider between the two sides"));
      line.title = say("Drag, or use the arrow keys");
      return parts.bar;
    },
    show(state) {
      const sides = sidesNow(state, payload);
      divider.hidden = parts.bar.hidden = sides === null;
      page.tools.querySelector(".tool-swipe")?.setAttribute("aria-pressed", String(sides !== null));
      if (!sides) return;
      for (const side of ["left", "right"]) {
        parts[side].value = sides[side].code;
        parts[side].title = sideName(sides[side]);
        fill(names[side], h("b", {}, sideName(sides[side])));
      }
    },
    /** Put divider and sides where the state has them. */
    place() {
      const sides = shown();
      if (!sides) return;
      place();
      const share = store.get().divider;
      line.setAttribute("aria-valuenow", String(Math.round(100 * share)));
      line.setAttribute("aria-valuetext", say("{share} from the left. Left: {left}. Right: {right}.", { share: percent(share), left: sideName(sides.left), right: sideName(sides.right) }));
    },
    toggle: () => (shown() ? end() : begin()),
    end,
    has: (element) => divider.contains(element) || Boolean(parts.bar?.contains(element)),
    /** Where the divider stands on the ground, so that it can be held there while the map has another size. */
    longitude: () => map.containerPointToLatLng([store.get().divider * map.getSize().x, 0]).lng,
    hold(longitude) {
      parts.held = longitude;
      if (shown()) place();
    },
    /** Model and ground under a longitude; null where no side stands. */
    under(longitude) {
      const sides = shown();
      if (!sides) return null;
      const edge = map.containerPointToLatLng([store.get().divider * map.getSize().x, 0]).lng;
      const { kind, model, evidence } = longitude <= edge ? sides.left : sides.right;
      return { model, ground: kind === "evidence" ? { kind, name: evidence.name } : { kind: kind === "score" ? kind : "none" } };
    },
    /** Draw divider and names over a picture of the view. */
    draw(context, { width, height }) {
      const sides = shown();
      if (sides) drawDivider(context, [sideName(sides.left), sideName(sides.right)], { width, height, edge: store.get().divider * width });
    },
  };
}

/** The two sides of a state; null where there are none. @returns {?{left: import("./sides.js").Side, right: import("./sides.js").Side}} */
export function sidesNow({ swipe }, payload) {
  return swipe ? { left: sideOf(swipe.left, payload), right: sideOf(swipe.right, payload) } : null;
}

/** How far across the map the middle of what is seen of the region lies. */
function middleInView({ map, scene, payload }) {
  const [west, , east] = scene.boundsInView();
  const ends = [Math.max(west, payload.bounds[0]), Math.min(east, payload.bounds[2])];
  const middle = ends[0] < ends[1] ? (ends[0] + ends[1]) / 2 : (west + east) / 2;
  return map.latLngToContainerPoint([map.getCenter().lat, middle]).x / map.getSize().x;
}

/** How far across the map a divider can stand. */
export function bounded(share) {
  return Math.min(FARTHEST_EDGE, Math.max(NEAREST_EDGE, share));
}

function listenToDivider(line, { move, holder, now }) {
  line.addEventListener("keydown", (event) => {
    const step = STEP_OF_KEY[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    move(now() + (event.shiftKey ? LARGE_STEP * Math.sign(step) : step));
  });
  line.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    line.focus({ preventScroll: true });
    line.setPointerCapture(event.pointerId);
    const { left, width } = holder.getBoundingClientRect();
    const off = event.clientX - left - now() * width;
    const follow = (moved) => move((moved.clientX - left - off) / width);
    const stop = () => line.removeEventListener("pointermove", follow);
    line.addEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel"]) line.addEventListener(name, stop, { once: true });
  });
}

/** A list of everything that can stand on a side, by deposit model. */
function sideChoice(payload, label, onChange) {
  const option = (side) => h("option", { value: side.code }, sideName(side));
  const all = sidesOf(payload);
  const ofModel = (model) => h("optgroup", { label: told(model.label) }, all.filter((side) => side.model === model).map(option));
  const ofLayers = all.filter((side) => side.layer).map(option);
  return h("select", { "aria-label": label, onchange: onChange }, payload.models.map(ofModel), ofLayers.length ? h("optgroup", { label: say("Layers") }, ofLayers) : null);
}

/** The divider with what stands on either side of it, at the top of a picture. */
function drawDivider(context, [left, right], { width, height, edge }) {
  for (const [colour, wide] of [[PICTURE.halo, 4], [PICTURE.line, 1.6]]) {
    Object.assign(context, { strokeStyle: colour, lineWidth: wide });
    context.beginPath();
    context.moveTo(edge, 0);
    context.lineTo(edge, height);
    context.stroke();
  }
  Object.assign(context, { font: PICTURE.font, textBaseline: "middle", letterSpacing: "0px" });
  writePlate(context, left, edge - PICTURE.margin, Math.max(0, edge - 2 * PICTURE.margin), true);
  writePlate(context, right, edge + PICTURE.margin, Math.max(0, width - edge - 2 * PICTURE.margin), false);
}

/** A name on a plate that ends or starts at a place, pressed together where it has no room. */
function writePlate(context, text, at, room, isBefore) {
  const inside = Math.min(context.measureText(text).width, room - 2 * PICTURE.margin);
  if (inside <= 0) return;
  const wide = inside + 2 * PICTURE.margin;
  const left = isBefore ? at - wide : at;
  const top = 2 * PICTURE.height;
  context.fillStyle = PICTURE.halo;
  context.fillRect(left, top, wide, PICTURE.height);
  context.fillStyle = PICTURE.line;
  context.fillText(text, left + PICTURE.margin, top + PICTURE.height / 2 + 1, inside);
}
