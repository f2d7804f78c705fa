// Seen from afar: wijken with how many plots residents look after in each. A plot would be a dot that nobody can tap.
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import { zoomOf } from "./ground.js";
import { PLOTS_FROM } from "./plots.js";
import { gather, tiled, tileZoom } from "./tiles.js";

const FONT = '"Figtree Variable", Figtree, system-ui, sans-serif';
const NAMES_FROM = 11.5;
const BORDER = new Style({ fill: new Fill({ color: "rgba(255,255,255,.01)" }), stroke: new Stroke({ color: "#7a827b", width: 1.25, lineDash: [5, 4] }) });
const circles = new Map();

export function districts({ tiles }) {
  const borders = tiled(tiles, "dekking_wijken", { maxZoom: PLOTS_FROM, zIndex: 14, style: BORDER });
  borders.set("kind", "wijk");
  const source = new VectorSource();
  const shown = new Map();
  const taken = gather(borders, (feature) => feature.get("code"), () => {
    for (let z = 5; z < PLOTS_FROM; z += 1) {
      for (const [code, { feature, size }] of taken(z)) {
        const name = `${z}/${code}`;
        if (shown.get(name)?.get("size") >= size) continue;
        if (shown.has(name)) source.removeFeature(shown.get(name));
        const [x, y] = feature.getFlatInteriorPoints();
        const mark = new Feature({ ...feature.getProperties(), geometry: new Point([x, y]), z, size });
        shown.set(name, mark);
        source.addFeature(mark);
      }
    }
  });
  const counts = new VectorLayer({ source, declutter: true, maxZoom: PLOTS_FROM, zIndex: 41, style: (feature, resolution) => {
    const zoom = zoomOf(resolution);
    return feature.get("z") === tileZoom(zoom) ? counted(feature, zoom) : null;
  } });
  counts.set("kind", "wijk");
  return [borders, counts];
}

function counted(feature, zoom) {
  const count = Number(feature.get("plekken") ?? 0);
  const radius = count === 0 ? 12 : 13 + Math.min(11, Math.sqrt(count) * 2);
  const styles = [new Style({ image: circle(radius, count > 0), zIndex: count, text: new Text({ text: String(count), font: `700 14px ${FONT}`, fill: new Fill({ color: count ? "#fff" : "#475149" }) }) })];
  if (zoom >= NAMES_FROM) {
    styles.push(new Style({ text: new Text({ text: feature.get("naam"), font: `650 12.5px ${FONT}`, offsetY: radius + 11, fill: new Fill({ color: "#18211c" }), stroke: new Stroke({ color: "rgba(255,255,255,.95)", width: 4 }) }) }));
  }
  return styles;
}

function circle(radius, some) {
  const key = `${radius}-${some}`;
  if (!circles.has(key)) {
    const [fill, stroke] = some ? ["#6b2763", "#ffffff"] : ["#ffffff", "#7a827b"];
    circles.set(key, new CircleStyle({ radius, fill: new Fill({ color: fill }), stroke: new Stroke({ color: stroke, width: 2 }), declutterMode: "declutter" }));
  }
  return circles.get(key);
}
