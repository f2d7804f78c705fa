"""What staff does with one zone: make it, change it, end it. Triggers keep the history; the caller commits."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from shapely import MultiPolygon
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo_service.db.base import as_geometry, as_shape
from geo_service.errors import N_, InvalidInput, NotAllowed, NotFound, Outdated, PreconditionNeeded, fault
from geo_service.people.schemas import STAFF, Actor
from geo_service.registers.rows import DISCLOSURE_WORDS, EFFECT_WORDS, ZONE, check_days
from geo_service.registers.schemas import REFUSALS
from geo_service.registers.values import Refused, day
from geo_service.registers.zones import queries
from geo_service.registers.zones.models import Zone
from geo_service.registers.zones.schemas import Draft, Seen

EDITORS = STAFF
LONGEST = 1000
READERS: dict[str, Callable[[Any], Any]] = {**ZONE, "starts": day, "ends": day}
KNOWN = {"effect": ", ".join(EFFECT_WORDS), "disclosure": ", ".join(DISCLOSURE_WORDS)}
ELSEWHERE = N_("You may edit zones in your own districts only, and this one lies (in part) elsewhere.")


def version_of(zone: Zone) -> str:
    """What an editor saw: changes with every change, and is never given to another zone."""
    return f"{zone.id}-{zone.version}"


def may_edit(actor: Actor | None) -> bool:
    """Whether somebody may edit zones at all, somewhere."""
    return actor is not None and actor.districts_as(EDITORS) != ()


def create_zone(session: Session, actor: Actor, draft: Draft) -> Zone:
    """A new zone with a number of its own. InvalidInput with every fault; NotAllowed outside the editor's districts."""
    values, shape = _judged(draft, {}, None)
    _require_right(session, actor, shape)
    zone = Zone(register_id=str(uuid4()), geom=as_geometry(shape), **values)
    session.add(zone)
    session.flush()
    session.refresh(zone)
    return zone


def change_zone(session: Session, actor: Actor, zone_id: str, draft: Draft, seen: Seen, today: date) -> Zone:
    """Replace a zone, or what the draft tells of it. NotFound, PreconditionNeeded, Outdated (others changed it), InvalidInput."""
    zone = _held(session, actor, zone_id, seen, today)
    values, shape = _judged(draft, {} if draft.whole else _told(zone), None if draft.whole else as_shape(zone.geom))
    _require_right(session, actor, shape)
    for name, value in values.items():
        setattr(zone, name, value)
    if draft.shape is not None:
        zone.geom = as_geometry(shape)
    session.flush()
    session.refresh(zone)
    return zone


def end_zone(session: Session, actor: Actor, zone_id: str, seen: Seen, today: date) -> None:
    """From today on the zone is not in force; for earlier days it stays. One that never was in force leaves, but for its history."""
    zone = _held(session, actor, zone_id, seen, today)
    session.execute(text("select geo.end_zone(:id, :today)"), {"id": zone.id, "today": today})


def _held(session: Session, actor: Actor, zone_id: str, seen: Seen, today: date) -> Zone:
    """The zone, locked, when the actor may edit it and knows it as it is."""
    zone = queries.zone_for_update(session, zone_id, today)
    if zone is None:
        raise NotFound(N_("There is no zone {id} that is in force or still to begin."), id=zone_id[:100])
    _require_right(session, actor, as_shape(zone.geom))
    if {"*", version_of(zone)} & set(seen.refused):
        raise Outdated
    if seen.versions is None:
        raise PreconditionNeeded
    if version_of(zone) not in seen.versions and not (seen.own and _only_mine_since(session, actor, zone, seen.versions[0])):
        raise Outdated
    return zone


def _only_mine_since(session: Session, actor: Actor, zone: Zone, version: str) -> bool:
    same, _, number = version.partition("-")
    if same != str(zone.id) or not (number.isdecimal() and len(number) < 10) or not 0 < int(number) < zone.version:
        return False
    return queries.changes_since(session, zone, int(number), actor.person_id) == zone.version - int(number)


def _require_right(session: Session, actor: Actor, shape: MultiPolygon) -> None:
    districts = actor.districts_as(EDITORS)
    if districts == ():
        raise NotAllowed
    if districts is not None and not queries.lies_in(session, shape, districts):
        raise NotAllowed(ELSEWHERE)


def _told(zone: Zone) -> dict[str, Any]:
    """The values of a zone by the names of a draft (``starts`` and ``ends`` for its days)."""
    return {**{name: getattr(zone, name) for name in ZONE}, "starts": zone.valid.lower, "ends": zone.valid.upper}


def _judged(draft: Draft, before: Mapping[str, Any], shape: MultiPolygon | None) -> tuple[dict[str, Any], MultiPolygon]:
    """The columns and the shape, when nothing is wrong with them: each column is read as an import reads it."""
    told, faults, values = {**before, **draft.values}, list(draft.faults), {}
    for column, read in READERS.items():
        try:
            values[column] = _short(read(told.get(column)))
        except Refused as refusal:
            faults.append(_fault(draft, column, str(refusal)))
    starts, ends = values.pop("starts", None), values.pop("ends", None)
    try:
        check_days(starts, ends)
    except Refused as refusal:
        faults.append(_fault(draft, "ends", str(refusal)))
    drawn = draft.shape or shape
    if faults or drawn is None:
        raise InvalidInput(details={"errors": faults})
    return {**values, "valid": Range(starts, ends, bounds="[)")}, drawn


def _short(value: Any) -> Any:
    if isinstance(value, str) and (len(value) > LONGEST or "\x00" in value):
        raise Refused("too_long")
    return value


def _fault(draft: Draft, column: str, reason: str) -> dict[str, Any]:
    where = draft.names.get(column, column)
    if reason == "bad_value":
        return fault(where, N_("Choose one of: {values}."), values=KNOWN[column])
    if reason == "too_long":
        return fault(where, N_("A text of at most {most} characters, without NUL."), most=LONGEST)
    return fault(where, REFUSALS[reason])
