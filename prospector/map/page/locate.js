/* global L */
// Where the reader stands, by the device's own positioning; asked for only when the button is pressed.

import { say } from "./words.js";

/**
 * A function that shows the device's place, or says why it cannot be shown.
 * @param {L.Map} map
 * @param {(text: string) => void} tell
 */
export function createLocate(map, tell) {
  let mark = null;
  const found = ({ coords }) => {
    const place = L.latLng(coords.latitude, coords.longitude);
    tell("");
    mark?.remove();
    mark = L.layerGroup([
      L.circle(place, { pane: "marks", radius: coords.accuracy, weight: 1, color: "#0b5a86", interactive: false }),
      L.circleMarker(place, { pane: "marks", radius: 6, color: "#ffffff", weight: 2, fillColor: "#0b5a86", fillOpacity: 1, interactive: false }),
    ]).addTo(map);
    map.setView(place, Math.max(map.getZoom(), 9));
  };
  const failed = () => tell(say("The device did not give its position."));
  return () => navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 15_000 });
}
