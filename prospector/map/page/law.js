// What the law says of a target: who may hold its lithium, and the notes that bind there.

import { h, rowsTable } from "./dom.js";
import { say, told } from "./words.js";

/**
 * What finds the legal notes of a target among the payload's.
 * @returns {(target: {law: number[]}) => Array<{sentence: string, date: string, seen: string, is_reservation: boolean}>}
 */
export function noteFinder({ law }) {
  return (target) => target.law.map((place) => law[place]);
}

/** Said beside the titles: a concession is no right to lithium where the law reserves it. */
export function reservation(notes) {
  const found = notes.find((note) => note.is_reservation);
  return found ? h("p", { class: "callout" }, `${told(found.sentence)} (${found.date})`) : null;
}

/** The card's section, without what stands beside the titles; nothing where no note binds and no regime is carried. */
export function lawSection(target, notes) {
  if (!target.regime && !notes.length) return null;
  const cited = target.regime_cited ? ` (${told(target.regime_cited)})` : "";
  const others = notes.filter((note) => !note.is_reservation);
  const item = ({ sentence, date }) => h("li", {}, told(sentence), " ", h("span", { class: "muted" }, `(${date})`));
  return [
    h("h3", {}, say("What the law says")),
    target.regime ? rowsTable([[say("Who may hold the lithium"), told(target.regime) + cited]]) : null,
    others.length ? h("ul", { class: "law" }, others.map(item)) : null,
    notes.length ? h("p", { class: "small" }, say("As of {date}. Pointers to the law, not legal advice.", { date: latest(notes) })) : null,
  ];
}

/** Until when the pages behind some notes were looked at. */
export function latest(notes) {
  return notes.map(({ seen }) => seen).sort().at(-1);
}
