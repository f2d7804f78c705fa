"""What one does with a part of an adoption, or for a while: hand it back, pause it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from shapely import MultiPolygon
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo_service.adoptions import queries
from geo_service.adoptions.decision import gather
from geo_service.adoptions.models import Adoption, Pause
from geo_service.adoptions.refusals import guarded
from geo_service.adoptions.rights import check, seen_in_full
from geo_service.adoptions.schemas import AdoptionView, PauseView
from geo_service.adoptions.service import closed
from geo_service.adoptions.states import DECIDERS, KEPT, OVERSEERS, PLANNERS, RESIDENT
from geo_service.days import day_of
from geo_service.db.base import as_geometry, as_shape
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, InvalidInput, NotFound, fault
from geo_service.geometry import multipolygon, snap
from geo_service.municipality import Municipality
from geo_service.people.schemas import Actor
from geo_service.plots import service as plots
from geo_service.plots.facts import inside, without
from geo_service.plots.slivers import cut_slivers

COPIED = ("initiative_id", "plot_id", "plan", "state", "care", "measures", "scope")
NOT_KEPT = N_("Nobody looks after this plot now.")


def hand_back(
    session: Session, actor: Actor, adoption_id: UUID, part: MultiPolygon, reason: str, municipality: Municipality, now: datetime
) -> AdoptionView:
    """Give back a part for good: this adoption ends today, and a smaller one goes on today with the same plot code and state.

    Returns the smaller one. Conflict when the part misses the plot, or when too little remains to be a plot.
    """
    today = day_of(now)
    adoption = _kept(session, actor, adoption_id, (RESIDENT, *DECIDERS), today)
    shape = as_shape(adoption.geom)
    rest = _rest(session, adoption, without(shape, part), municipality, now)
    _check_rest(shape, rest, municipality)
    act_for(session, actor.person_id, reason)
    before = adoption.period
    smaller = Adoption(**{name: getattr(adoption, name) for name in COPIED}, follows_id=adoption.id, geom=as_geometry(rest), created_at=now)
    smaller.period = Range(max(before.lower or today, today), before.upper)
    adoption.period, adoption.state = closed(before, today), "ended"
    with guarded():
        session.flush()
        session.add(smaller)
        plots.reshape(session, adoption.plot_id, rest)
    _take_pauses_along(session, queries.pauses_of(session, adoption.id), smaller, rest, today)
    return seen_in_full(session, actor, smaller.id, today)


def pause(
    session: Session,
    actor: Actor,
    adoption_id: UUID,
    starts_on: date,
    ends_on: date | None,
    part: MultiPolygon | None,
    reason: str | None,
    now: datetime,
) -> PauseView:
    """For some days (``ends_on`` is the first day after them; None: until further notice) staff look after all of it, or a part."""
    today = day_of(now)
    adoption = _kept(session, actor, adoption_id, (RESIDENT, *OVERSEERS), today)
    _check_days(starts_on, ends_on, today)
    paused = None if part is None else inside(as_shape(adoption.geom), part)
    if paused is not None and paused.is_empty:
        raise Conflict(N_("This part does not lie on the plot."))
    act_for(session, actor.person_id)
    made = Pause(adoption_id=adoption.id, period=Range(starts_on, ends_on), reason=reason, geom=as_geometry(paused) if paused else None)
    session.add(made)
    session.flush()
    return queries.describe_pause(made)


def end_pause(session: Session, actor: Actor, adoption_id: UUID, pause_id: UUID, ends_on: date, now: datetime) -> PauseView | None:
    """Let a pause end on another day, today at the earliest; None when it never began."""
    today = day_of(now)
    _kept(session, actor, adoption_id, (RESIDENT, *PLANNERS), today)
    found = next((one for one in queries.pauses_of(session, adoption_id) if one.id == pause_id), None)
    if found is None:
        raise NotFound()
    if found.period.upper is not None and found.period.upper <= today:
        raise Conflict(N_("This pause is over."))
    if ends_on < today:
        raise InvalidInput(details={"errors": [fault("endsOn", N_("This day is over. Choose today or later."))]})
    act_for(session, actor.person_id)
    if found.period.lower is not None and found.period.lower >= ends_on:
        session.delete(found)
        session.flush()
        return None
    found.period = Range(found.period.lower, ends_on)
    session.flush()
    return queries.describe_pause(found)


def pauses(session: Session, actor: Actor, adoption_id: UUID, today: date) -> list[PauseView]:
    """The pauses of an adoption, for members and staff only."""
    seen_in_full(session, actor, adoption_id, today)
    return [queries.describe_pause(one) for one in queries.pauses_of(session, adoption_id)]


def _kept(session: Session, actor: Actor, adoption_id: UUID, allowed: Sequence[str], today: date) -> Adoption:
    view = seen_in_full(session, actor, adoption_id, today)
    check(session, actor, view, allowed)
    adoption = queries.for_update(session, adoption_id)
    if adoption.state not in KEPT:
        raise Conflict(NOT_KEPT)
    return adoption


def _rest(session: Session, adoption: Adoption, rest: MultiPolygon, municipality: Municipality, now: datetime) -> MultiPolygon:
    """What remains, kept clear of neighbours: a new corner on a shared border would else lie a hair over it."""
    rest = multipolygon(snap(rest))
    if rest.is_empty:
        return rest
    queries.lock_ground(session, rest, day_of(now))
    facts = gather(session, rest, municipality, now, day_of(now), adoption.period.upper, (adoption.id,))
    return cut_slivers(rest, facts.granted, municipality.rules.neighbour_tolerance.value)


def _check_rest(shape: MultiPolygon, rest: MultiPolygon, municipality: Municipality) -> None:
    if rest.area >= shape.area:
        raise Conflict(N_("This part does not lie on the plot."))
    least = municipality.rules.minimum_area.value
    if rest.area < least:
        text = N_("Only {m2} m² would remain; the smallest plot is {least} m². End the adoption instead.")
        raise Conflict(text, m2=rest.area, least=least)


def _check_days(starts_on: date, ends_on: date | None, today: date) -> None:
    faults = []
    if starts_on < today:
        faults.append(fault("startsOn", N_("This day is over. Choose today or later.")))
    if ends_on is not None and ends_on <= starts_on:
        faults.append(fault("endsOn", N_("A pause ends after it began.")))
    if faults:
        raise InvalidInput(details={"errors": faults})


def _take_pauses_along(session: Session, found: Sequence[Pause], smaller: Adoption, rest: MultiPolygon, today: date) -> None:
    """What is paused stays paused on the ground that remains; a pause that is over stays with the adoption that ended."""
    for one in found:
        if one.period.upper is not None and one.period.upper <= today:
            continue
        paused = None if one.geom is None else inside(rest, as_shape(one.geom))
        if paused is None or not paused.is_empty:
            period = Range(max(one.period.lower or today, today), one.period.upper)
            shape = as_geometry(paused) if paused is not None else None
            session.add(Pause(adoption_id=smaller.id, period=period, reason=one.reason, geom=shape))
        if one.period.lower is not None and one.period.lower >= today:
            session.delete(one)
        else:
            one.period = Range(one.period.lower, today)
    session.flush()
