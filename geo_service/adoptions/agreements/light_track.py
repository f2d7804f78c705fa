"""The light track: a small plot gets the standard Zelfbeheerbrief at once, and staff may object within a term."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions import mails
from geo_service.adoptions import queries as adoptions
from geo_service.adoptions.agreements import queries
from geo_service.adoptions.agreements.models import AgreementSignature
from geo_service.adoptions.agreements.schemas import AgreementView
from geo_service.adoptions.agreements.service import write_version
from geo_service.adoptions.agreements.standard import standard
from geo_service.adoptions.decision import decide
from geo_service.adoptions.models import Adoption
from geo_service.adoptions.rights import check, seen_in_full
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.service import move
from geo_service.adoptions.states import DECIDERS
from geo_service.days import day_of
from geo_service.db.base import as_shape
from geo_service.db.engine import act_for
from geo_service.errors import N_, InvalidInput, WrongState, fault
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Sender
from geo_service.people.schemas import Actor

KEPT_BY_THE_LETTER = ("trees",)
"""What a rule only warns of, and the agreement itself settles: trees stay the municipality's."""


def offer(session: Session, adoption_id: UUID, sender: Sender) -> bool:
    """Give a small plot its standard agreement at once, signed by mandate, when every rule passed and nobody's consent is needed.

    Call it last in a transaction: it acts for nobody. Members get the mail to read and sign, staff one that they may object. Returns
    whether the plot went this way.
    """
    municipality, now = sender.municipality, sender.now
    terms, today = municipality.light_track, day_of(now)
    adoption = adoptions.for_update(session, adoption_id)
    if not terms.open or municipality.intake.mode != "first_come" or not _is_light(session, adoption, municipality, now):
        return False
    act_for(session, None)
    move(session, adoption, "awaiting_signatures", today)
    view = adoptions.described(session, adoption_id, today)
    until = today + timedelta(days=int(terms.objection_days.value))
    version = write_version(session, view, standard(municipality), municipality, None, today, now, until)
    session.add(AgreementSignature(agreement_id=version.id, side="municipality", digest=version.digest, signed_at=now))
    session.flush()
    mails.tell_members(session, view, "submitted", None, sender)
    mails.tell_staff_of_small_plot(session, view, until, sender)
    return True


def object_to(session: Session, actor: Actor, adoption_id: UUID, reason: str, sender: Sender) -> AdoptionView:
    """Object to a small plot that got its agreement at once, within the term and with a reason.

    Not started yet: it goes back to review, with its place. Started: the municipality gives notice, and residents go on until an end is
    agreed, so that figures that were told stay true.
    """
    today = day_of(sender.now)
    view = seen_in_full(session, actor, adoption_id, today)
    check(session, actor, view, DECIDERS)
    if not reason.strip():
        raise InvalidInput(details={"errors": [fault("reason", N_("Tell why: the reason is kept with the change."))]})
    adoption = adoptions.for_update(session, adoption_id)
    if not may_object(queries.newest(session, adoption_id), adoption.state, today):
        raise WrongState(details={"state": adoption.state})
    act_for(session, actor.person_id, reason)
    started = adoption.state == "active"
    move(session, adoption, "notice_given" if started else "in_review", today)
    after = seen_in_full(session, actor, adoption_id, today)
    if started:
        mails.tell_members(session, after, "active", reason, sender)
    else:
        mails.tell_objection(session, after, reason, sender)
    return after


def may_object(newest: AgreementView | None, state: str, today: date) -> bool:
    """Whether staff may still object to what the light track gave."""
    on_track = newest is not None and newest.objection_until is not None and today <= newest.objection_until
    return on_track and state in ("awaiting_signatures", "active")


def _is_light(session: Session, adoption: Adoption, municipality: Municipality, now: datetime) -> bool:
    small = adoption.area_m2 <= municipality.light_track.max_m2.value
    if adoption.state != "submitted" or adoption.scope != "green" or not small:
        return False
    shape, starts_on = as_shape(adoption.geom), max(adoption.period.lower or date.min, day_of(now))
    adoptions.lock_ground(session, shape, starts_on)
    decision = decide(session, shape, municipality, now, starts_on=starts_on, ignoring=(adoption.id,), asked_at=adoption.created_at)
    return all(outcome.outcome == "passed" or outcome.rule in KEPT_BY_THE_LETTER for outcome in decision.outcomes)
