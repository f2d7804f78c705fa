// The states of plots, each with a line, a fill and an icon of its own; free green; green that nobody can adopt; ideas.
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import { zoomOf } from "./ground.js";
import { marker, pin } from "./icons.js";
import { pattern } from "./patterns.js";
import { gather, tiled, tileZoom } from "./tiles.js";

const FONT = '"Figtree Variable", Figtree, system-ui, sans-serif';
export const PLOTS_FROM = 14;
const FREE_FROM = 15;
const ICONS_FROM = 15.5;
const NAMES_FROM = 16.5;
const casing = new Style({ stroke: new Stroke({ color: "rgba(255,255,255,.9)", width: 5 }), zIndex: 1 });
const LOOKS = {
  gereserveerd: [casing, new Style({ fill: pattern("gereserveerd"), stroke: new Stroke({ color: "#744800", width: 2.5, lineDash: [7, 4] }), zIndex: 2 })],
  aangevraagd: [casing, new Style({ fill: pattern("aangevraagd"), stroke: new Stroke({ color: "#1d4791", width: 2.5, lineDash: [1, 5], lineCap: "round" }), zIndex: 3 })],
  geadopteerd: [casing, new Style({ fill: new Fill({ color: "rgba(220,182,214,.92)" }), stroke: new Stroke({ color: "#6b2763", width: 3 }), zIndex: 4 })],
};
const FREE = {
  near: new Style({ stroke: new Stroke({ color: "rgba(27,94,55,.42)", width: 1 }) }),
  far: new Style({ stroke: new Stroke({ color: "rgba(27,94,55,.22)", width: 0.7 }) }),
  choose: new Style({ fill: new Fill({ color: "rgba(255,255,255,.28)" }), stroke: new Stroke({ color: "#1b5e37", width: 1.75 }) }),
};
const CLOSED = new Style({ fill: pattern("dicht") });
const UNSEEN = new Style({ fill: new Fill({ color: "rgba(255,255,255,.01)" }) });

export function plots({ tiles }, icons) {
  const layer = tiled(tiles, "zelfbeheerplekken", { minZoom: PLOTS_FROM, zIndex: 12, style: (feature) => LOOKS[feature.get("status")] });
  layer.set("kind", "plek");
  const marks = markersOf(layer, "plekcode", (feature, resolution, room) => {
    const zoom = zoomOf(resolution);
    if (zoom < ICONS_FROM) return null;
    const image = marker(feature.get("status"), icons[feature.get("status")], zoom < NAMES_FROM ? 9 : 12);
    return new Style({ image, text: zoom >= NAMES_FROM && room > 70 ? named(feature) : undefined, zIndex: 3 });
  }, { minZoom: PLOTS_FROM, zIndex: 40 });
  return [layer, marks];
}

// Free green, and by their absence in it the green objects that nobody can adopt: known once every tile is there.
export function free({ tiles, largest }, icons, element, chosen) {
  const known = new Set();
  const style = (_feature, resolution) => FREE[zoomOf(resolution) < NAMES_FROM ? "far" : element.dataset.mode === "choose" ? "choose" : "near"];
  const layer = tiled(tiles, "beschikbaar_groen", { minZoom: FREE_FROM, zIndex: 11, style });
  layer.getSource().on("tileloadend", ({ tile }) => tile.getFeatures().forEach((feature) => known.add(feature.get("lokaal_id"))));
  let complete = false;
  const all = tiled(tiles, "groenobjecten", {
    minZoom: FREE_FROM,
    zIndex: 10,
    style: (feature) => (complete && !known.has(feature.get("lokaal_id")) ? CLOSED : UNSEEN),
  });
  all.set("kind", "groen");
  const settle = () => {
    complete = true;
    all.changed();
  };
  const restyle = () => layer.changed();
  const marks = markersOf(layer, "lokaal_id", (feature, resolution, room) => {
    if (room < 44 || feature.get("oppervlakte_m2") > largest || chosen.has(feature.get("lokaal_id"))) return null;
    return new Style({ image: marker("vrij", icons.vrij, 9, "declutter"), zIndex: 1 });
  }, { minZoom: NAMES_FROM, zIndex: 35 });
  return { layers: [all, layer, marks], settle, restyle };
}

export function ideas({ tiles }, icons) {
  const layer = tiled(tiles, "ideeen", { minZoom: PLOTS_FROM, zIndex: 45, style: () => new Style({ image: pin(icons.idee) }) });
  layer.set("kind", "idee");
  return [layer];
}

// One marker per thing, at the middle of its largest piece; `room` is how many pixels wide that is.
function markersOf(layer, key, styleOf, options) {
  const source = new VectorSource();
  const shown = new Map();
  const taken = gather(layer, (feature) => feature.get(key), () => {
    for (let z = 12; z < 22; z += 1) {
      for (const [id, { feature, size }] of taken(z)) {
        const name = `${z}/${id}`;
        if (shown.get(name)?.get("size") >= size) continue;
        if (shown.has(name)) source.removeFeature(shown.get(name));
        const [x, y] = feature.getFlatInteriorPoints();
        const [x0, y0, x1, y1] = feature.getExtent();
        const mark = new Feature({ ...feature.getProperties(), geometry: new Point([x, y]), z, size, wide: Math.min(x1 - x0, y1 - y0) });
        shown.set(name, mark);
        source.addFeature(mark);
      }
    }
  });
  const look = (feature, resolution) =>
    feature.get("z") === tileZoom(zoomOf(resolution)) ? styleOf(feature, resolution, feature.get("wide") / resolution) : null;
  const marks = new VectorLayer({ source, style: look, declutter: true, updateWhileInteracting: false, ...options });
  marks.set("kind", layer.get("kind"));
  return marks;
}

function named(feature) {
  const name = [feature.get("plekcode"), `700 13px ${FONT}`, "\n", "", feature.get("naam") ?? "", `550 12px ${FONT}`];
  return new Text({ text: name, offsetY: 30,
    fill: new Fill({ color: "#18211c" }), stroke: new Stroke({ color: "rgba(255,255,255,.95)", width: 4 }) });
}
