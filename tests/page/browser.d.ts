// What the page finds beside its own modules: Leaflet, which brings no types, and one newer part of browsers.

declare const L: any;
declare namespace L {
  type Map = any;
  type LatLng = any;
  type Layer = any;
}
declare const DecompressionStream: any;
