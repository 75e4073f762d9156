// The edge of the panel, by which it is drawn wider; the page remembers how wide.

import { keepChoice, keptChoice } from "./choices.js";
import { h } from "./dom.js";
import { say } from "./words.js";

const WIDTH = "panel-px";
const LEAST_PX = 280;
const MOST_SHARE = 0.6;
const STEP_PX = 24;

/**
 * The handle at the panel's edge: dragged, or moved by the arrow keys; a double click gives the first width back.
 * @param {HTMLElement} app whose first column it is
 */
export function createWiden(app) {
  const most = () => Math.max(LEAST_PX, MOST_SHARE * window.innerWidth);
  const set = (px) => {
    if (px === null) app.style.removeProperty("--panel");
    else app.style.setProperty("--panel", `${Math.round(Math.min(most(), Math.max(LEAST_PX, px)))}px`);
    keepChoice(WIDTH, px === null ? null : String(Math.round(px)));
    tell();
  };
  const tell = () => {
    const values = { min: LEAST_PX, max: most(), now: width() };
    Object.entries(values).forEach(([name, px]) => element.setAttribute(`aria-value${name}`, String(Math.round(px))));
  };
  const width = () => element.parentElement?.getBoundingClientRect().width ?? 0;
  const onkeydown = (event) => {
    const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
    if (!step) return;
    event.preventDefault();
    set(width() + step);
  };
  const onpointerdown = (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    const move = (now) => set(now.clientX);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", () => element.removeEventListener("pointermove", move), { once: true });
  };
  const element = h("div", { class: "widen", role: "separator", "aria-orientation": "vertical", "aria-label": say("Width of the list"), title: say("Drag to widen the list"), tabindex: 0, onkeydown, onpointerdown, ondblclick: () => set(null) });
  const kept = Number(keptChoice(WIDTH));
  if (kept) set(kept);
  new ResizeObserver(tell).observe(app);
  return element;
}
