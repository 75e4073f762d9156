// Switches, legend, filters and the dialog: what surrounds the map.

import { fill, h, icon, iconButton, rowsTable } from "./dom.js";
import { fixed, percent } from "./numbers.js";
import { classCounts, NO_FILTERS, openShare } from "./targets.js";

/** A sample of how a layer is drawn. */
export function swatch(layer) {
  const { style, kind } = layer;
  if (kind === "image") return h("span", { class: "key key-image" });
  if (kind === "point") return h("span", { class: `key key-point key-${style.shape}`, style: { "--fill": style.fill ?? "#ffffff", "--line": style.colour } });
  if (kind === "line") return h("span", { class: "key key-line", style: { "border-top": `${Math.max(2, style.weight)}px ${style.dash ? "dashed" : "solid"} ${style.colour}` } });
  const inside = h("i", { style: { background: style.fill ?? "transparent", opacity: style.fill ? Math.max(0.25, style.fill_opacity) : 0 } });
  return h("span", { class: "key key-polygon", style: { border: `1.5px ${style.dash ? "dashed" : "solid"} ${style.colour}` } }, inside);
}

function schematicTag(layer) {
  return layer.schematic ? h("span", { class: "tag", title: "Drawn from descriptions, with a tolerance. Not for measuring." }, "schematic") : null;
}

/** Tabs that choose the deposit model that is listed. */
export function createTabs(models, onChoose) {
  const tabs = models.map((model) => h("button", { type: "button", role: "tab", "data-model": model.name, onclick: () => onChoose(model.name) }, model.label));
  const element = h("div", { class: "tabs", role: "tablist", "aria-label": "Deposit model" }, tabs);
  element.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  const show = (name) => tabs.forEach((tab) => {
    const chosen = tab.dataset.model === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  });
  return { element, show };
}

/** How far the model is to be believed, in one line that opens into figures. */
export function skillNote(model) {
  const doubtful = model.demonstrated === false || /no demonstrated skill/i.test(model.skill_words);
  const rest = model.skill_words.replace(/^no demonstrated skill[:.,]?\s*/i, "");
  const words = rest.charAt(0).toUpperCase() + rest.slice(1);
  const summary = h("summary", {}, h("span", {}, doubtful ? h("b", {}, "No demonstrated skill. ") : null, words));
  return h("details", { class: doubtful ? "skill doubtful" : "skill" }, summary,
    model.skill_rows.length ? rowsTable(model.skill_rows) : null,
    model.caution ? h("p", { class: "small" }, model.caution) : null);
}

/** The filters, joined to the store. */
export function createFilters(store) {
  const change = (patch) => store.set({ filters: { ...store.get().filters, ...patch } });
  const search = h("input", { type: "search", id: "search", placeholder: "Search id, deposit, holder, evidence", "aria-label": "Search targets", autocomplete: "off", oninput: () => change({ query: search.value }) });
  const score = slider("score", "Score at least", (value) => fixed(value, 2), (value) => change({ minimumScore: value }));
  const open = slider("open", "Open or vacant at least", percent, (value) => change({ minimumOpen: value }));
  const ground = h("input", { type: "checkbox", id: "new-ground", onchange: () => change({ newGroundOnly: ground.checked }) });
  const reset = h("button", { type: "button", class: "quiet", onclick: () => store.set({ filters: NO_FILTERS }) }, "Clear filters");
  const note = h("p", { class: "small" });
  const check = h("label", { class: "check" }, ground, "New ground only", h("span", { class: "muted" }, "(no known deposit)"));
  const element = h("div", { class: "filters" }, search, score.element, open.element, note, h("div", { class: "filter-last" }, check, reset));
  const show = (model, filters) => {
    if (search.value !== filters.query) search.value = filters.query;
    ground.checked = filters.newGroundOnly;
    score.show(filters.minimumScore);
    open.show(filters.minimumOpen);
    reset.hidden = JSON.stringify(filters) === JSON.stringify(NO_FILTERS);
    const none = model.targets.every((target) => openShare(target) === 0);
    open.input.disabled = none && filters.minimumOpen === 0;
    note.hidden = !none;
    note.textContent = "None is recorded as open or vacant. Unknown is not open.";
  };
  return { element, show };
}

function slider(id, label, write, onChange) {
  const output = h("output", { for: id });
  const input = h("input", { type: "range", id, min: 0, max: 1, step: 0.01, oninput: () => onChange(Number(input.value)) });
  const element = h("div", { class: "slider" }, h("label", { for: id }, label), input, output);
  const show = (value) => {
    input.value = String(value);
    output.textContent = write(value);
  };
  return { element, input, show };
}

/** The legend: classes with counts, and the layers in sight. */
export function legendContent(model, listed, layers) {
  const counts = classCounts(model, listed);
  const text = (index) => `${classFigure(model, model.breaks[index])} – ${classFigure(model, model.breaks[index + 1])}`;
  const one = (colour, index) => h("li", { title: `${counts[index]} listed targets` }, h("span", { class: "class-colour", style: { background: colour } }), h("span", {}, text(index)), h("span", { class: "muted" }, counts[index] === 1 ? "1 target" : `${counts[index]} targets`));
  const known = listed.some((target) => target.known_deposits > 0);
  const outlined = (className, words) => h("li", {}, h("span", { class: `key key-polygon ${className}` }), words);
  const drawn = layers.filter((layer) => layer.kind !== "image");
  return [
    h("h2", {}, `${model.label}: ${model.class_by} of the listed targets`),
    h("ol", { class: "classes" }, model.colours.map(one)),
    h("ul", { class: "keys" },
      outlined("is-new", "no known deposit"), known ? outlined("is-known", "around known mines") : null,
      drawn.map((layer) => h("li", {}, swatch(layer), h("span", {}, layer.label, schematicTag(layer))))),
  ];
}

