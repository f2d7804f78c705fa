"""What staff do at their desk: look at the queue and at one request, and take it a step further."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions import queries as adoptions
from geo_service.adoptions import service as steps
from geo_service.adoptions.agreements import light_track
from geo_service.adoptions.agreements import queries as agreements
from geo_service.adoptions.agreements import service as letters
from geo_service.adoptions.agreements.schemas import AgreementView
from geo_service.adoptions.decision import decide
from geo_service.adoptions.desk import queries
from geo_service.adoptions.desk.schemas import LastStep, Rival
from geo_service.adoptions.rights import acting_as
from geo_service.adoptions.schemas import AdoptionView, LogEntry
from geo_service.adoptions.states import DECIDERS, RESIDENT, targets
from geo_service.adoptions.support.queries import progress, remarks
from geo_service.adoptions.support.schemas import Progress
from geo_service.days import day_of
from geo_service.errors import NotFound, WrongState
from geo_service.initiatives.queries import contact_of, members_of
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Sender
from geo_service.people.models import Person
from geo_service.people.queries import people_of
from geo_service.people.schemas import STAFF, Actor
from geo_service.plots.schemas import Decision
from geo_service.words import Language


@dataclass(frozen=True)
class Case:
    """A request on the desk, with all that one needs to decide. ``support`` is by adoption: this one, and its rivals."""

    view: AdoptionView
    decision: Decision
    buurt: str | None
    contact: Person
    members: int
    rivals: Sequence[Rival]
    support: dict[UUID, Progress]
    remarks: Sequence[str]
    log: Sequence[LogEntry]
    last: LastStep | None
    steps: tuple[str, ...]
    versions: Sequence[AgreementView]
    decides: bool
    writes: bool
    objects: bool

    @property
    def newest(self) -> AgreementView | None:
        """The newest version of the agreement."""
        return next(iter(self.versions), None)

    @property
    def signs(self) -> bool:
        """Whether the municipality can sign the newest version now."""
        waits = self.newest is not None and self.newest.signed_by("municipality") is None
        return waits and self.decides and (self.view.state == "awaiting_signatures" or self.view.state in letters.KEPT)


def case(session: Session, actor: Actor, adoption_id: UUID, municipality: Municipality, now: datetime) -> Case:
    """One request, for staff of its districts; NotFound for others."""
    today = day_of(now)
    view = staffs(session, actor, adoption_id, now)
    assert view.geom is not None, "an adoption has a shape"
    starts_on = max(view.starts_on or today, today)
    decision = decide(
        session, view.geom, municipality, now, starts_on=starts_on, ends_on=view.ends_on, ignoring=(view.id,), asked_at=view.created_at
    )
    rivals = queries.rivals(session, view.id)
    versions = agreements.versions(session, view.id)
    roles = acting_as(session, actor, view.id, view.initiative_id) - {RESIDENT}
    decides = bool(roles.intersection(DECIDERS))
    return Case(
        view=view,
        decision=decision,
        buurt=queries.buurt_of(session, view.id),
        contact=people_of(session, [contact_of(session, view.initiative_id)])[0],
        members=len(members_of(session, view.initiative_id)),
        rivals=rivals,
        support={each: progress(session, each, municipality) for each in (view.id, *(rival.id for rival in rivals))},
        remarks=remarks(session, view.id),
        log=steps.log(session, actor, view.id, today),
        last=queries.last_step(session, view.id),
        steps=_steps(view, roles, versions),
        versions=versions,
        decides=decides,
        writes=decides and view.state in letters.WRITTEN_IN,
        objects=decides and light_track.may_object(next(iter(versions), None), view.state, today),
    )


def staffs(session: Session, actor: Actor, adoption_id: UUID, now: datetime) -> AdoptionView:
    """A request of the districts where this person is staff; NotFound otherwise."""
    view = adoptions.find(session, actor, adoption_id, day_of(now))
    if view is None or not actor.holds(STAFF, adoptions.districts_of(session, adoption_id)):
        raise NotFound()
    return view


def decide_on(
    session: Session, actor: Actor, adoption_id: UUID, seen: str, target: str, reason: str, sender: Sender, language: Language
) -> AdoptionView:
    """Take a step from the state that the decider saw. WrongState when a colleague was first."""
    staffs(session, actor, adoption_id, sender.now)
    state = adoptions.for_update(session, adoption_id).state
    if state != seen:
        raise WrongState(details={"state": state})
    if target == "awaiting_signatures":
        return letters.offer(session, actor, adoption_id, sender, language)
    return letters.take_step(session, actor, adoption_id, target, reason or None, sender, language)


def _steps(view: AdoptionView, roles: set[str], versions: Sequence[AgreementView]) -> tuple[str, ...]:
    """What these roles can do; starting what waits for signatures is signing, where the agreement was made here."""
    found = targets(view.state, roles)
    signed_here = bool(versions) and not versions[0].signed
    return tuple(target for target in found if not (target == "active" and view.state == "awaiting_signatures" and signed_here))
