"""The two tile matrix sets: WebMercatorQuad, and NetherlandsRDNewQuad in RD. A zoom in our documents is always WebMercatorQuad's."""

import math
from dataclasses import dataclass

from geo_service.catalogue.query import Box
from geo_service.errors import N_, InvalidInput, NotFound
from geo_service.geometry import RD

MERCATOR = 3857
TILE_PIXELS = 256
PIXEL_M = 0.00028
"""A pixel of a standard screen, by which scale denominators are told (OGC 17-083)."""
GROUND_PER_MAP = 0.61
"""A metre on the ground is 1 / 0.61 metres of web mercator at 52.3 degrees north."""
NO_SET = N_("There is no tile matrix set {name}; choose one of: {names}.")
NO_TILE = N_("There is no tile {z}/{y}/{x}.")


@dataclass(frozen=True)
class MatrixSet:
    """A quad tree of tiles of 256 pixels from the top left of ``bounds`` (metres in ``srid``).

    ``behind`` is how many zooms of WebMercatorQuad lie between its first matrix and the one with the nearest scale on Dutch ground.
    """

    id: str
    title: str
    srid: int
    bounds: Box
    deepest: int
    behind: int
    axes: tuple[str, str]

    @property
    def uri(self) -> str:
        """The definition of the set, as OGC registers it."""
        return f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{self.id}"

    @property
    def crs_uri(self) -> str:
        """The coordinate system."""
        return f"http://www.opengis.net/def/crs/EPSG/0/{self.srid}"

    @property
    def size(self) -> float:
        """The side of the whole, in metres of the map."""
        return self.bounds[2] - self.bounds[0]

    @property
    def ground(self) -> float:
        """Metres on Dutch ground in a metre of the map."""
        return GROUND_PER_MAP if self.srid == MERCATOR else 1.0

    def pixel(self, z: int) -> float:
        """The side of a pixel, in metres of the map."""
        return self.size / TILE_PIXELS / 2**z

    def zoom(self, z: int) -> int:
        """The zoom of WebMercatorQuad with the scale of matrix ``z``."""
        return z + self.behind

    def matrix(self, zoom: int) -> int:
        """The matrix with the scale of a zoom of WebMercatorQuad, as far as there is one."""
        return min(max(zoom - self.behind, 0), self.deepest)

    def require(self, z: int, x: int, y: int) -> None:
        """``InvalidInput`` for a tile that is not in the set."""
        if not (0 <= z <= self.deepest and 0 <= x < 2**z and 0 <= y < 2**z):
            raise InvalidInput(NO_TILE, z=str(z), y=str(y), x=str(x))

    def limits(self, box: Box, z: int) -> tuple[int, int, int, int]:
        """First and last row, first and last column of the tiles of matrix ``z`` that a box (in ``srid``) touches."""
        side, last = self.size / 2**z, 2**z - 1
        left, top = self.bounds[0], self.bounds[3]
        places = ((top - box[3]) / side, (top - box[1]) / side, (box[0] - left) / side, (box[2] - left) / side)
        first_row, last_row, first_column, last_column = (min(max(math.floor(place), 0), last) for place in places)
        return first_row, last_row, first_column, last_column


HALF_WORLD = 20037508.342789244
WEB_MERCATOR = MatrixSet(
    "WebMercatorQuad", "Google Maps Compatible for the World", MERCATOR,
    (-HALF_WORLD, -HALF_WORLD, HALF_WORLD, HALF_WORLD), 24, 0, ("X", "Y"),
)  # fmt: skip
NETHERLANDS_RD = MatrixSet(
    "NetherlandsRDNewQuad", "Netherlands RD New", RD, (-285401.92, 22598.08, 595401.92, 903401.92), 16, 5, ("X", "Y")
)
SETS = {matrices.id: matrices for matrices in (WEB_MERCATOR, NETHERLANDS_RD)}


def matrix_set(name: str) -> MatrixSet:
    """A tile matrix set by its id."""
    if name not in SETS:
        raise NotFound(NO_SET, name=name[:100], names=", ".join(SETS))
    return SETS[name]
