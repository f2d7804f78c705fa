"""What somebody does with their own account: sign in by mail, change name, language and address."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.errors import N_, Conflict, LinkGone
from geo_service.notifications.schemas import Mail, Sender
from geo_service.notifications.service import post
from geo_service.people import links, queries
from geo_service.people.models import Person
from geo_service.people.service import add_person, checked_address
from geo_service.words import LANGUAGES, Language

SIGN_IN, CHANGE_EMAIL = "sign-in", "change-email"
CHANGE_LIVES = timedelta(hours=24)
TAKEN = N_("This address belongs to somebody who is here already. Sign in with it, or choose another one.")


def ask_to_sign_in(session: Session, email: str, next_path: str, sender: Sender, language: Language, minutes: int) -> None:
    """Mail a link to sign in. Known or not, everybody gets the same mail: whoever opens it has the address."""
    address = checked_address(email)
    secret = links.make(session, address, SIGN_IN, sender.now, timedelta(minutes=minutes), next_path)
    mail = Mail(
        subject=N_("Sign in to self-management in {place}"),
        paragraphs=(
            N_("You asked for a link to sign in. It works for {minutes} minutes, once, on any device."),
            N_("Did you not ask for this? Then you need not do anything. Nobody can sign in without this mail."),
        ),
        values={"place": sender.municipality.name, "minutes": minutes},
        action=(N_("Sign in"), f"/inloggen/{secret}"),
    )
    post(session, address, mail, sender, language)


def person_of(session: Session, email: str, language: Language) -> Person:
    """The person who has this address, who begins here when new."""
    known = queries.person_by_email(session, email)
    person = add_person(session, email)
    if known is None:
        person.language = language
    return person


def describe_me(session: Session, person_id: UUID, name: str, language: str) -> None:
    """Another name or language."""
    person = session.get_one(Person, person_id)
    person.name = " ".join(name.split())[:100] or None
    person.language = language if language in LANGUAGES else person.language
    session.flush()


def ask_to_change_email(session: Session, person_id: UUID, email: str, sender: Sender, language: Language) -> None:
    """Mail a link to the new address; nothing changes before it is used."""
    address = checked_address(email)
    secret = links.make(session, address, CHANGE_EMAIL, sender.now, CHANGE_LIVES, str(person_id))
    mail = Mail(
        subject=N_("Confirm your new e-mail address"),
        paragraphs=(
            N_("From now on you want to get our mail at this address. Confirm that it is yours. The link works for 24 hours."),
            N_("Did you not ask for this? Then you need not do anything."),
        ),
        action=(N_("Use this address"), f"/mijn/gegevens/adres/{secret}"),
    )
    post(session, address, mail, sender, language)


def change_email(session: Session, secret: str, sender: Sender) -> Person:
    """The new address is confirmed; the old one gets a mail that tells so, without the new one."""
    link = links.use(session, secret, CHANGE_EMAIL, sender.now)
    person = session.get_one(Person, UUID(link.subject), with_for_update=True)
    if person.forgotten_at is not None:
        raise LinkGone(links.OVER, details={"why": "over"})
    holder = queries.person_by_email(session, link.email)
    if holder is not None and holder.id != person.id:
        raise Conflict(TAKEN)
    before, person.email, person.confirmed_at = person.email, link.email, sender.now
    session.flush()
    mail = Mail(
        subject=N_("Your e-mail address was changed"),
        paragraphs=(N_("You get no more mail from us at this address. Was it not you who changed this? Then mail us at once."),),
    )
    post(session, before, mail, sender, "en" if person.language == "en" else "nl")
    return person
