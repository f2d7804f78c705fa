"""Vector tiles from the stored geometry, and a small memory for those that were made."""

import gzip
import re
from collections import OrderedDict
from threading import Lock

from geo_service.catalogue.definition import LayerDefinition, Tiles
from geo_service.catalogue.matrices import MERCATOR, MatrixSet
from geo_service.db.lookups import Lookup
from geo_service.errors import N_, NotFound
from geo_service.geometry import RD

EXTENT, BUFFER = 4096, 64
SMALL_PIXELS = 4
DETAIL = 4  # where small things are left out, corners within a quarter of a pixel are as well
COARSE = re.compile(r"\bgeo\.(green_object|ground|free_green)\b")
"""Tables and views with a coarse twin, for zooms 8 to 13 (``db/sql/coarse.sql``, ``availability.sql``)."""
PNG = b"\x89PNG"
MEMORY = 64 * 1024 * 1024
Key = tuple[str, str, int, int, int]


def tile(layer: LayerDefinition, matrices: MatrixSet, z: int, x: int, y: int) -> Lookup | None:
    """What makes one tile as MVT (one row, of bytes), empty when nothing is there; nothing to ask at zooms without tiles. The same data
    gives the same bytes."""
    tiles = tiles_of(layer)
    matrices.require(z, x, y)
    zoom = matrices.zoom(z)
    if not matrices.matrix(tiles.minzoom) <= z <= matrices.matrix(tiles.maxzoom):
        return None
    low = zoom < tiles.all_from
    pixel = matrices.pixel(z)
    values = {"z": z, "x": x, "y": y, "layer": layer.id, "margin": BUFFER / EXTENT, "extent": EXTENT, "buffer": BUFFER}
    if low and not tiles.coarse:
        values |= {"smallest": SMALL_PIXELS * (pixel * matrices.ground) ** 2, "detail": pixel / DETAIL}
    return Lookup(_statement(layer, tiles, matrices, low), values, {"geo.tile_zoom": str(zoom)} if low and tiles.coarse else {})


def tiles_of(layer: LayerDefinition) -> Tiles:
    """How the layer is cut into tiles; ``NotFound`` when it is not."""
    if layer.tiles is None:
        raise NotFound(N_("There are no tiles of {layer}."), layer=layer.id)
    return layer.tiles


def _statement(layer: LayerDefinition, tiles: Tiles, matrices: MatrixSet, low: bool) -> str:
    """Names come from a checked definition, values are bound; no condition on the made geometry: it would be made twice."""
    columns = "".join(f'v."{name}", ' for name in tiles.columns)
    coarse = low and tiles.coarse
    source = f"({_coarse_select(layer)})" if coarse else f'layers."{layer.id}"'
    stored = "geometrie_3857" if coarse or matrices.srid == MERCATOR else "geometrie"
    shape = f"v.{stored}"
    if coarse and matrices.srid != MERCATOR:
        shape = f"geo.mercator_to_rd({shape})"
    if low and not tiles.coarse:
        shape = f"st_simplify({shape}, %(detail)s)"
    large = f'and v."{tiles.area}" >= %(smallest)s' if low and not tiles.coarse else ""
    found = f"v.{stored} && {_reach(matrices, stored)}"
    if layer.enclosed:  # in a coarse twin that is the coarse shape of the whole object
        found = f"v.omhullende && {_reach(matrices, stored)}" if coarse else f"{found} and v.omhullende && {_around_rd(matrices)}"
    return f"""
        select st_asmvt(t, %(layer)s, %(extent)s, 'geom') from (
          select {columns}st_asmvtgeom({shape}, {_envelope(matrices)}, %(extent)s, %(buffer)s, true) as geom from {source} v
          where {found} {large}
          order by v."{layer.key}"
        ) t
    """  # noqa: S608


def _envelope(matrices: MatrixSet, margin: str = "") -> str:
    xmin, ymin, xmax, ymax = matrices.bounds
    return f"st_tileenvelope(%(z)s, %(x)s, %(y)s, st_makeenvelope({xmin}, {ymin}, {xmax}, {ymax}, {matrices.srid}){margin})"


def _reach(matrices: MatrixSet, stored: str) -> str:
    """The tile with its margin, in the system of the column that is searched: the literal is changed, never the column."""
    box = _envelope(matrices, ", %(margin)s")
    if stored == "geometrie_3857" and matrices.srid != MERCATOR:
        return f"geo.to_mercator(st_segmentize({box}, {matrices.size} / (1 << %(z)s) / 8))"
    return box


def _around_rd(matrices: MatrixSet) -> str:
    """The same in RD, a little larger."""
    box = _envelope(matrices, ", %(margin)s")
    return f"st_expand({box if matrices.srid == RD else f'geo.mercator_to_rd(st_segmentize({box}, 5000))'}, 10)"


def _coarse_select(layer: LayerDefinition) -> str:
    """The layer's own SELECT on the coarse twins of its tables; its percent signs are no places for values."""
    return COARSE.sub(r"geo.coarse_\1", layer.select).replace("%", "%%")


class TileMemory:
    """The tiles used last, by layer, version and place; a tile of an old version is never asked for again and falls out."""

    def __init__(self, limit: int = MEMORY) -> None:
        self._limit, self._size, self._lock = limit, 0, Lock()
        self._tiles: OrderedDict[Key, bytes] = OrderedDict()

    def get(self, key: Key) -> bytes | None:
        """The compressed tile, if it is known."""
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
            return self._tiles.get(key)

    def put(self, key: Key, content: bytes) -> bytes:
        """Compress a tile, remember it, and give it back compressed; nothing stays nothing, and a picture is compressed already."""
        packed = gzip.compress(content, 5, mtime=0) if content and not content.startswith(PNG) else content
        with self._lock:
            self._size += len(packed) - len(self._tiles.pop(key, b""))
            self._tiles[key] = packed
            while self._size > self._limit:
                self._size -= len(self._tiles.popitem(last=False)[1])
        return packed
