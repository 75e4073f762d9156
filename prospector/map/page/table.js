// The list of targets: only the rows in sight are in the page, so its length does not matter.

import { fill, h } from "./dom.js";
import { TENURE_WORDS } from "./groups.js";
import { area, count, fixed, percent } from "./numbers.js";
import { isNewGround, targetColour } from "./targets.js";
import { headline } from "./place.js";
import { rankOf, rise, scoreOf } from "./what_if.js";
import { mainTenure } from "./tenure.js";
import { steadiness } from "./trust.js";
import { say } from "./words.js";

const SPARE_ROWS = 6;

/** Columns in the reader's language; `spread` only where there are replicas. */
function columns(hasReplicas) {
  const all = [
    { key: "rank", label: "#", hint: say("Rank"), descendingFirst: false },
    { key: "target_id", label: say("Where"), hint: say("Target"), descendingFirst: false },
    { key: "score", label: say("Score"), hint: say("Score, 0 to 1: comparable within one deposit model"), descendingFirst: true },
    { key: "percentile_spread", label: say("Sure"), hint: say("How steady its rank is when the run is repeated with other samples of deposits and background"), descendingFirst: false },
    { key: "held_share", label: say("Whose"), hint: say("Whose ground: the class that most of it has"), descendingFirst: true },
    { key: "area_km2", label: "km²", hint: say("Area in square kilometres"), descendingFirst: true },
  ];
  return all.filter(({ key }) => key !== "percentile_spread" || hasReplicas);
}

/**
 * The list, joined to the map through the store.
 * @param {ReturnType<import("./store.js").createStore>} store
 */
export function createTable(store, models) {
  const list = { store, model: null, targets: [], active: 0, rowPx: rowHeight() };
  list.columns = columns(models.some((model) => model.targets.some((target) => target.percentile_spread !== null)));
  list.heads = list.columns.map((column) => headCell(store, column));
  list.body = h("tbody");
  list.table = h("table", { class: list.columns.some(({ key }) => key === "percentile_spread") ? "targets has-sure" : "targets", "aria-label": say("Targets") }, h("thead", {}, h("tr", {}, list.heads)), list.body);
  list.element = h("div", { class: "list", onscroll: () => renderRows(list), onkeydown: (event) => onKey(list, event) }, list.table);
  new ResizeObserver(() => { list.rowPx = rowHeight(); renderRows(list); }).observe(list.element);
  return { element: list.element, show: (model, targets) => showRows(list, model, targets), reveal: () => reveal(list), focus: () => focusActive(list) };
}

/** Height of a row, which the style file decides, in the size of text that the reader chose. */
function rowHeight() {
  const style = getComputedStyle(document.documentElement);
  return parseFloat(style.getPropertyValue("--row-rem")) * parseFloat(style.fontSize);
}

function headCell(store, { key, label, hint, descendingFirst }) {
  const onclick = () => {
    const { sort } = store.get();
    store.set({ sort: { key, descending: sort.key === key ? !sort.descending : descendingFirst } });
  };
  return h("th", { scope: "col", class: `col-${key}` }, h("button", { type: "button", title: say("{column}. Click to sort", { column: hint }), onclick }, label));
}

function showRows(list, model, targets) {
  Object.assign(list, { model, targets, active: 0 });
  const { sort, selected } = list.store.get();
  list.columns.forEach(({ key }, index) => {
    const order = sort.descending ? "descending" : "ascending";
    list.heads[index].setAttribute("aria-sort", key === sort.key ? order : "none");
  });
  list.table.setAttribute("aria-rowcount", String(targets.length + 1));
  list.active = Math.max(0, targets.findIndex((target) => target.target_id === selected));
  renderRows(list);
}

/** Put the rows in sight, between two empty rows as tall as what is above and below. */
function renderRows(list) {
  const { targets, element } = list;
  const focused = list.body.contains(document.activeElement);
  const first = Math.max(0, Math.floor(element.scrollTop / list.rowPx) - SPARE_ROWS);
  const last = Math.min(targets.length, first + Math.ceil(element.clientHeight / list.rowPx) + 2 * SPARE_ROWS);
  const rows = targets.slice(first, last).map((target, index) => targetRow(list, target, first + index));
  const nothing = targets.length === 0 ? h("tr", {}, h("td", { class: "nothing", colspan: columnsInSight(list) }, say("No target passes the filters."))) : null;
  fill(list.body, spacer(list, first), nothing, rows, spacer(list, targets.length - last));
  if (focused) focusActive(list);
}

