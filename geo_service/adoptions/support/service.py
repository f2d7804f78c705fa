"""What one does with support: print cards for the doors, answer with a code, answer by mail."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.queries import oversees
from geo_service.adoptions.support import queries
from geo_service.adoptions.support.codes import digest_of, new_code
from geo_service.adoptions.support.models import ANSWERS, SupportAnswer, SupportCode, SupportHousehold, SupportPrinting
from geo_service.adoptions.support.schemas import Asked, DoorCard
from geo_service.days import day_of
from geo_service.errors import N_, Conflict, InvalidInput, NotAllowed, NotFound, fault
from geo_service.initiatives.roles import may
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Mail, Sender
from geo_service.notifications.service import post
from geo_service.people import links
from geo_service.people.schemas import Actor
from geo_service.people.service import checked_address
from geo_service.words import Language

LINK_LIVES = timedelta(days=3)
LONGEST_REMARK = 1000
UNKNOWN = N_("We do not know this code. Look at the card again: a code has eight characters.")
USED = N_("Your household answered already. Each household has one voice.")
OVER = N_("This code is too old. Ask the initiative for a new card.")
DECIDED = N_("The municipality decided on this request already. Thank you for answering.")
CHOOSE = N_("Choose one of the answers.")
NO_ADDRESSES = N_("We know no addresses within {radius} m of this plot.")
PRINTED_ENOUGH = N_("Cards for this plot were printed {most} times. Ask the municipality for more.")
REMARK_TOO_LONG = N_("Use at most {most} characters.")

CONFIRM = Mail(
    subject=N_("Confirm that you support {name}"),
    paragraphs=(
        N_("You told us that you live near the plan of {name} and support it. Confirm this with the button below."),
        N_("We count your answer and keep no name with it. Was this not you? Then you need do nothing."),
    ),
)


def print_cards(session: Session, actor: Actor, adoption_id: UUID, municipality: Municipality, now: datetime) -> list[DoorCard]:
    """New cards for every household within the radius that did not answer yet. Cards from before stay good.

    Members who may and staff of the place; Conflict when there are no addresses, or cards were printed often enough.
    """
    asked = asked_about(session, adoption_id)
    _check_may(session, actor, asked)
    session.execute(select(Adoption.id).where(Adoption.id == adoption_id).with_for_update(key_share=True))  # one printing at a time
    if queries.printings(session, adoption_id) >= municipality.support.printings.value:
        raise Conflict(PRINTED_ENOUGH, most=int(municipality.support.printings.value))
    near = queries.near(session, adoption_id, municipality)
    if not near:
        raise Conflict(NO_ADDRESSES, radius=int(municipality.support.radius_m.value))
    households = [(row, number) for row in near for number in range(1, row.households + 1)]
    rows = [{"adoption_id": adoption_id, "address": row.register_id, "number": number} for row, number in households]
    session.execute(insert(SupportHousehold).values(rows).on_conflict_do_nothing())
    lives = timedelta(days=municipality.support.code_days.value)
    printing = SupportPrinting(adoption_id=adoption_id, person_id=actor.person_id, printed_at=now, expires_at=now + lives)
    session.add(printing)
    session.flush()
    silent = queries.unused(session, adoption_id)
    return [
        DoorCard(f"{row.street} {row.number}", _code(session, printing, row.register_id, number))
        for row, number in households
        if (row.register_id, number) in silent
    ]


def look(session: Session, code: str, now: datetime) -> Asked:
    """What the holder of a code is asked; NotFound for an unknown code, Conflict for one that was used or is over."""
    found = queries.household_of(session, digest_of(code))
    if found is None:
        raise NotFound(UNKNOWN)
    household, expires_at = found
    if household.used:
        raise Conflict(USED)
    if expires_at <= now:
        raise Conflict(OVER)
    return asked_about(session, household.adoption_id)


def answer(session: Session, code: str, told: str, remark: str, now: datetime, handed_in_by: Actor | None = None) -> Asked:
    """Count the voice of a household, once. ``handed_in_by`` typed in a card that was handed in: a member or staff."""
    asked = look(session, code, now)
    _check_answer(told, remark)
    if handed_in_by is not None:
        _check_may(session, handed_in_by, asked)
    found = queries.household_of(session, digest_of(code))
    assert found is not None
    household = found[0]
    key = (SupportHousehold.adoption_id, SupportHousehold.address, SupportHousehold.number)
    mine = [column == getattr(household, column.key) for column in key]
    free = update(SupportHousehold).where(*mine, SupportHousehold.used.is_(False)).values(used=True).returning(SupportHousehold.number)
    if session.scalar(free.execution_options(synchronize_session=False)) is None:  # the other code of this household was quicker
        raise Conflict(USED)
    channel = "code" if handed_in_by is None else "handed_in"
    session.add(SupportAnswer(adoption_id=asked.adoption_id, answer=told, channel=channel, remark=remark or None, day=day_of(now)))
    session.flush()
    return asked


def declare(session: Session, adoption_id: UUID, email: str, sender: Sender, language: Language) -> None:
    """Somebody says that they live near and support the plan: mail the link that confirms it."""
    asked = asked_about(session, adoption_id)
    secret = links.make(session, checked_address(email), "support", sender.now, LINK_LIVES, subject=str(adoption_id))
    mail = Mail(CONFIRM.subject, CONFIRM.paragraphs, {"name": asked.initiative_name}, (N_("I support this"), f"/steun/bevestig/{secret}"))
    post(session, email, mail, sender, language)


def look_declared(session: Session, secret: str, now: datetime) -> Asked:
    """What a mailed link is about, before it is used."""
    return asked_about(session, UUID(links.look(session, secret, "support", now).subject))


def confirm_declared(session: Session, secret: str, now: datetime) -> Asked:
    """Count a self-declared voice; one address counts once."""
    link = links.use(session, secret, "support", now)
    asked = asked_about(session, UUID(link.subject))
    mail = hashlib.sha256(f"{link.subject} {link.email.lower()}".encode()).digest()
    values = {"adoption_id": asked.adoption_id, "answer": "support", "channel": "mail", "day": day_of(now), "mail": mail}
    session.execute(insert(SupportAnswer).values(values).on_conflict_do_nothing())
    return asked


def asked_about(session: Session, adoption_id: UUID) -> Asked:
    """What neighbours are asked; Conflict once the municipality decided, or the request is over."""
    asked = queries.asked_of(session, adoption_id)
    if asked is None:
        raise Conflict(DECIDED)
    return asked


def may_handle(session: Session, actor: Actor, initiative_id: UUID) -> bool:
    """Whether somebody prints cards and types in those that were handed in."""
    return may(session, initiative_id, actor.person_id, "support") or oversees(session, actor, initiative_id)


def _check_may(session: Session, actor: Actor, asked: Asked) -> None:
    if not may_handle(session, actor, asked.initiative_id):
        raise NotAllowed


def _check_answer(told: str, remark: str) -> None:
    faults = [] if told in ANSWERS else [fault("antwoord", CHOOSE)]
    if len(remark) > LONGEST_REMARK:
        faults.append(fault("toelichting", REMARK_TOO_LONG, most=LONGEST_REMARK))
    if faults:
        raise InvalidInput(details={"errors": faults})


def _code(session: Session, printing: SupportPrinting, address: str, number: int) -> str:
    code = new_code()
    kept = SupportCode(digest=digest_of(code), adoption_id=printing.adoption_id, address=address, number=number, printing_id=printing.id)
    session.add(kept)
    return code
