// Switches of what is drawn: targets, the ground under them, layers, base.

import { choice, opacity, schematicTag, swatch } from "./controls.js";
import { fill, h } from "./dom.js";
import { count, figure, percent } from "./numbers.js";
import { NO_GROUND, TILES } from "./store.js";
import { hasSpread } from "./targets.js";
import { say, told } from "./words.js";

const FIRST_LEAST = 90;

/** Everything that the box of layers holds. */
export function createSwitches(payload, store) {
  const models = payload.models.map((model) => h("input", { type: "checkbox", value: model.name, "data-model-layer": model.name, onchange: () => showModels() }));
  const showModels = () => store.set({ shown: models.filter((box) => box.checked).map((box) => box.value) });
  const ground = createGround(payload, store);
  const outside = createOutside(store);
  const tint = choice(say("Colour targets by"), [["class", say("class")], ["spread", say("spread")]], (value) => store.set({ tint: value }), { id: "tint" });
  const tintLine = h("div", { class: "group-by" }, h("span", {}, say("colour by")), tint);
  const layers = payload.layers.filter((layer) => layer.kind !== "image").map((layer) => layerSwitch(layer, store));
  const base = createBases(payload, store);
  const setOpacity = (part) => (value) => store.set({ opacity: { ...store.get().opacity, [part]: value } });
  const targetOpacity = opacity("target-opacity", setOpacity("targets"));
  const groundOpacity = opacity("ground-opacity", setOpacity("ground"));
  const element = h("div", { class: "switches" },
    h("h3", {}, say("Targets")),
    payload.models.map((model, index) => h("label", { class: "check" }, models[index], told(model.label))),
    tintLine,
    targetOpacity.element,
    h("h3", {}, say("Ground under the targets")),
    ground.element,
    groundOpacity.element,
    outside.element,
    h("h3", {}, say("Layers")),
    layers.map((one) => one.element),
    h("h3", {}, say("Base")),
    base.element);
  const show = (state, model) => {
    for (const box of models) box.checked = state.shown.includes(box.value);
    tint.value = state.tint;
    tintLine.hidden = !hasSpread(model);
    ground.show(state, model);
    outside.show(state, model);
    for (const one of layers) one.show(state);
    base.show(state);
    targetOpacity.show(state.opacity.targets);
    groundOpacity.show(state.opacity.ground);
  };
  return { element, show };
}

/** One of: nothing, the score, an evidence (chosen from its picture), two models together. */
function createGround(payload, store) {
  const set = (ground) => store.set({ ground });
  const radio = (value, onchange) => h("input", { type: "radio", name: "ground", value, onchange });
  const none = radio("none", () => set(NO_GROUND));
  const score = radio("score", () => set({ kind: "score" }));
  const setTogether = () => set({ kind: "together", name: other.value, least: Number(least.value) });
  const together = radio("together", setTogether);
  const other = choice(say("Other deposit model"), [], setTogether, { id: "together-model" });
  const least = choice(say("Percentile from which ground counts as high"), [], setTogether, { id: "together-least" });
  const pair = h("div", { class: "together" }, h("label", { class: "check" }, together, say("Together with")), other, h("span", {}, say("from percentile")), least);
  const evidence = h("p", { class: "small" });
  const element = h("div", {}, h("label", { class: "check" }, none, say("Nothing")), h("label", { class: "check" }, score, say("Score of the listed model")), pair, evidence);
  const show = ({ ground, swipe }, model) => {
    const others = payload.models.filter((one) => one !== model && one.overlay);
    fill(other, others.map((one) => h("option", { value: one.name }, told(one.label))));
    fill(least, model.breaks.slice(1, -1).map((value) => h("option", { value }, value)));
    for (const [kind, input] of Object.entries({ none, score, together })) input.checked = ground.kind === kind;
    other.value = ground.kind === "together" ? ground.name : (others[0]?.name ?? "");
    least.value = String(ground.kind === "together" ? ground.least : FIRST_LEAST);
    if (!least.value) least.selectedIndex = 0;
    for (const input of [none, score, together, other, least]) input.disabled = swipe !== null;
    score.disabled ||= model.overlay === null;
    pair.hidden = model.overlay === null || model.class_by !== "percentile" || others.length === 0;
    const chosen = model.evidence.find((one) => ground.kind === "evidence" && one.name === ground.name);
    if (swipe) evidence.textContent = say("While two sides are compared, each shows its own layer.");
    else evidence.textContent = chosen ? say("Shown: {evidence}", { evidence: told(chosen.label) }) : "";
  };
  return { element, show };
}

