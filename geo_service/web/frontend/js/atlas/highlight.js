// The one thing that is selected, with its whole border.
import { geometryOf } from "./features.js";

export function highlighting({ over }) {
  let wanted = 0;
  return async (kind, id) => {
    const turn = ++wanted;
    if (!kind) return over.select([]);
    const geometry = await geometryOf(kind, id).catch(() => null); // gone in the meantime: nothing to show
    if (turn === wanted) over.select(geometry ? [geometry] : []);
    return undefined;
  };
}
