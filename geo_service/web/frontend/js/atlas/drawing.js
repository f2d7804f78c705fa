// Mode draw: corners by tap, click, or Enter in the crosshair; corners of a closed area are dragged. Everything snaps to green and plots.
// A tap on the first corner, a double click or Space closes the area; a next tap after that begins a second area beside it.
import Collection from "ol/Collection.js";
import Feature from "ol/Feature.js";
import LineString from "ol/geom/LineString.js";
import MultiPolygon from "ol/geom/MultiPolygon.js";
import Point from "ol/geom/Point.js";
import Polygon from "ol/geom/Polygon.js";
import Modify from "ol/interaction/Modify.js";
import CircleStyle from "ol/style/Circle.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import { written } from "./field.js";
import { readGeometry, writeGeometry } from "./place.js";
import { steps } from "./ring.js";
import { snapping } from "./snapping.js";

const GRIP = new Style({ image: new CircleStyle({ radius: 9, fill: new Fill({ color: "rgba(255,207,51,.85)" }), stroke: new Stroke({ color: "#0b4f57", width: 3 }) }) });
const FINGER = 14;
const CORNERS = 3;

export function drawing({ map, over, options, tell, announce, words }) {
  const write = written(options);
  const feature = new Feature();
  const features = new Collection([feature]);
  const history = steps((now) => {
    const geometry = shown(now);
    if (geometry) feature.setGeometry(geometry);
    if (geometry && !over.drawing.hasFeature(feature)) over.drawing.addFeature(feature);
    if (!geometry) over.drawing.clear();
    const told = asked(now);
    write(told ? JSON.stringify(told) : "");
    tell("drawn", { mode: "draw", geometry: told, ids: [], points: now.open.length });
    tell("steps", history.can());
  });
  const modify = new Modify({ features, pixelTolerance: FINGER, deleteCondition: () => false, insertVertexCondition: () => history.now.open.length === 0, style: GRIP });
  const snap = snapping(map, options);
  let before = null;
  modify.on("modifystart", () => { before = feature.getGeometry().clone(); });
  modify.on("modifyend", () => {
    if (!same(before, feature.getGeometry())) history.step(taken(feature.getGeometry(), history.now));
  });

  const act = (pixel) => {
    const { parts, open } = history.now;
    if (open.length >= CORNERS && near(map, pixel, open[0])) return close();
    if (corners(history.now).some((corner) => near(map, pixel, corner))) return null; // a corner that was dragged or touched
    const place = snap.place(pixel);
    history.step({ parts, open: [...open, place] });
    return announce(`${words.corner} ${open.length + 1}`);
  };
  const close = () => {
    const { parts, open } = history.now;
    if (open.length < CORNERS) return announce(words.moreCorners);
    history.step({ parts: [...parts, [open]], open: [] });
    return announce(words.closed);
  };
  const doubled = (event) => {
    if (history.now.open.length >= CORNERS) close();
    event.originalEvent.preventDefault();
    return false; // and no zooming in
  };
  return {
    tap: act,
    act,
    finish: close,
    hover: () => "crosshair",
    enter() {
      map.addInteraction(modify);
      snap.on();
      map.on("dblclick", doubled);
      history.again();
    },
    leave() {
      map.removeInteraction(modify);
      snap.off();
      map.un("dblclick", doubled);
      over.drawing.clear();
    },
    undo: () => history.undo() && announce(words.undone),
    redo: history.redo,
    clear: () => corners(history.now).length && history.step({ parts: [], open: [] }),
    setShape: (geometry) => history.step(taken(readGeometry(geometry), { open: [] })),
  };
}

const closed = (ring) => [...ring, ring[0]];
const opened = (ring) => ring.slice(0, -1).map((corner) => corner.slice(0, 2));
const corners = ({ parts, open }) => [...parts.flat(2), ...open];

// What is drawn on the map: an area as soon as there are three corners.
function shown({ parts, open }) {
  const areas = open.length >= CORNERS ? [...parts, [open]] : parts;
  if (areas.length) return areas.length === 1 ? new Polygon(areas[0].map(closed)) : new MultiPolygon(areas.map((rings) => rings.map(closed)));
  if (open.length === 2) return new LineString(open);
  return open.length ? new Point(open[0]) : null;
}

function asked(now) {
  const geometry = shown(now);
  return geometry && "getArea" in geometry ? writeGeometry(geometry) : null;
}

// The corners of a geometry as parts; an area that is still open stays so.
function taken(geometry, { open }) {
  const type = geometry.getType();
  if (type === "Point") return { parts: [], open: [geometry.getCoordinates()] };
  if (type === "LineString") return { parts: [], open: geometry.getCoordinates() };
  const parts = (type === "Polygon" ? [geometry.getCoordinates()] : geometry.getCoordinates()).map((rings) => rings.map(opened));
  return open.length ? { parts: parts.slice(0, -1), open: parts.at(-1)[0] } : { parts, open: [] };
}

const near = (map, pixel, corner) => {
  const [x, y] = map.getPixelFromCoordinate(corner);
  return Math.hypot(x - pixel[0], y - pixel[1]) < FINGER;
};
const same = (one, other) => JSON.stringify(one.getCoordinates()) === JSON.stringify(other.getCoordinates());