/** How many columns the panel has room for: a cell across more would make columns of its own. */
function columnsInSight({ heads }) {
  return heads.filter((head) => getComputedStyle(head).display !== "none").length;
}

function spacer({ rowPx }, rows) {
  return rows > 0 ? h("tr", { class: "spacer", "aria-hidden": "true", style: { height: `${rows * rowPx}px` } }) : null;
}

function targetRow(list, target, index) {
  const { store, model } = list;
  const { selected } = store.get();
  const note = noteOf(target);
  const cells = {
    rank: () => h("td", { class: "col-rank" }, h("span", { class: "swatch", style: { background: targetColour(model, target) } }), count(rankOf(model, target)), moved(model, target)),
    target_id: () => h("td", { class: "col-target_id", title: `${headline(target)}\n${target.target_id}\n${note}` },
      h("span", { class: "where" }, headline(target), h("span", { class: isNewGround(target) ? "note" : "note mines" }, note))),
    score: () => h("td", { class: "col-score" }, fixed(scoreOf(model, target), 2)),
    percentile_spread: () => h("td", { class: "col-percentile_spread" }, sureness(target)),
    held_share: () => h("td", { class: "col-held_share" }, tenureCell(target)),
    area_km2: () => h("td", { class: "col-area_km2" }, area(target.area_km2)),
  };
  return h("tr", {
    "data-target": target.target_id,
    "aria-rowindex": index + 2,
    "aria-selected": String(target.target_id === selected),
    tabindex: index === list.active ? 0 : -1,
    onclick: () => { list.active = index; store.set({ selected: target.target_id, feature: null }); },
    onmouseenter: () => store.set({ hovered: target.target_id }),
    onmouseleave: () => store.set({ hovered: null }),
  }, list.columns.map(({ key }) => cells[key]()));
}

/** Three dots, as many of them full as the place is steady. */
function sureness(target) {
  const found = steadiness(target);
  return found ? h("span", { class: "dots", role: "img", title: found.word, "aria-label": found.word }, "●".repeat(found.grade), h("span", { class: "empty" }, "●".repeat(3 - found.grade))) : "–";
}

function tenureCell(target) {
  const { name, share } = mainTenure(target);
  return h("span", { class: "whose", title: `${say(TENURE_WORDS[name])} ${percent(share)}` }, h("span", { class: `share-key share-${name}`, "aria-hidden": "true" }), h("span", { class: "whose-word" }, say(TENURE_WORDS[name])));
}

function noteOf(target) {
  const known = isNewGround(target) ? say("no known deposit") : say("known: {names}", { names: target.known_names });
  return `${area(target.area_km2, "km²")} · ${known}`;
}

/** How the rank moved under other weights. */
function moved(model, target) {
  if (!model.rescored) return null;
  const steps = rise(model, target);
  if (steps === 0) return h("span", { class: "moved stays" }, "=");
  const text = say(steps > 0 ? "{n} up" : "{n} down", { n: count(Math.abs(steps)) });
  return h("span", { class: `moved ${steps > 0 ? "rises" : "falls"}`, title: text, "aria-label": text, role: "img" }, `${steps > 0 ? "▲" : "▼"}${Math.abs(steps)}`);
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

function onKey(list, event) {
  if (!list.body.contains(event.target)) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    list.store.set({ selected: list.targets[list.active].target_id, feature: null });
  } else if (event.key in STEPS) {
    event.preventDefault();
    list.active = Math.max(0, Math.min(list.targets.length - 1, list.active + STEPS[event.key]));
    scrollToActive(list);
    renderRows(list);
    focusActive(list);
    list.store.set({ hovered: list.targets[list.active].target_id });
  }
}

function focusActive(list) {
  list.body.querySelector('tr[tabindex="0"]')?.focus({ preventScroll: true });
}

function scrollToActive({ element, active, rowPx }) {
  const room = element.clientHeight - 2 * rowPx;
  const top = active * rowPx;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top > element.scrollTop + room) element.scrollTop = top - room;
}

/** Bring the selected row into sight. */
function reveal(list) {
  const { selected } = list.store.get();
  const index = list.targets.findIndex((target) => target.target_id === selected);
  if (index >= 0) {
    list.active = index;
    scrollToActive(list);
  }
  renderRows(list);
}