function classFigure(model, value) {
  return model.class_by === "score" ? fixed(value, 2) : String(value);
}

/** Switches of the layers, bases and opacities. */
export function createSwitches(payload, scene, store) {
  const images = payload.layers.filter((layer) => layer.kind === "image");
  const others = payload.layers.filter((layer) => layer.kind !== "image");
  const bases = [...images.map((layer) => [layer.key, layer.label]), ["", "Blank"]];
  const base = ([key, label]) => h("label", { class: "check" },
    h("input", { type: "radio", name: "base", value: key, checked: scene.base() === key, onchange: () => scene.setBase(key) }), label);
  const models = payload.models.map((model) => h("input", { type: "checkbox", value: model.name, "data-model-layer": model.name, onchange: () => showModels() }));
  const showModels = () => store.set({ shown: models.filter((box) => box.checked).map((box) => box.value) });
  const raster = h("input", { type: "checkbox", onchange: () => scene.setRaster(raster.checked), id: "raster" });
  const element = h("div", { class: "switches" },
    h("h3", {}, "Targets"),
    payload.models.map((model, index) => h("label", { class: "check" }, models[index], model.label)),
    opacity("target-opacity", "Opacity", 1, scene.setTargetOpacity),
    h("h3", {}, "Score of every unit"),
    h("label", { class: "check" }, raster, "Score raster of the listed model"),
    opacity("raster-opacity", "Opacity", 0.7, scene.setRasterOpacity),
    h("h3", {}, "Layers"),
    others.map((layer) => layerSwitch(layer, scene)),
    h("h3", {}, "Base"),
    bases.map(base));
  const show = (state, model) => {
    for (const box of models) box.checked = state.shown.includes(box.value);
    raster.disabled = model.overlay === null;
  };
  return { element, show };
}

function layerSwitch(layer, scene) {
  const box = h("input", { type: "checkbox", "data-layer": layer.key, checked: layer.visible, onchange: () => scene.setLayer(layer, box.checked) });
  return h("label", { class: "check", title: layer.note || layer.label }, box, swatch(layer),
    h("span", {}, layer.label, schematicTag(layer), h("span", { class: "muted" }, ` ${layer.features.length.toLocaleString("en")}`)));
}

function opacity(id, label, value, onChange) {
  const input = h("input", { type: "range", id, min: 0, max: 1, step: 0.05, value, oninput: () => onChange(Number(input.value)) });
  return h("div", { class: "slider small" }, h("label", { for: id }, label), input);
}

/** A titled box over the map with a close button. */
export function flyout(name, title, content) {
  const element = h("section", { class: `flyout flyout-${name}`, "aria-label": title, hidden: true });
  const close = () => { element.hidden = true; };
  fill(element, h("header", {}, h("h2", {}, title), iconButton("close", `Close ${title.toLowerCase()}`, close)), content);
  return { element, toggle: () => { element.hidden = !element.hidden; }, close };
}

/** What the map is, how far to believe it, where its data come from. */
export function createAbout(payload) {
  const close = () => element.close();
  const model = (one) => [h("h3", {}, one.label), h("p", {}, one.skill_words), rowsTable(one.skill_rows), one.caution ? h("p", { class: "callout" }, one.caution) : null];
  const element = h("dialog", { class: "about", "aria-label": "About this map" },
    h("header", {}, h("h2", {}, `About this map: ${payload.title}`), iconButton("close", "Close", close)),
    h("div", { class: "about-body" },
      h("h3", {}, "Limits"), h("ul", {}, payload.sentences.map((text) => h("li", {}, text))),
      h("ul", {}, LIMITS.map((text) => h("li", {}, text))),
      payload.models.map(model),
      h("h3", {}, "Sources"), sourcesTable(payload.sources),
      h("p", { class: "small" }, `${payload.made_by}. Drawn with Leaflet (BSD-2-Clause) in a page hosted by folium (MIT). The file makes no request to any server.`)));
  element.addEventListener("click", (event) => { if (event.target === element) close(); });
  return element;
}

const LIMITS = [
  "A score is favourability at equal weight of deposits and background. It compares targets of one deposit model; across models compare percentiles.",
  "No unit is known to be barren: where nothing is recorded, nobody may have looked.",
  "Unknown tenure is not open ground. Ask the register before any decision.",
  "Layers marked schematic are drawn from descriptions, with a tolerance.",
];

function sourcesTable(sources) {
  const names = ["Layer", "Origin", "Licence", "Date", "Citation"];
  const row = (source) => h("tr", {}, h("th", { scope: "row" }, source.layer, schematicTag(source)),
    ["origin", "licence", "date", "citation"].map((key) => h("td", {}, source[key] || "not stated")));
  return h("div", { class: "scroll" }, h("table", { class: "sources" },
    h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, sources.map(row))));
}

/** A button with a drawing and a word. */
export function wordButton(name, word, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, icon(name), h("span", {}, word));
}
