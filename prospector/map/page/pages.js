// The pages beside the map in its run folder: overview, report, inventories, and the dossiers of the best targets.

import { isSandboxed } from "./address.js";
import { h } from "./dom.js";
import { say, told } from "./words.js";

/** Whether pages beside the map can be gone to: not in a frame that leads nowhere. */
function leadsOn() {
  return !isSandboxed() && window.location.protocol !== "about:";
}

/** A link to the answer on two sheets; null where the map lies beside none. */
export function overviewLink(payload) {
  return payload.overview && leadsOn() ? h("a", { class: "overview", href: encodeURI(payload.overview) }, say("Overview on two sheets")) : null;
}

/** Links to the pages of what registers list, such as tailings; none where the map lies beside none. */
export function inventoryLinks(payload) {
  if (!leadsOn()) return [];
  return (payload.inventories ?? []).flatMap(({ name, page }) => [h("a", { class: "overview", href: encodeURI(page) }, told(name)), " "]);
}

/** Links to a target's dossier and to the report; null where the map lies beside neither, or in a frame that leads nowhere. */
export function pageLinks(payload, model, target) {
  if (!payload.report || !leadsOn()) return null;
  const dossier = target.rank <= model.dossiers ? h("a", { href: `${encodeURIComponent(model.name)}/dossiers/${encodeURIComponent(target.target_id)}.html` }, say("Dossier")) : null;
  return h("p", { class: "pages" }, dossier, h("a", { href: encodeURI(payload.report) }, say("Report")));
}
