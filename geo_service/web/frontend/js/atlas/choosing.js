// Mode choose: tap green objects that are to become one plot.
import { choice } from "./choice.js";
import { geometryOf } from "./features.js";
import { written } from "./field.js";
import { found } from "./pick.js";

export function choosing({ map, over, options, tell, announce, words }) {
  const write = written(options);
  let turn = 0;
  const made = choice(async () => {
    const ids = [...made.chosen];
    const now = ++turn;
    write(ids.join(","));
    tell("drawn", { mode: "choose", ids, geometry: null });
    tell("steps", made.steps());
    const shapes = await Promise.all(ids.map((id) => geometryOf("groen", id).catch(() => null)));
    if (now === turn) over.select(shapes.filter(Boolean));
  });
  const act = (pixel) => {
    const hit = found(map, pixel, ["groen"]);
    if (!hit) return announce(words.noGreen);
    const taken = made.chosen.has(hit.id);
    made.toggle(hit.id);
    const area = Math.round(hit.properties.oppervlakte_m2);
    return announce(`${taken ? words.takenAway : words.added}: ${hit.properties.soort_groen}, ${area} m²`);
  };
  return {
    chosen: made.chosen,
    tap: act,
    act,
    hover: (pixel) => (found(map, pixel, ["groen"]) ? "pointer" : ""),
    enter: made.again,
    leave: () => over.select([]),
    set: made.set,
    undo: made.undo,
    redo: made.redo,
    clear: made.clear,
  };
}
