// The evidence of a deposit model as small pictures; a press lays one under the targets.

import { schematicTag } from "./controls.js";
import { fill, h } from "./dom.js";
import { ramp } from "./legend.js";
import { evidenceCode } from "./sides.js";
import { NO_GROUND } from "./store.js";
import { say, told } from "./words.js";

/** The pictures of the listed model, made when they are first looked at. */
export function createPictures(store) {
  const element = h("div", { class: "pictures" });
  const show = (model, ground, swipe) => {
    const pictured = model.evidence.filter((one) => one.picture);
    const intro = pictured.length
      ? say("Each evidence layer over the scored ground; dark is high. Click one to show it under the targets.")
      : say("This deposit model has no pictures of its evidence.");
    fill(element, h("p", { class: "small" }, intro), h("div", { class: "picture-grid" }, pictured.map((one) => picture(one, swipe ? onSide(store, swipe, evidenceCode(model, one)) : underTargets(store, ground, one)))));
  };
  return { element, show };
}

/** A press lays the evidence under the targets, or takes it away. */
function underTargets(store, ground, { name }) {
  const chosen = ground.kind === "evidence" && ground.name === name;
  return { chosen, press: () => store.set({ ground: chosen ? NO_GROUND : { kind: "evidence", name } }) };
}

/** While two sides are compared, a press puts the evidence on the right one. */
function onSide(store, swipe, code) {
  return { chosen: swipe.right === code, press: () => store.set({ swipe: { ...swipe, right: code } }) };
}

function picture(one, { chosen, press }) {
  const about = [told(one.reason), told(one.accuracy)].filter(Boolean).join(" ");
  return h("button", { type: "button", class: "picture", "data-evidence": one.name, "aria-pressed": String(chosen), title: about, onclick: press },
    h("img", { src: one.picture.png, alt: "" }), h("b", {}, told(one.label), schematicTag(one)), ramp(one));
}
