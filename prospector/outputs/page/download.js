// Handing over what is listed, as files a spreadsheet or GIS software opens.

const BYTE_ORDER_MARK = "\uFEFF";

/** A target's columns, flat: the names of the written targets.csv. */
function properties(target, model) {
  const { geometry, centre, tenure, protection, evidence_for, evidence_against, utm, ...plain } = target;
  const shares = Object.entries({ ...tenure, ...protection }).map(([name, share]) => [`${name}_share`, share]);
  const reasons = (list) => list.map(([text]) => text).join("; ");
  return {
    ...plain,
    deposit_model: model.name,
    evidence_for: reasons(evidence_for),
    evidence_against: reasons(evidence_against),
    ...Object.fromEntries(shares),
    longitude: centre[0],
    latitude: centre[1],
    utm,
  };
}

/** One cell of a CSV file. Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Targets as CSV, with a byte order mark so that accents survive a spreadsheet. */
export function toCsv(targets, model) {
  const records = targets.map((target) => properties(target, model));
  const names = Object.keys(records[0] ?? {});
  const lines = [names, ...records.map((record) => names.map((name) => record[name]))];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

/** Targets as GeoJSON. */
export function toGeoJson(targets, model) {
  const features = targets.map((target) => ({
    type: "Feature",
    id: target.target_id,
    geometry: target.geometry,
    properties: properties(target, model),
  }));
  return JSON.stringify({ type: "FeatureCollection", features });
}

/** Give the reader a file made in the page. */
export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
