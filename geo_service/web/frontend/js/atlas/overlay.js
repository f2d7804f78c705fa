// What is drawn above everything: what is selected or chosen, the drawing, and the decision on it.
import Feature from "ol/Feature.js";
import MultiPoint from "ol/geom/MultiPoint.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import Fill from "ol/style/Fill.js";
import RegularShape from "ol/style/RegularShape.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import Text from "ol/style/Text.js";
import { pattern } from "./patterns.js";
import { readGeometry } from "./place.js";

const FONT = '"Figtree Variable", Figtree, system-ui, sans-serif';
const SELECTED = [
  new Style({ fill: new Fill({ color: "rgba(255,255,255,.25)" }), stroke: new Stroke({ color: "#ffffff", width: 9 }), zIndex: 1 }),
  new Style({ stroke: new Stroke({ color: "#18211c", width: 4 }), zIndex: 2 }),
];
const HANDLE = new RegularShape({ points: 4, radius: 9.5, angle: Math.PI / 4, fill: new Fill({ color: "#fff" }), stroke: new Stroke({ color: "#0b4f57", width: 3 }) });
const DRAWN = [
  new Style({ stroke: new Stroke({ color: "#fff", width: 6 }), zIndex: 1 }),
  new Style({ fill: new Fill({ color: "rgba(11,79,87,.10)" }), stroke: new Stroke({ color: "#0b4f57", width: 2.5 }), zIndex: 2 }),
];
const HANDLES = new Style({ image: HANDLE, zIndex: 3, geometry: (feature) => corners(feature.getGeometry()) });
const LOOKS = {
  fault: [new Style({ fill: pattern("fault"), stroke: new Stroke({ color: "#a3201a", width: 2 }) })],
  consent: [new Style({ fill: pattern("consent"), stroke: new Stroke({ color: "#744800", width: 1.5, lineDash: [4, 3] }) })],
  suggestion: [
    new Style({ fill: new Fill({ color: "rgba(255,255,255,.6)" }), stroke: new Stroke({ color: "#fff", width: 7 }), zIndex: 1 }),
    new Style({ stroke: new Stroke({ color: "#1b5e37", width: 4, lineDash: [12, 6] }), zIndex: 2 }),
  ],
};
const PAPER = { fault: "#a3201a", consent: "#744800", suggestion: "#1b5e37" };

export function overlay(map) {
  const add = (zIndex, options) => {
    const layer = new VectorLayer({ source: new VectorSource(), zIndex, updateWhileInteracting: true, updateWhileAnimating: true, ...options });
    map.addLayer(layer);
    return layer.getSource();
  };
  const selected = add(20, { style: SELECTED });
  const drawing = add(21, { style: DRAWN });
  const suggestion = add(23, { style: LOOKS.suggestion });
  const faults = add(24, { style: (feature) => LOOKS[feature.get("look")] });
  map.addLayer(new VectorLayer({ source: drawing, zIndex: 25, style: HANDLES, updateWhileInteracting: true }));
  const labels = add(60, { style: labelled, declutter: false });

  return {
    drawing,
    select(geometries) {
      selected.clear();
      selected.addFeatures(geometries.map((geometry) => new Feature(geometry)));
    },
    // {faults: [{geometry, label, kind}], suggestion, label}; all geometries GeoJSON in degrees
    decide(decision) {
      [suggestion, faults, labels].forEach((source) => source.clear());
      if (!decision) return;
      for (const { geometry, label, kind } of decision.faults ?? []) show(faults, geometry, kind, label);
      if (decision.suggestion) show(suggestion, decision.suggestion, "suggestion", decision.label);
    },
  };

  function show(source, geometry, look, label) {
    const shape = readGeometry(geometry);
    source.addFeature(new Feature({ geometry: shape, look }));
    if (label) labels.addFeature(new Feature({ geometry: shape, look, label }));
  }
}

function labelled(feature) {
  const text = new Text({ text: feature.get("label"), font: `700 15px ${FONT}`, fill: new Fill({ color: "#fff" }), overflow: true,
    backgroundFill: new Fill({ color: PAPER[feature.get("look")] }), backgroundStroke: new Stroke({ color: "#fff", width: 2 }), padding: [5, 9, 4, 9] });
  return new Style({ geometry: middle(feature.getGeometry()), text });
}

// The middle of the largest part.
function middle(geometry) {
  const parts = geometry.getPolygons ? geometry.getPolygons() : [geometry];
  return parts.reduce((best, part) => (part.getArea() > best.getArea() ? part : best)).getInteriorPoint();
}

function corners(geometry) {
  const rings = geometry.getType() === "MultiPolygon" ? geometry.getCoordinates().flat() : geometry.getType() === "Polygon" ? geometry.getCoordinates() : [geometry.getCoordinates()].map((found) => (Array.isArray(found[0]) ? found : [found]));
  return new MultiPoint(rings.flat());
}
