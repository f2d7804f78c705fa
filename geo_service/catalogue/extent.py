"""Where and when a layer has features."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.query import CRS84, Box, view_of
from geo_service.registers.models import District

STEP_M = 2000.0
"""Sides of a box in RD are cut at this length (m) before they are turned into degrees, where they are bent."""
Moment = date | datetime | None


@dataclass(frozen=True)
class Extent:
    """``box``: longitude and latitude; None when there is nothing. ``first``, ``last``: None is open, or unknown."""

    box: Box | None
    first: Moment = None
    last: Moment = None


def extent(session: Session, layer: LayerDefinition) -> Extent:
    """The extent on the session's day (``look_at``)."""
    view = view_of(layer)
    around = select(_around(view.c, layer).label("box")).subquery().c.box
    corners = session.execute(select(func.st_xmin(around), func.st_ymin(around), func.st_xmax(around), func.st_ymax(around))).one()
    box = None if corners[0] is None else (corners[0], corners[1], corners[2], corners[3])
    if layer.period is None:
        return Extent(box)
    start, end = view.c[layer.period[0]], view.c[layer.period[-1]]
    first, last, still = session.execute(select(func.min(start), func.max(end), func.count().filter(end.is_(None)))).one()
    return Extent(box, first, None if still else last)


def municipality_box(session: Session) -> Box | None:
    """The box in RD around the newest border of the municipality; None when none was imported."""
    newest = select(District.geom).where(District.level == "gemeente").order_by(District.year.desc()).limit(1).subquery()
    box = func.st_envelope(newest.c.geom)
    found = session.execute(select(func.st_xmin(box), func.st_ymin(box), func.st_xmax(box), func.st_ymax(box))).one_or_none()
    return (found[0], found[1], found[2], found[3]) if found else None


def _around(columns: Any, layer: LayerDefinition) -> ColumnElement[Any]:
    """Exactly, where longitude and latitude are stored; else around the box in RD, whose sides are bent in degrees."""
    if CRS84 in layer.served:
        return func.st_extent(columns[f"{GEOMETRIE}_{CRS84}"])
    return func.geo.to_lonlat(func.st_segmentize(func.st_setsrid(func.st_extent(columns[GEOMETRIE]), 28992), STEP_M))
