"""What residents do with the form: send it in, have the link mailed again, mend their address, confirm."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions import queries as adoption_queries
from geo_service.adoptions import service as adoptions
from geo_service.adoptions.agreements import light_track
from geo_service.adoptions.asking import mails, queries
from geo_service.adoptions.asking.models import RequestForm
from geo_service.adoptions.asking.schemas import Asker, Confirmed, Filled, RequestStatus
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, LinkGone, NotAllowed, NotFound, TooManyRequests
from geo_service.initiatives import service as initiatives
from geo_service.municipality import Municipality
from geo_service.notifications import service as notifications
from geo_service.notifications.schemas import Sender
from geo_service.people import links
from geo_service.people.models import Person
from geo_service.people.queries import person_by_email
from geo_service.people.schemas import Actor
from geo_service.people.service import add_person
from geo_service.words import Language

PURPOSE = "confirm-request"
MAIL_AGAIN_AFTER = timedelta(minutes=1)
MOST_MAILS = 6
TOO_MANY = N_("With this address {count} requests wait for their confirmation. Confirm one of them first: look in your mailbox.")
JUST_SENT = N_("We mailed it a moment ago. Look in your mailbox, or try again in {retry_after} seconds.")
NO_MORE_MAILS = N_("We mailed it {count} times. Look at unwanted mail.")


def submit(session: Session, actor: Actor, filled: Filled, sender: Sender) -> UUID:
    """The request of somebody who is signed in: it is in at once. Sent again, the same form is the same request."""
    if made := _made_before(session, filled.key):
        return made
    person, municipality, now = session.get_one(Person, actor.person_id), sender.municipality, sender.now
    asked = replace(filled.request, draft=False)
    made = adoptions.request_adoption(session, actor, asked, municipality, filled.language, now).adoption.id
    form = _form(filled, made, person.id, municipality, now, confirmed_at=now)
    session.add(form)
    session.flush()
    _arrived(session, form, person, sender)
    return made


def reserve(session: Session, asker: Asker, filled: Filled, sender: Sender) -> UUID:
    """The request of somebody whom we do not know yet: a draft that holds the ground for a while, and a link by mail.

    The person is added without a confirmed address. What is typed here changes nothing of a person whom we know already.
    """
    if made := _made_before(session, filled.key):
        return made
    municipality, now = sender.municipality, sender.now
    person = _asking(session, asker, filled.language, municipality, now)
    asked = replace(filled.request, draft=True)
    made = adoptions.request_adoption(session, Actor(person.id), asked, municipality, filled.language, now).adoption.id
    session.add(_form(filled, made, person.id, municipality, now, browser=asker.browser))
    session.flush()
    _mail_link(session, made, sender)
    return made


def look(session: Session, adoption_id: UUID) -> RequestStatus:
    """Where a request stands; NotFound when it was not made with the form."""
    found = queries.status(session, adoption_id)
    if found is None:
        raise NotFound()
    return found


def mail_again(session: Session, adoption_id: UUID, browser: bytes, person_id: UUID | None, sender: Sender) -> None:
    """Mail the link again, for the browser or the person that asked; not faster than once a minute, and not without end."""
    form = _own_form(session, adoption_id, browser, sender.now, person_id)
    if form.mailed_at and (wait := form.mailed_at + MAIL_AGAIN_AFTER - sender.now) > timedelta():
        raise TooManyRequests(JUST_SENT, retry_after=int(wait.total_seconds()) + 1)
    if form.mails >= MOST_MAILS:
        raise Conflict(NO_MORE_MAILS, count=form.mails)
    _mail_link(session, adoption_id, sender)


def mend_address(session: Session, adoption_id: UUID, browser: bytes, email: str, sender: Sender) -> None:
    """There was a typing error in the address: the request becomes that of the right one, and links to the wrong one stop working."""
    form = _own_form(session, adoption_id, browser, sender.now)
    if form.mails >= MOST_MAILS:
        raise Conflict(NO_MORE_MAILS, count=form.mails)
    wrong = session.get_one(Person, form.person_id)
    asker = Asker(email, wrong.name if wrong.confirmed_at is None else None, browser)
    right = _asking(session, asker, form.language, sender.municipality, sender.now)
    if right.id != wrong.id:
        act_for(session, None)
        initiatives.take_over(session, queries.initiative_of(session, adoption_id), wrong.id, right.id)
        form.person_id = right.id
        session.flush()
    _mail_link(session, adoption_id, sender)


def confirm(session: Session, secret: str, sender: Sender) -> Confirmed:
    """Use the mailed link: the draft becomes a request, judged again. LinkGone when the link or the reservation is over; the errors of
    ``request_adoption`` when others were granted the ground."""
    now = sender.now
    link = links.use(session, secret, PURPOSE, now)
    form = queries.form_for_update(session, UUID(link.subject))
    person, status = session.get_one(Person, form.person_id), look(session, form.adoption_id)
    if person.email.lower() != link.email.lower():
        raise LinkGone(links.UNKNOWN, details={"why": "unknown"})
    if status.lapsed and not status.waits(now):
        raise LinkGone(links.OVER, details={"why": "over"})
    if status.waits(now):
        adoptions.change_state(session, Actor(person.id), form.adoption_id, "submitted", None, sender.municipality, form.language, now)
        form.confirmed_at, form.browser = now, None
        session.flush()
        _arrived(session, form, person, sender)
    return Confirmed(form.adoption_id, person.id, status.plot_code)


def give_up(session: Session, secret: str, now: datetime) -> Confirmed:
    """Use the mailed link of a request that cannot be had any more: the draft is withdrawn, so that it stands in nobody's way."""
    link = links.use(session, secret, PURPOSE, now)
    form = queries.form_for_update(session, UUID(link.subject))
    adoption = adoption_queries.for_update(session, form.adoption_id)
    act_for(session, form.person_id)
    adoption.state, adoption.reserved_until = "withdrawn", None
    session.flush()
    return Confirmed(form.adoption_id, form.person_id, look(session, form.adoption_id).plot_code)


