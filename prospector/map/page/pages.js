// The pages beside the map in its run folder: the report, and the dossiers of the best targets.

import { isSandboxed } from "./address.js";
import { h } from "./dom.js";
import { say } from "./words.js";

/** Links to a target's dossier and to the report; null where the map lies beside neither, or in a frame that leads nowhere. */
export function pageLinks(payload, model, target) {
  if (!payload.report || isSandboxed() || window.location.protocol === "about:") return null;
  const dossier = target.rank <= model.dossiers ? h("a", { href: `${encodeURIComponent(model.name)}/dossiers/${encodeURIComponent(target.target_id)}.html` }, say("Dossier")) : null;
  return h("p", { class: "pages" }, dossier, h("a", { href: encodeURI(payload.report) }, say("Report")));
}
