// Who holds titles that touch the targets.

import { h } from "./dom.js";
import { holdersOf } from "./targets.js";
import { say } from "./words.js";

const MOST_LISTED = 500;

/** Holders by how many targets their titles touch, the most first. */
export function countHolders(targets) {
  const counts = new Map();
  for (const target of targets) for (const holder of holdersOf(target)) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

/** A field for a holder's name, which offers those there are. */
export function choiceOfHolders(onChange) {
  const offered = h("datalist", { id: "holders" });
  const input = h("input", { type: "text", id: "holder", list: "holders", placeholder: say("any"), autocomplete: "off", oninput: () => onChange(input.value) });
  const element = h("div", { class: "field" }, h("label", { for: "holder" }, say("Holder")), input, offered);
  return {
    element,
    list: (targets) => {
      const found = countHolders(targets);
      offered.replaceChildren(...found.slice(0, MOST_LISTED).map(([holder, count]) => h("option", { value: holder, label: say("{holder}: {n} targets", { holder, n: count }) })));
      input.disabled = found.length === 0;
      input.placeholder = found.length ? say("any") : say("none on record");
    },
    show: (value) => { if (input.value !== value) input.value = value; },
  };
}
