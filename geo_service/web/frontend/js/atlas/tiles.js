// A layer of our own vector tiles, and what of its features is gathered from them: one place per thing, though a tile holds pieces.
import MVT from "ol/format/MVT.js";
import VectorTileLayer from "ol/layer/VectorTile.js";
import VectorTileSource from "ol/source/VectorTile.js";
import { createXYZ } from "ol/tilegrid.js";

const CLOSEST = 21;
export const TILE = 512;

export function tiled(address, layer, { style, ...options }) {
  const source = new VectorTileSource({
    format: new MVT(),
    url: address.replace("{layer}", layer),
    tileGrid: createXYZ({ tileSize: TILE, maxZoom: CLOSEST }),
    maxZoom: CLOSEST,
  });
  return new VectorTileLayer({ source, style, renderBuffer: 40, updateWhileInteracting: false, ...options });
}

// The largest piece of every thing with a name, per zoom of the tiles: `taken(z)` gives them, `when()` is called after new ones came.
export function gather(layer, keyOf, when) {
  const zooms = new Map();
  let due = 0;
  layer.getSource().on("tileloadend", ({ tile }) => {
    const z = tile.tileCoord[0];
    const things = zooms.get(z) ?? new Map();
    zooms.set(z, things);
    for (const feature of tile.getFeatures()) {
      const key = keyOf(feature, tile.tileCoord);
      if (key === undefined || key === null) continue;
      const [x0, y0, x1, y1] = feature.getExtent();
      const size = (x1 - x0) * (y1 - y0);
      if (size > (things.get(key)?.size ?? -1)) things.set(key, { feature, size });
    }
    cancelAnimationFrame(due);
    due = requestAnimationFrame(when);
  });
  return (z) => zooms.get(z) ?? new Map();
}

export const tileZoom = (viewZoom) => Math.max(0, Math.floor(viewZoom + 1e-6) - Math.log2(TILE / 256));