def _made_before(session: Session, form_key: UUID) -> UUID | None:
    queries.wait_for(session, f"form {form_key}")
    return queries.made_with(session, form_key)


def _asking(session: Session, asker: Asker, language: Language, municipality: Municipality, now: datetime) -> Person:
    """The person behind an address that is not confirmed, with room for one more reservation."""
    queries.wait_for(session, f"email {asker.email.lower()}")
    person = person_by_email(session, asker.email)
    if person is None:
        person = add_person(session, asker.email, asker.name)
        person.language = language
    waiting, most = queries.waiting_of(session, person.id, now), municipality.intake.open_reservations
    if waiting >= most:
        raise Conflict(TOO_MANY, count=waiting)
    return person


def _form(filled: Filled, adoption_id: UUID, person_id: UUID, municipality: Municipality, now: datetime, **more: object) -> RequestForm:
    conditions = [condition.told(filled.language) for condition in municipality.conditions]
    return RequestForm(
        adoption_id=adoption_id, person_id=person_id, form_key=filled.key, language=filled.language,
        conditions=conditions, agreed_at=now, mails=0, **more,
    )  # fmt: skip


def _own_form(session: Session, adoption_id: UUID, browser: bytes, now: datetime, person_id: UUID | None = None) -> RequestForm:
    status = look(session, adoption_id)
    form = queries.form_for_update(session, adoption_id)
    if form.person_id != person_id and (form.browser is None or form.browser != browser):
        raise NotAllowed()
    if not status.waits(now):
        raise LinkGone(links.OVER, details={"why": "over"})
    return form


def _mail_link(session: Session, adoption_id: UUID, sender: Sender) -> None:
    form, status = queries.form_for_update(session, adoption_id), look(session, adoption_id)
    assert status.reserved_until is not None, "a draft is reserved"
    secret = links.make(session, status.email, PURPOSE, sender.now, status.reserved_until - sender.now, str(adoption_id))
    notifications.post(session, status.email, mails.please_confirm(status, secret), sender, form.language)
    form.mails, form.mailed_at = form.mails + 1, sender.now


def _arrived(session: Session, form: RequestForm, person: Person, sender: Sender) -> None:
    """Small plots get their agreement at once, with the mail that asks to sign it; others hear what comes next."""
    if light_track.offer(session, form.adoption_id, sender):
        return
    mail = mails.received(look(session, form.adoption_id), sender.municipality)
    notifications.post(session, person.email, mail, sender, form.language)
