"""The coordinate systems of OGC API Features Part 2, with the order of their axes as their authority wants it."""

from dataclasses import dataclass

from geo_service.catalogue.query import Box, parse_bbox
from geo_service.errors import N_, InvalidInput
from geo_service.geometry import CRS84_URI, LONLAT, RD, RD_URI

WEB_MERCATOR = 3857
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class System:
    """``stored`` is the EPSG code of the column that serves it; ``latitude_first`` turns the axes of what enters and leaves."""

    uri: str
    stored: int
    decimals: int
    latitude_first: bool = False

    @property
    def name(self) -> str:
        """The short name: ``EPSG:28992``, ``CRS84``."""
        return "CRS84" if self.uri == CRS84_URI else f"EPSG:{self.uri.removeprefix(EPSG)}"

    @property
    def header(self) -> dict[str, str]:
        """The header ``Content-Crs`` of an answer in this system."""
        return {"Content-Crs": f"<{self.uri}>"}


CRS84 = System(CRS84_URI, 4326, 8)
SYSTEMS = (
    CRS84,
    System(RD_URI, RD, 3),
    System(f"{EPSG}{LONLAT}", 4326, 8, latitude_first=True),
    System(f"{EPSG}4326", 4326, 8, latitude_first=True),
    System(f"{EPSG}{WEB_MERCATOR}", WEB_MERCATOR, 3),
)
"""ETRS89 (4258) is taken as equal to WGS 84, so both are served from the same column."""
URIS = tuple(system.uri for system in SYSTEMS)
UNKNOWN = N_("This coordinate system is not offered. Use one of: {systems}.")
FOUR = N_("A bbox is four numbers in the order of the axes, lowest corner first; these layers have no heights.")


def _spellings(system: System) -> tuple[str, ...]:
    authority, code = ("OGC:1.3", "CRS84") if system is CRS84 else ("EPSG:", system.name.removeprefix("EPSG:"))
    return system.uri, system.uri.replace("http:", "https:"), f"urn:ogc:def:crs:{authority}:{code}", system.name, f"[{system.name}]"


NAMED = {spelling: system for system in SYSTEMS for spelling in _spellings(system)}


def system_named(text: str) -> System:
    """The system of a URI, URN or short name; ``InvalidInput`` for all others."""
    if (known := NAMED.get(text)) is None:
        raise InvalidInput(UNKNOWN, systems=", ".join(URIS))
    return known


def read_box(text: str, system: System) -> Box:
    """A bbox as (west, south, east, north). In degrees west may be above east: that box goes over the antimeridian."""
    numbers = text.split(",")
    if len(numbers) != 4:
        raise InvalidInput(FOUR)
    if system.latitude_first:
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    if system.stored == CRS84.stored and _falls(numbers[0], numbers[2]):
        east, south, west, north = _box([numbers[2], numbers[1], numbers[0], numbers[3]])
        return west, south, east, north
    return _box(numbers)


def _falls(west: str, east: str) -> bool:
    try:
        return 180 >= float(west) > float(east) >= -180
    except ValueError:
        return False


def _box(numbers: list[str]) -> Box:
    box = parse_bbox(",".join(numbers))
    assert box is not None  # only an absent text has no box
    return box
