/* global L */
// Areas that the reader drew or brought: which there are, which is chosen, and how they stand on the map.

import { leafletBounds } from "./drawing.js";
import { PEN_COLOUR } from "./pen.js";
import { ringsOf } from "./overlap.js";
import { say } from "./words.js";

/** The areas of a page. @param {() => void} onChange */
export function createAreas(onChange) {
  const held = { areas: [], chosen: null, named: 0 };
  const change = (patch) => { Object.assign(held, patch); onChange(); };
  return {
    all: () => held.areas,
    chosen: () => held.chosen,
    add(some) {
      const areas = some.map(({ name, geometry }) => ({ name: name || say("Area {n}", { n: (held.named += 1) }), geometry }));
      if (areas.length) change({ areas: [...held.areas, ...areas], chosen: areas[0] });
    },
    choose: (area) => change({ chosen: area }),
    rename: (area, name) => { area.name = name.trim() || area.name; onChange(); },
    remove(area) {
      const areas = held.areas.filter((one) => one !== area);
      change({ areas, chosen: held.chosen === area ? areas.at(-1) ?? null : held.chosen });
    },
  };
}

/** Draw areas, the chosen one filled; what was drawn before is taken off. */
export function drawAreas(map, renderer, before, { all, chosen }) {
  before?.remove();
  const group = L.layerGroup();
  for (const area of all()) {
    const rings = ringsOf(area.geometry).map((ring) => L.GeoJSON.coordsToLatLngs(ring, 0));
    const isChosen = area === chosen();
    L.polygon(rings, { renderer, interactive: false, color: "#ffffff", weight: isChosen ? 5 : 3.5, fill: false, smoothFactor: 1 }).addTo(group);
    L.polygon(rings, { renderer, interactive: false, color: PEN_COLOUR, weight: isChosen ? 2.5 : 1.5, dashArray: isChosen ? null : "6 3", fill: isChosen, fillColor: PEN_COLOUR, fillOpacity: 0.07, fillRule: "evenodd", smoothFactor: 1 }).addTo(group);
  }
  return group.addTo(map);
}

/** Leaflet's bounds of an area. */
export function boundsOfArea({ geometry }) {
  return leafletBounds(geometry);
}
