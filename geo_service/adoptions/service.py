"""What one does with adoptions: ask for ground, and take the adoption from one state to the next. See also ``parts``."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo_service.adoptions import queries, states
from geo_service.adoptions.agreements import queries as agreements
from geo_service.adoptions.agreements.models import SIDES
from geo_service.adoptions.decision import asked_day, decide
from geo_service.adoptions.models import Adoption
from geo_service.adoptions.refusals import guarded, refuse
from geo_service.adoptions.rights import acting_as, seen_in_full
from geo_service.adoptions.schemas import AdoptionRequest, AdoptionView, LogEntry, Requested
from geo_service.days import day_of
from geo_service.db.base import as_geometry, as_shape
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, InvalidInput, NotAllowed, NotFound, WrongState, fault
from geo_service.history.queries import changes
from geo_service.history.schemas import Change
from geo_service.initiatives import service as initiatives
from geo_service.initiatives.queries import members_of
from geo_service.municipality import Municipality
from geo_service.people.queries import staff_roles_of
from geo_service.people.schemas import Actor
from geo_service.plots import queries as plot_queries
from geo_service.plots import service as plots
from geo_service.plots.geojson import Asked, Crs
from geo_service.plots.intake import round_of
from geo_service.plots.models import Plot
from geo_service.plots.schemas import Decision
from geo_service.words import Language

HAPPENED = {
    ("adoption", "insert"): "created",
    ("adoption", "update"): "changed",
    ("pause", "insert"): "paused",
    ("pause", "update"): "pause_changed",
    ("pause", "delete"): "pause_removed",
}
"""What an event tells when it is no change of state (that is told by the new state)."""
GRANTING = ("agreement_draft", "awaiting_signatures", "active", "improvement", "notice_given")


ROUND_OPEN = N_("Requests of {round} compete until {closes}. Decide after that day.")


def request_adoption(
    session: Session,
    actor: Actor,
    request: AdoptionRequest,
    municipality: Municipality,
    language: Language,
    now: datetime,
    crs: Crs = "CRS84",
) -> Requested:
    """Ask for ground. It is locked first, so of two who ask at once the second sees the first.

    Raises RuleForbids, GroundTaken or GroundAskedFor, with the rules (``fault`` in ``crs``).
    """
    act_for(session, actor.person_id)
    today = day_of(now)
    starts_on = asked_day(request.starts_on, today, municipality)
    initiative_id = initiatives.own(session, actor, request.initiative_id) if request.initiative_id else None
    asked, plot = _ground(session, request)
    queries.lock_ground(session, asked, starts_on)
    decision = decide(session, asked, municipality, now, starts_on=starts_on)
    refuse(decision, language, crs)
    adoption = Adoption(
        initiative_id=initiative_id or initiatives.begin(session, actor, request.initiative_name or "", request.story, today),
        plot_id=_plot(session, plot, request, decision).id,
        plan=request.plan,
        care=request.care,
        measures=list(request.measures),
        state="draft" if request.draft else "submitted",
        reserved_until=now + timedelta(hours=municipality.intake.reservation_hours) if request.draft else None,
        period=Range(starts_on, None),
        geom=as_geometry(decision.shape),
        created_at=now,
    )
    session.add(adoption)
    session.flush()
    return Requested(seen_in_full(session, actor, adoption.id, today), decision)


def change_state(
    session: Session,
    actor: Actor,
    adoption_id: UUID,
    target: str,
    reason: str | None,
    municipality: Municipality,
    language: Language,
    now: datetime,
) -> AdoptionView:
    """Take an adoption to another state; granting it may raise GroundTaken. WrongState tells which steps this person can take."""
    today = day_of(now)
    seen_in_full(session, actor, adoption_id, today)
    adoption = queries.for_update(session, adoption_id)
    _check_step(adoption.state, target, acting_as(session, actor, adoption_id, adoption.initiative_id), reason)
    if (adoption.state, target) == ("awaiting_signatures", "active"):
        _check_signed(session, adoption_id)
    act_for(session, actor.person_id, reason)
    if target in GRANTING and adoption.state in states.CLAIMING:
        _check_round(adoption, municipality, today)
    if target == "submitted":
        _ask_again(session, adoption, municipality, language, now)
    move(session, adoption, target, today)
    return seen_in_full(session, actor, adoption_id, today)


def next_steps(session: Session, actor: Actor, view: AdoptionView) -> tuple[str, ...]:
    """The states to which this person can take an adoption."""
    return states.targets(view.state, acting_as(session, actor, view.id, view.initiative_id))


def log(session: Session, actor: Actor, adoption_id: UUID, today: date) -> list[LogEntry]:
    """What happened to an adoption and its pauses, oldest first; persons are told as roles."""
    view = seen_in_full(session, actor, adoption_id, today)
    found = changes(session, ("adoption", "pause"), str(adoption_id))
    members = members_of(session, view.initiative_id)
    staff = staff_roles_of(session, {change.actor_id for change in found if change.actor_id})
    return [_entry(change, members, staff) for change in found]


def _entry(change: Change, members: set[UUID], staff: dict[UUID, str]) -> LogEntry:
    by = "service" if change.actor_id is None else "resident"
    if change.actor_id and change.actor_id not in members:
        by = staff.get(change.actor_id, by)
    return LogEntry(change.at, HAPPENED.get((change.subject, change.kind), change.kind), change.state, by, change.note)


def _ground(session: Session, request: AdoptionRequest) -> tuple[Asked, Plot | None]:
    if request.plot_code is None:
        assert request.asked is not None, "a request names ground or a plot"
        return request.asked, None
    found = plot_queries.by_code(session, request.plot_code)
    if found is None:
        raise NotFound(N_("There is no plot {code}."), code=request.plot_code)
    plot, version = found
    return as_shape(version.geom), plot


def _plot(session: Session, plot: Plot | None, request: AdoptionRequest, decision: Decision) -> Plot:
    if plot is None:
        return plots.make_plot(session, request.name or "", decision.shape, decision.green_object_ids)
    if decision.cut:
        plots.reshape(session, plot.id, decision.shape)
    return plot


def _check_step(source: str, target: str, roles: set[str], reason: str | None) -> None:
    step = states.find(source, target)
    if step is None:
        raise WrongState(details={"state": source, "allowed": list(states.targets(source, roles))})
    if not roles.intersection(step.by):
        raise NotAllowed()
    if step.reason and not (reason or "").strip():
        raise InvalidInput(details={"errors": [fault("reason", N_("Tell why: the reason is kept with the change."))]})


def _check_round(adoption: Adoption, municipality: Municipality, today: date) -> None:
    competes = round_of(municipality.intake, day_of(adoption.created_at))
    if competes and today <= competes.closes:
        raise Conflict(ROUND_OPEN, round=competes.name, closes=competes.closes)


def _check_signed(session: Session, adoption_id: UUID) -> None:
    """An agreement that was made here is signed here, by both sides. Without one it was made on paper: staff know."""
    version = agreements.newest(session, adoption_id)
    if version is not None and not version.signed:
        missing = [side for side in SIDES if version.signed_by(side) is None]
        raise WrongState(N_("The agreement is not signed by both sides yet."), details={"state": "awaiting_signatures", "missing": missing})


def _ask_again(session: Session, adoption: Adoption, municipality: Municipality, language: Language, now: datetime) -> None:
    """A draft is sent in: its reservation may have lapsed, and others may have come."""
    shape, starts_on = as_shape(adoption.geom), max(adoption.period.lower or date.min, day_of(now))
    queries.lock_ground(session, shape, starts_on)
    # who reserved in time may confirm after the intake closed
    asked_at = adoption.created_at if adoption.reserved_until and adoption.reserved_until > now else now
    decision = decide(session, shape, municipality, now, starts_on=starts_on, ignoring=(adoption.id,), asked_at=asked_at)
    refuse(decision, language)
    if decision.cut:
        adoption.geom = as_geometry(decision.shape)
        plots.reshape(session, adoption.plot_id, decision.shape)


def move(session: Session, adoption: Adoption, target: str, today: date) -> None:
    """Give an adoption another state, after all checks; granting it may still raise GroundTaken.

    Figures that were told stay true: keeping begins today at the earliest, and ends today.
    """
    first, end = adoption.period.lower or today, adoption.period.upper
    if target in GRANTING and adoption.state not in states.KEPT:
        adoption.period = Range(max(first, today), end)
    elif target == "ended":
        adoption.period = closed(adoption.period, today)
    with guarded():
        adoption.state, adoption.reserved_until = target, None
        session.flush()


def closed(period: Range[date], today: date) -> Range[date]:
    """The period up to today; empty when it had not begun."""
    begun = period.lower is None or period.lower < today
    return Range(period.lower, min(period.upper or today, today)) if begun else Range(empty=True)
