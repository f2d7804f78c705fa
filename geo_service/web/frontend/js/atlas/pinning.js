// Mode pin: one place, by a tap or by Enter in the crosshair.
import Feature from "ol/Feature.js";
import Point from "ol/geom/Point.js";
import Style from "ol/style/Style.js";
import { written } from "./field.js";
import { pin } from "./icons.js";
import { readGeometry, writeGeometry } from "./place.js";

export function pinning({ map, element, over, options, tell, announce, words }) {
  const write = written(options);
  const look = new Style({ image: pin(JSON.parse(element.dataset.icons).idee) });
  const past = [];
  let place = null;

  const put = (coordinate) => {
    place = coordinate;
    over.drawing.clear();
    const geometry = place && new Point(place);
    if (geometry) {
      const feature = new Feature(geometry);
      feature.setStyle(look);
      over.drawing.addFeature(feature);
    }
    const told = geometry && writeGeometry(geometry);
    write(told ? JSON.stringify(told) : "");
    tell("drawn", { mode: "pin", geometry: told, ids: [] });
    tell("steps", { undo: past.length > 0, redo: false });
  };
  const act = (pixel) => {
    past.push(place);
    put(map.getCoordinateFromPixel(pixel));
    announce(words.pinned);
  };
  return {
    tap: act,
    act,
    hover: () => "crosshair",
    enter: () => {},
    leave: () => over.drawing.clear(),
    setShape: (geometry) => put(readGeometry(geometry).getCoordinates()),
    undo: () => past.length && put(past.pop()),
    redo: () => {},
    clear: () => { past.push(place); put(null); },
  };
}
