"""Vector tiles (WebMercatorQuad) from the stored 3857 geometry, and a small memory for those that were made."""

import gzip
from collections import OrderedDict
from threading import Lock

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition, Tiles
from geo_service.errors import N_, InvalidInput, NotFound

EXTENT, BUFFER = 4096, 64
DEEPEST = 24
EQUATOR_M = 40075016.685578488
GROUND_PER_MAP = 0.61  # a metre on the ground is 1 / 0.61 metres of web mercator at 52.3 degrees north
SMALL_PIXELS = 4
DETAIL = 4  # where small things are left out, corners within a quarter of a pixel are as well
MEMORY = 64 * 1024 * 1024


def tile(session: Session, layer: LayerDefinition, z: int, x: int, y: int) -> bytes:
    """One tile as MVT, empty when nothing is there; as of the day that the session looks at. The same data gives the same bytes."""
    tiles = tiles_of(layer)
    if not (0 <= z <= DEEPEST and 0 <= x < 2**z and 0 <= y < 2**z):
        raise InvalidInput(N_("There is no tile {z}/{y}/{x}."), z=str(z), y=str(y), x=str(x))
    if not tiles.minzoom <= z <= tiles.maxzoom:
        return b""
    values = {"z": z, "x": x, "y": y, "layer": layer.id, "margin": BUFFER / EXTENT, "extent": EXTENT, "buffer": BUFFER}
    if tiles.area and z < tiles.all_from:
        pixel = EQUATOR_M / 256 / 2**z
        values |= {"smallest": SMALL_PIXELS * (pixel * GROUND_PER_MAP) ** 2, "detail": pixel / DETAIL}
    made = session.execute(text(_statement(layer, tiles, "smallest" in values)), values).scalar_one()
    return bytes(made)


def tiles_of(layer: LayerDefinition) -> Tiles:
    """How the layer is cut into tiles; ``NotFound`` when it is not."""
    if layer.tiles is None:
        raise NotFound(N_("There are no tiles of {layer}."), layer=layer.id)
    return layer.tiles


def _statement(layer: LayerDefinition, tiles: Tiles, only_large: bool) -> str:
    """Names come from a checked definition, values are bound; no condition on the made geometry: it would be made twice."""
    columns = "".join(f'v."{name}", ' for name in tiles.columns)
    large = f'and v."{tiles.area}" >= :smallest' if only_large else ""
    in_rd = "st_expand(geo.mercator_to_rd(st_segmentize(st_tileenvelope(:z, :x, :y, margin => :margin), 5000)), 10)"
    near = f"and v.omhullende && {in_rd}" if layer.enclosed else ""
    shape = "st_simplify(v.geometrie_3857, :detail)" if only_large else "v.geometrie_3857"
    return f"""
        select st_asmvt(t, :layer, :extent, 'geom') from (
          select {columns}
            st_asmvtgeom({shape}, st_tileenvelope(:z, :x, :y), :extent, :buffer, true) as geom from layers."{layer.id}" v
          where v.geometrie_3857 && st_tileenvelope(:z, :x, :y, margin => :margin) {near} {large}
          order by v."{layer.key}"
        ) t
    """  # noqa: S608


class TileMemory:
    """The tiles used last, by layer, version and place; a tile of an old version is never asked for again and falls out."""

    def __init__(self, limit: int = MEMORY) -> None:
        self._limit, self._size, self._lock = limit, 0, Lock()
        self._tiles: OrderedDict[tuple[str, int, int, int], bytes] = OrderedDict()

    def get(self, key: tuple[str, int, int, int]) -> bytes | None:
        """The compressed tile, if it is known."""
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
            return self._tiles.get(key)

    def put(self, key: tuple[str, int, int, int], content: bytes) -> bytes:
        """Compress a tile, remember it, and give it back compressed; nothing stays nothing."""
        packed = gzip.compress(content, 5, mtime=0) if content else b""
        with self._lock:
            self._size += len(packed) - len(self._tiles.pop(key, b""))
            self._tiles[key] = packed
            while self._size > self._limit:
                self._size -= len(self._tiles.popitem(last=False)[1])
        return packed
