// The one thing that is selected, with its whole border; where the page has words for it (lines), these stand below it.
import { callout } from "./callout.js";
import { geometryOf } from "./features.js";

export function highlighting({ map, over }) {
  const call = callout(map);
  let wanted = 0;
  return async (kind, id, words) => {
    const turn = ++wanted;
    const geometry = kind ? await geometryOf(kind, id).catch(() => null) : null; // gone in the meantime: nothing to show
    if (turn !== wanted) return;
    over.select(geometry ? [geometry] : []);
    call(geometry, words);
  };
}
