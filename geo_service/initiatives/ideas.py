"""Ideas: a pin with a story, for who has a wish and no plot yet. Public once its maker confirmed it; staff may hide one."""

from datetime import datetime, timedelta
from uuid import UUID

from shapely import Point
from sqlalchemy.orm import Session

from geo_service.days import day_of
from geo_service.db.base import as_geometry
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, InvalidInput, NotAllowed, fault
from geo_service.initiatives import mails, queries
from geo_service.initiatives.mails import Post
from geo_service.initiatives.members import locked
from geo_service.initiatives.models import Initiative
from geo_service.initiatives.service import begin
from geo_service.initiatives.telling import words_wrong
from geo_service.people import links
from geo_service.people.models import Person
from geo_service.people.schemas import Actor, Visitor
from geo_service.people.service import add_person

LINK_LIVES = timedelta(days=3)
WAITING_IDEAS = 3
PUT_PIN = N_("Say where it is: put the pin on the map, or choose a place.")
OUTSIDE = N_("This place is not in the municipality.")
TELL = N_("Tell in a few words what you would like.")
TOO_MANY = N_("You have ideas that you did not confirm yet. Look in your mail.")
SAY_WHY = N_("Tell why: the maker gets your reason by mail.")


def propose(
    session: Session, name: str, story: str, pin: Point | None, email: str, visitor: Visitor | None, post: Post, now: datetime
) -> Initiative:
    """Put an idea down. Whoever is signed in sees it on the map at once; others confirm by the link in a mail first."""
    faults = words_wrong(name, story) + ([] if story else [fault("verhaal", TELL)])
    if pin is None or not queries.in_municipality(session, pin):
        faults.append(fault("plaats", PUT_PIN if pin is None else OUTSIDE))
    if faults:
        raise InvalidInput(details={"errors": faults})
    person_id = visitor.actor.person_id if visitor else add_person(session, email).id
    if queries.unconfirmed_ideas(session, person_id) >= WAITING_IDEAS:
        raise Conflict(TOO_MANY)
    act_for(session, person_id)
    idea = session.get_one(Initiative, begin(session, Actor(person_id), name, story, day_of(now)))
    idea.pin, idea.confirmed_at = as_geometry(pin), now if visitor else None
    session.flush()
    if not visitor:
        secret = links.make(session, email, "confirm-idea", now, LINK_LIVES, subject=str(idea.id))
        post(email, mails.CONFIRM_IDEA, f"/idee/bevestig/{secret}", name=name)
    return idea


def look(session: Session, secret: str, now: datetime) -> Initiative:
    """The idea of a mailed link, before it is used."""
    return session.get_one(Initiative, UUID(links.look(session, secret, "confirm-idea", now).subject))


def confirm(session: Session, secret: str, now: datetime) -> tuple[Person, Initiative]:
    """The maker opened the link: everybody may see the idea."""
    link = links.use(session, secret, "confirm-idea", now)
    idea = locked(session, UUID(link.subject))
    act_for(session, idea.contact_id)
    idea.confirmed_at = idea.confirmed_at or now
    session.flush()
    return session.get_one(Person, idea.contact_id), idea


def hide(session: Session, actor: Actor, initiative_id: UUID, reason: str, may: bool, post: Post, now: datetime) -> None:
    """Staff of the place take an idea off the map; its maker gets the reason."""
    if not may:
        raise NotAllowed
    if not reason.strip():
        raise InvalidInput(details={"errors": [fault("reden", SAY_WHY)]})
    act_for(session, actor.person_id, reason)
    idea = locked(session, initiative_id)
    idea.hidden_at, idea.hidden_because = now, reason
    session.flush()
    person = session.get_one(Person, idea.contact_id)
    post(person.email, mails.IDEA_HIDDEN, f"/initiatief/{idea.slug}", person=person, name=idea.name, reason=reason)


def withdraw(session: Session, actor: Actor, initiative_id: UUID, now: datetime) -> None:
    """The contact takes the idea off the map."""
    act_for(session, actor.person_id)
    idea = locked(session, initiative_id)
    if idea.contact_id != actor.person_id:
        raise NotAllowed
    idea.hidden_at = now
    session.flush()
