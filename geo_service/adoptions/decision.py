"""The decision on a plot: one statement gathers the facts, pure rules judge them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import shapely
from shapely import MultiPoint, MultiPolygon
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo_service.days import day_of
from geo_service.errors import N_, InvalidInput, fault
from geo_service.geometry import multipolygon
from geo_service.municipality import Municipality
from geo_service.plots.facts import BUILDING, OTHER, PRIVATE, STREET, WATER, Facts, NamedZone, PublicZone, Taken, union
from geo_service.plots.geojson import Asked, check_extent
from geo_service.plots.rules import judge, passes
from geo_service.plots.schemas import Decision
from geo_service.plots.slivers import cut_slivers
from geo_service.plots.suggestion import suggest

FACTS = text(
    "select fact, label, detail, amount, st_asbinary(geom) as wkb"
    " from geo.plot_facts(st_geomfromwkb(:shape, 28992), :from_day, :to_day, :now, :municipality, :near, :ignoring)"
)
OBJECTS = text(
    "select register_id, st_asbinary(geom) as wkb from geo.green_object where register_id = any(:ids) and applies @> cast(:day as date)"
)
WHAT = {
    "road": STREET, "railway": STREET, "street": STREET, "water": WATER, "building": BUILDING,
    "housing": PRIVATE, "business": PRIVATE, "farm": PRIVATE,
}  # fmt: skip


def asked_day(starts_on: date | None, today: date, municipality: Municipality) -> date:
    """The day from which somebody asks for ground: today when none is told; not in the past, and not too far ahead."""
    last = today + timedelta(days=municipality.intake.days_ahead)
    if starts_on is not None and starts_on < today:
        raise InvalidInput(details={"errors": [fault("startsOn", N_("This day is over. Choose today or later."))]})
    if starts_on is not None and starts_on > last:
        raise InvalidInput(details={"errors": [fault("startsOn", N_("This is too far ahead. Choose {last} or earlier."), last=last)]})
    return starts_on or today


def decide(
    session: Session,
    asked: Asked,
    municipality: Municipality,
    now: datetime,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    ignoring: Sequence[UUID] = (),
    asked_at: datetime | None = None,
) -> Decision:
    """Whether ``asked`` may be adopted from ``starts_on`` (default: today in Amsterdam) until ``ends_on`` (default: no end).

    A drawn shape is cut first where it lies just over a neighbour's border; whole green objects never are. ``ignoring`` are
    adoptions that do not stand in the way: the one that is judged again, or that this one follows. ``asked_at`` is the moment that counts
    for the intake, when that was before ``now``. Unknown register ids are InvalidInput, all of them named.
    """
    day = starts_on or day_of(now)
    ids = asked if isinstance(asked, tuple) else ()
    drawn = green_objects(session, ids, day) if ids else asked
    facts = replace(gather(session, drawn, municipality, now, day, ends_on, ignoring), asked_on=day_of(asked_at or now))
    if not ids:
        tolerance = municipality.rules.neighbour_tolerance.value
        facts = replace(facts, shape=cut_slivers(drawn, _in_the_way(facts, municipality), tolerance))
    outcomes = judge(facts, municipality)
    suggestion = None if passes(outcomes) else suggest(facts, municipality)
    return Decision(facts.shape, facts.shape is not drawn, outcomes, suggestion, facts.managed_basis, ids)


def _in_the_way(facts: Facts, municipality: Municipality) -> tuple[Taken, ...]:
    return facts.granted + (facts.claims if municipality.intake.mode == "first_come" else ())


def green_objects(session: Session, ids: tuple[str, ...], day: date) -> MultiPolygon:
    """The ground of whole green objects in the version that applies on ``day``."""
    found = {row.register_id: shapely.from_wkb(row.wkb) for row in session.execute(OBJECTS, {"ids": list(ids), "day": day})}
    text = N_("There is no green object with this id on {day}.")
    if unknown := [fault(f"greenObjectIds[{number}]", text, day=day) for number, name in enumerate(ids) if name not in found]:
        raise InvalidInput(details={"errors": unknown})
    shape = union(found.values())
    check_extent(shape)
    return shape


def gather(
    session: Session,
    shape: MultiPolygon,
    municipality: Municipality,
    now: datetime,
    from_day: date,
    to_day: date | None = None,
    ignoring: Sequence[UUID] = (),
) -> Facts:
    """The facts about a shape, in one statement. Its cost depends on the shape, not on the size of the registers."""
    values = {
        "shape": shapely.to_wkb(shape),
        "from_day": from_day,
        "to_day": to_day,
        "now": now,
        "municipality": municipality.code,
        "near": max(municipality.rules.reachable_distance.value, municipality.support.radius_m.value),
        "ignoring": list(ignoring),
    }
    rows: dict[str, list[Row[Any]]] = {}
    for row in session.execute(FACTS, values):
        rows.setdefault(row.fact, []).append(row)
    return _facts(shape, rows)


def _facts(shape: MultiPolygon, rows: dict[str, list[Row[Any]]]) -> Facts:
    def grounds(fact: str) -> list[MultiPolygon]:
        return [multipolygon(shapely.from_wkb(row.wkb)) for row in rows.get(fact, [])]

    def points(fact: str) -> Any:
        return next((shapely.from_wkb(row.wkb) if row.wkb else MultiPoint() for row in rows.get(fact, [])), None)

    def taken(fact: str) -> tuple[Taken, ...]:
        return tuple(Taken(row.label, geom) for row, geom in zip(rows.get(fact, []), grounds(fact), strict=True))

    addresses = rows.get("addresses", [])
    return Facts(
        shape=shape,
        outside=next(iter(grounds("outside")), None),
        managed=union(grounds("managed")),
        unmanaged=union(grounds("unmanaged")),
        managed_basis=rows["basis"][0].label,
        ground=tuple((_kind(row), geom) for row, geom in zip(rows.get("ground", []), grounds("ground"), strict=True)),
        granted=taken("granted"),
        claims=taken("claim"),
        zones=tuple(_zone(row, geom) for row, geom in zip(rows.get("zone", []), grounds("zone"), strict=True)),
        named_zones=tuple(NamedZone(row.detail, row.label, bool(row.amount)) for row in rows.get("named", [])),
        hidden_zone="hidden" in rows,
        trees=points("trees"),
        addresses=points("addresses"),
        households=tuple(int(count) for row in addresses for count in (row.label or "").split(",") if count),
    )


def _kind(row: Row[Any]) -> str:
    return BUILDING if row.detail == "pand" else WHAT.get(row.label, OTHER)


def _zone(row: Row[Any], geom: MultiPolygon) -> PublicZone:
    effect, _, source = row.detail.partition(":")
    return PublicZone(effect, row.label, geom, source or None)
