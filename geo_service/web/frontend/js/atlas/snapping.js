// Corners and borders of green and plots draw the pen: neighbours share a border exactly, and no sliver is left between.
import Snap from "ol/interaction/Snap.js";
import VectorSource from "ol/source/Vector.js";
import { featuresIn } from "./features.js";
import { boundsInDegrees } from "./place.js";

const FROM = 16.5;
const PIXELS = 12;
const PAUSE_MS = 150;

export function snapping(map) {
  const source = new VectorSource();
  const snap = new Snap({ source, pixelTolerance: PIXELS });
  let due = 0;
  let turn = 0;
  const load = () => {
    clearTimeout(due);
    due = setTimeout(async () => {
      if (map.getView().getZoom() < FROM) return;
      const now = ++turn;
      const bounds = boundsInDegrees(map.getView().calculateExtent());
      const found = await Promise.all([featuresIn("groen", bounds), featuresIn("plek", bounds)]).catch(() => []); // without it one draws freely
      if (now !== turn || !found.length) return;
      source.clear();
      found.flat().forEach((feature) => { feature.setId(undefined); });
      source.addFeatures(found.flat());
    }, PAUSE_MS);
  };
  return {
    on() {
      map.addInteraction(snap);
      map.on("moveend", load);
      load();
    },
    off() {
      map.removeInteraction(snap);
      map.un("moveend", load);
    },
    place(pixel) {
      const coordinate = map.getCoordinateFromPixel(pixel);
      return snap.snapTo(pixel, coordinate, map)?.vertex.slice(0, 2) ?? coordinate;
    },
  };
}
