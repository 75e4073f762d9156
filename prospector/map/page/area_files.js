// What lies in an area as files: the area with its figures as GeoJSON, its titles as CSV.

import { rowValue } from "./area_figures.js";
import { BYTE_ORDER_MARK, csvCell, SPELLINGS } from "./download.js";
import { TENURE_LABEL } from "./groups.js";

/** Columns of the titles: those of target_concessions.csv, by the rows of their cards. */
const TITLE_ROWS = { tenure_class: TENURE_LABEL, kind: "kind", state: "state", holder: "holder", date: "date", expires: "expires", file_number: "file number" };

/** The area as GeoJSON with its figures. @param {import("./area_figures.js").AreaFigures} found */
export function areaFile({ name, geometry }, found, model, { sentences }) {
  const { targets, titles, ground, scores } = found;
  const hectares = Object.fromEntries(Object.entries(ground).map(([key, km2]) => [`${key}_ha`, inHectares(km2)]));
  const classes = scores && Object.fromEntries([...model.colours.keys()].map((place) => [`${model.class_by}_${model.breaks[place]}_${model.breaks[place + 1]}_km2`, rounded4(scores.classes[place])]));
  const properties = {
    name, deposit_model: model.name, area_km2: rounded4(found.km2), targets: targets.length, target_km2: rounded4(targets.reduce((sum, { km2 }) => sum + km2, 0)),
    best_rank: targets.length ? targets[0].target.rank : null, target_ids: targets.map(({ target }) => target.target_id).join("; "), concessions: titles?.length ?? null, ...hectares, tenure_as_of: found.asOf || null,
    ...classes, without_score_km2: scores && rounded4(scores.without),
  };
  return `${JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", geometry, properties }], notice: sentences })}\n`;
}

/** The titles of an area, spelled for a language as all tables are. @param {import("./area_figures.js").AreaFigures} found */
export function titlesCsv({ titles, km2 }, language) {
  const spelling = SPELLINGS[language];
  const heads = ["concession_id", "common_ha", "share_of_area", ...Object.keys(TITLE_ROWS), "name"];
  const cells = ({ feature, km2: part }) => [
    csvCell(String(rowValue(feature, "concession id")), "text", spelling), csvCell(inHectares(part), "figure", spelling), csvCell(Number((part / km2).toFixed(6)), "figure", spelling),
    ...Object.values(TITLE_ROWS).map((label) => csvCell(String(rowValue(feature, label)), "text", spelling)), csvCell(feature.name, "text", spelling),
  ];
  return [BYTE_ORDER_MARK, ...[heads, ...titles.map(cells)].map((line) => `${line.join(spelling.separator)}\n`)];
}

function inHectares(km2) {
  return Number((km2 * 100).toFixed(2));
}

function rounded4(value) {
  return Number(value.toFixed(4));
}
