// What lies below: our own background by kind of ground, in the colours of its layer; or PDOK's tiles where the municipality chose these.
import TileLayer from "ol/layer/Tile.js";
import VectorLayer from "ol/layer/Vector.js";
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import VectorSource from "ol/source/Vector.js";
import XYZ from "ol/source/XYZ.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import { longestLine } from "./names.js";
import { gather, tiled, tileZoom } from "./tiles.js";

const FONT = '"Figtree Variable", Figtree, system-ui, sans-serif';
const ORDER = ["akker", "ruw gras", "gras", "bodembedekkers", "planten", "riet", "heesters", "bos", "volkstuin", "speelplek", "overig", "water", "erf",
  "voetpad", "parkeren", "fietspad", "busbaan", "straat", "hoofdweg", "spoor", "gebouw"];
const NAMED = { straat: "street", hoofdweg: "street", voetpad: "street", fietspad: "cycle", busbaan: "bus", water: "water" };
const LABELS = {
  street: { colour: "#5d574b", font: `550 13px ${FONT}`, from: 16 },
  cycle: { colour: "#8c4630", font: `550 13px ${FONT}`, from: 16 },
  bus: { colour: "#6d656d", font: `500 12px ${FONT}`, from: 16 },
  water: { colour: "#2b6680", font: `italic 550 14px ${FONT}`, from: 14 },
};
const LINES_FROM = 15;
const DETAILS_FROM = 16.5;
const SMALL = ["parkeren"];
const OVERHANG = 1.5; // how far a name may reach beyond its straight line: streets bend

export function ground({ tiles, ground: looks, background }) {
  if (background) return [new TileLayer({ source: new XYZ({ url: background.url, maxZoom: background.maxZoom, attributions: background.attribution }) })];
  const layer = tiled(tiles, "achtergrond", { style: styleOf(looks), zIndex: 0 });
  return [layer, names(layer)];
}

function styleOf(looks) {
  const made = new Map();
  return (feature, resolution) => {
    const kind = feature.get("soort");
    const zoom = zoomOf(resolution);
    if (zoom < DETAILS_FROM && SMALL.includes(kind)) return made.get("straat-far") ?? keep(made, "straat-far", look(looks.straat, "straat", false));
    const near = zoom >= LINES_FROM;
    const key = `${kind}-${near}`;
    return made.get(key) ?? keep(made, key, look(looks[kind] ?? looks.overig, kind, near));
  };
}

// A hair of the same colour closes the cracks between areas that adjoin.
function look({ fill, line, width }, kind, near) {
  const stroke = near && line ? new Stroke({ color: line, width }) : new Stroke({ color: fill, width: 0.7 });
  return new Style({ fill: new Fill({ color: fill }), stroke, zIndex: ORDER.indexOf(kind) });
}

// Names of streets and waters: once where there is room for them, along the longest straight line within.
function names(layer) {
  const source = new VectorSource();
  const placed = new Set();
  const taken = gather(layer, (feature, [z, x, y]) => {
    const [kind, name] = [NAMED[feature.get("soort")], feature.get("naam")];
    return kind && name && LABELS[kind].from <= z + 2 ? `${z}/${x}/${y}/${name}` : null;
  }, () => {
    for (let z = 12; z < 22; z += 1) {
      for (const [key, { feature }] of taken(z)) {
        if (placed.has(key)) continue;
        placed.add(key);
        const line = longestLine(feature);
        if (!line) continue;
        const label = new Feature({ geometry: new Point(line.middle), ...line, z, kind: NAMED[feature.get("soort")], name: feature.get("naam") });
        source.addFeature(label);
      }
    }
  });
  const style = (feature, resolution) => {
    const { z, kind, name, length, angle } = feature.getProperties();
    const room = length / resolution;
    if (z !== tileZoom(zoomOf(resolution)) || room * OVERHANG < name.length * 7.2) return null;
    return new Style({ text: new Text({ text: name, font: LABELS[kind].font, rotation: angle, rotateWithView: true, overflow: true,
      fill: new Fill({ color: LABELS[kind].colour }), stroke: new Stroke({ color: "rgba(255,255,255,.9)", width: 3.5 }) }) });
  };
  return new VectorLayer({ source, style, declutter: true, zIndex: 30, updateWhileInteracting: false });
}

export const zoomOf = (resolution) => Math.log2(156543.03392804097 / resolution);

function keep(map, key, value) {
  map.set(key, value);
  return value;
}
