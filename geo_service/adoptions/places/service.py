"""What one does here: look around for a place to keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo_service.adoptions.places import queries
from geo_service.adoptions.places.schemas import Lying, Nearby, Place, Wanted, Years
from geo_service.days import day_of
from geo_service.errors import N_, NotFound
from geo_service.municipality import Municipality
from geo_service.registers.kinds import GREEN_TYPES

RADII = (400, 1500, 6000)
"""How far to look, metres: further only where little is found."""
ENOUGH = 5
MOST = 200


def nearby(session: Session, x: float, y: float, wanted: Wanted, municipality: Municipality, now: datetime, limit: int = 20) -> Nearby:
    """The places nearest to a point in RD that fit what is wanted: at most ``limit``, and how many there are."""
    for radius in RADII:
        rows = queries.nearby(session, x, y, day_of(now), radius=radius, limit=min(limit, MOST), **_values(wanted, municipality))
        if rows and rows[0].total >= ENOUGH:
            break
    total, free = (rows[0].total, rows[0].free) if rows else (0, 0)
    return Nearby(tuple(_place(row) for row in rows), total, free, radius)


def _values(wanted: Wanted, municipality: Municipality) -> dict[str, Any]:
    rules = municipality.rules
    at_least, at_most = wanted.at_least or 0.0, wanted.at_most or 1e12
    return {
        "statuses": list(wanted.statuses),
        "any_status": not wanted.statuses,
        "free": not wanted.statuses or "vrij" in wanted.statuses,
        "types": [green_type for kind in wanted.kinds for green_type in GREEN_TYPES[kind]],
        "any_kind": not wanted.kinds,
        "at_least": at_least,
        "at_most": at_most,
        "smallest": max(rules.minimum_area.value, at_least),
        "largest": min(rules.maximum_area.value, at_most),
        "width": rules.minimum_width.value,
        "households": rules.reachable_households.value,
        "reach": rules.reachable_distance.value,
    }


def find_plot(session: Session, code: str, now: datetime) -> Place | None:
    """A plot by its code, where the public may know of it."""
    row = queries.plot(session, code, day_of(now))
    return _place(row) if row else None


def require_plot(session: Session, code: str, now: datetime) -> Place:
    """A plot by its code; NotFound where the public may not know of it."""
    place = find_plot(session, code, now)
    if place is None:
        raise NotFound(N_("There is no plot {code}."), code=code)
    return place


def require_green(session: Session, object_id: str, now: datetime) -> Place:
    """A green object by its id in the register; its status is told as if nobody asked for it. NotFound when it does not apply today."""
    row = queries.green(session, object_id, day_of(now))
    if row is None:
        raise NotFound(N_("There is no green object {id} today."), id=object_id)
    return _place(row)


def years_of(session: Session, code: str, now: datetime) -> list[Years]:
    """The years in which a plot was kept, the last ones first."""
    return [Years(row.since, row.until, row.keeper, row.keeper_slug) for row in queries.years_of(session, code, day_of(now))]


def lies_in(session: Session, place: Place) -> Lying:
    """The buurt and the wijk of a place."""
    names = queries.districts_at(session, place.lon, place.lat)
    return Lying(names.get("buurt"), names.get("wijk"))


def instead_of(session: Session, key: str, now: datetime) -> list[str] | None:
    """What came in the place of a plot or green object that is no more, as keys; None when it never was."""
    kind, _, name = key.partition("/")
    if kind == "plek":
        codes = queries.plots_instead(session, name, day_of(now))
        return [f"plek/{code}" for code in codes] if codes or queries.years_of(session, name, day_of(now)) else None
    found = queries.green_instead(session, name, day_of(now))
    return [f"groen/{object_id}" for object_id in found] if found or queries.green_known(session, name) else None


def _place(row: Row[Any]) -> Place:
    return Place(
        row.code, row.register_id, row.name, row.status, row.green_type, row.street, row.area_m2, row.distance, row.consent,
        row.reserved_until, row.keeper, row.keeper_slug, row.lon, row.lat,
    )  # fmt: skip
