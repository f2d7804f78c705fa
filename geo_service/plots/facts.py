"""Everything that the rules look at: the shape and what the registers know of its ground. No database, no language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import shapely
from shapely import MultiPoint, MultiPolygon

from geo_service.geometry import multipolygon
from geo_service.plots.schemas import Basis

Effect = Literal["forbidden", "needs_consent", "warn"]
NOTHING = MultiPolygon()
OVERLAY_GRID_M = 1e-7
"""Overlays are noded on this grid: on unrounded coordinates an overlay of what an earlier one left can go silently wrong."""
STREET, WATER, BUILDING, PRIVATE, OTHER = "street", "water", "building", "private", "other"


@dataclass(frozen=True)
class Taken:
    """Ground of another plot: held (granted) or asked for."""

    plot: str
    geom: MultiPolygon


@dataclass(frozen=True)
class PublicZone:
    """A restriction that everybody may know: name, shape and m²."""

    effect: Effect
    name: str
    geom: MultiPolygon
    source: str | None = None


@dataclass(frozen=True)
class NamedZone:
    """A restriction of which only the name is told. Its shape stays in the database, and it is judged per cell of 250 m:
    ``whole`` when a cell that the plot touches lies wholly inside the zone."""

    effect: Effect
    name: str
    whole: bool = False


@dataclass(frozen=True)
class Facts:
    """The facts about ``shape`` (RD, metres). Geometries may reach beyond the shape; rules look at what lies inside.

    ``outside`` (the municipality), ``trees`` and ``addresses`` are None when no such register is loaded: unknown is not the same as none.
    ``ground`` holds what is no green, by kind. ``households`` belong to ``addresses`` one by one. ``asked_on`` is the day in Amsterdam on
    which somebody asks; without it only what holds on every day is judged.
    """

    shape: MultiPolygon
    outside: MultiPolygon | None = None
    managed: MultiPolygon = NOTHING
    unmanaged: MultiPolygon = NOTHING
    managed_basis: Basis = "unknown"
    ground: tuple[tuple[str, MultiPolygon], ...] = ()
    granted: tuple[Taken, ...] = ()
    claims: tuple[Taken, ...] = ()
    zones: tuple[PublicZone, ...] = ()
    named_zones: tuple[NamedZone, ...] = ()
    hidden_zone: bool = False
    trees: MultiPoint | None = None
    addresses: MultiPoint | None = None
    households: tuple[int, ...] = ()
    asked_on: date | None = None


def inside(shape: MultiPolygon, geom: Any) -> MultiPolygon:
    """The part of ``geom`` within the shape, as polygons."""
    if geom.is_empty:
        return NOTHING
    return multipolygon(shapely.intersection(shape, geom, grid_size=OVERLAY_GRID_M))


def without(shape: MultiPolygon, geom: Any) -> MultiPolygon:
    """The shape without ``geom``, as polygons."""
    if geom.is_empty:
        return shape
    return multipolygon(shapely.difference(shape, geom, grid_size=OVERLAY_GRID_M))


def union(geoms: Iterable[Any]) -> MultiPolygon:
    """One multipolygon of many."""
    several = list(geoms)
    return multipolygon(shapely.union_all(several, grid_size=OVERLAY_GRID_M)) if several else NOTHING


def overlaps(one: Any, other: Any) -> bool:
    """Whether interiors meet, exactly as the database judges it; touching borders do not count."""
    return bool(shapely.intersects(one, other)) and bool(shapely.relate_pattern(one, other, "T********"))