/** Hatching of the ground that is unlike any that was trained on. */
function createOutside(store) {
  const box = h("input", { type: "checkbox", id: "outside", onchange: () => store.set({ outside: box.checked }) });
  const note = h("p", { class: "small" });
  const element = h("div", {}, h("label", { class: "check" }, box, h("span", { class: "key key-outside" }), say("Outside the area of applicability")), note);
  const show = ({ outside }, model) => {
    box.checked = outside && model.outside !== null;
    box.disabled = model.outside === null;
    note.textContent = outsideWords(model);
  };
  return { element, show };
}

/** What there is to say of the ground outside the area of applicability. */
function outsideWords({ outside_share, outside_cell_km }) {
  if (outside_share === null) return say("The area of applicability was not computed for this model.");
  const cell = { km: figure(outside_cell_km) };
  if (outside_share === 0) return say("Seen in cells of {km} km, no scored ground is unlike what was trained on.", cell);
  return say("{share} of the scored ground is unlike any that was trained on; shown in cells of {km} km. No target is cut there.", { share: percent(outside_share), ...cell });
}

function layerSwitch(layer, store) {
  const setOn = (on) => {
    const { layers } = store.get();
    store.set({ layers: on ? [...layers, layer.key] : layers.filter((key) => key !== layer.key) });
  };
  const setBy = (value) => {
    const others = Object.entries(store.get().colours).filter(([key]) => key !== layer.key);
    store.set({ colours: Object.fromEntries(value ? [...others, [layer.key, value]] : others) });
  };
  const box = h("input", { type: "checkbox", "data-layer": layer.key, onchange: () => setOn(box.checked) });
  const name = h("label", { class: "check", title: told(layer.note || layer.label) }, box, swatch(layer),
    h("span", {}, told(layer.label), schematicTag(layer), h("span", { class: "muted" }, ` ${count(layer.features.length)}`)));
  const options = [["", say("one colour")], ...layer.groupings.map((by) => [by, told(by)])];
  const by = choice(say("Colour {layer} by", { layer: told(layer.label) }), options, setBy, { "data-grouping": layer.key });
  const line = h("div", { class: "group-by" }, h("span", {}, say("colour by")), by);
  const show = ({ layers, colours }) => {
    box.checked = layers.includes(layer.key);
    by.value = colours[layer.key] ?? "";
    line.hidden = layer.groupings.length === 0 || !box.checked;
  };
  return { element: h("div", {}, name, line), show };
}

/** One of: a server's pictures where the file may ask for them, the file's own, nothing. */
function createBases(payload, store) {
  const images = payload.layers.filter((layer) => layer.kind === "image").map((layer) => [layer.key, told(layer.label)]);
  const tiles = payload.basemap ? [[TILES, say("{name}, from the internet", { name: payload.basemap.label })]] : [];
  const boxes = [...tiles, ...images, ["", say("Blank")]].map(([key, label]) => [label,
    h("input", { type: "radio", name: "base", value: key, onchange: () => store.set({ base: key }) })]);
  const element = h("div", {}, boxes.map(([label, box]) => h("label", { class: "check" }, box, label)));
  const show = (state) => { for (const [, box] of boxes) box.checked = box.value === state.base; };
  return { element, show };
}
