"""What members tell: the words of their page, and messages to each other."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.db.engine import act_for
from geo_service.errors import N_, InvalidInput, TooManyRequests, fault
from geo_service.initiatives import mails, queries
from geo_service.initiatives.mails import Post
from geo_service.initiatives.members import locked
from geo_service.initiatives.models import KINDS, MemberMessage
from geo_service.initiatives.roles import check
from geo_service.initiatives.schemas import PageText
from geo_service.municipality import Municipality
from geo_service.people.models import Person
from geo_service.people.schemas import Actor

LONGEST_NAME, LONGEST_STORY, LONGEST_MESSAGE = 80, 4000, 4000
MESSAGES_A_DAY = 5
GIVE_NAME = N_("Give the initiative a name.")
TOO_LONG = N_("Use at most {most} characters.")
CHOOSE_FROM_LIST = N_("Choose from the list.")
WRITE_SOMETHING = N_("Write something first.")
TOO_MANY_MESSAGES = N_("Your group sent {most} messages today. Write again tomorrow.")


def edit(session: Session, actor: Actor, initiative_id: UUID, text: PageText, municipality: Municipality) -> None:
    """Change the words of the page; the address stays as it is, so that links keep working."""
    check(session, initiative_id, actor.person_id, "edit")
    if faults := [*words_wrong(text.name, text.story), *_lists_wrong(text, municipality)]:
        raise InvalidInput(details={"errors": faults})
    act_for(session, actor.person_id)
    initiative = locked(session, initiative_id)
    initiative.name, initiative.story, initiative.kind = text.name, text.story or None, text.kind
    initiative.domains, initiative.agendas = list(text.domains), list(text.agendas)
    session.flush()


def words_wrong(name: str, story: str) -> list[dict[str, object]]:
    """What is wrong with a name and a story."""
    faults = [] if name else [fault("naam", GIVE_NAME)]
    lengths = (("naam", name, LONGEST_NAME), ("verhaal", story, LONGEST_STORY))
    return [*faults, *(fault(where, TOO_LONG, most=most) for where, words, most in lengths if len(words) > most)]


def write(session: Session, actor: Actor, initiative_id: UUID, body: str, post: Post, now: datetime) -> None:
    """Write to all members: kept on their page, and mailed to those who want that."""
    check(session, initiative_id, actor.person_id, "message")
    if not body or len(body) > LONGEST_MESSAGE:
        wrong = fault("bericht", TOO_LONG, most=LONGEST_MESSAGE) if body else fault("bericht", WRITE_SOMETHING)
        raise InvalidInput(details={"errors": [wrong]})
    initiative = locked(session, initiative_id)  # one at a time, so that the limit holds
    if queries.messages_since(session, initiative_id, now - timedelta(days=1)) >= MESSAGES_A_DAY:
        raise TooManyRequests(TOO_MANY_MESSAGES, most=MESSAGES_A_DAY)
    session.add(MemberMessage(initiative_id=initiative_id, person_id=actor.person_id, body=body, sent_at=now))
    session.flush()
    author = session.get_one(Person, actor.person_id)
    for person in queries.readers_of(session, initiative_id, actor.person_id):
        values = {"name": initiative.name, "author": author.name or initiative.name, "body": body}
        post(person.email, mails.MESSAGE, f"/initiatief/{initiative.slug}/berichten", person=person, **values)


def _lists_wrong(text: PageText, municipality: Municipality) -> list[dict[str, object]]:
    lists = municipality.initiatives
    right = (
        ("soort", text.kind in KINDS),
        ("domeinen", set(text.domains) <= set(lists.domains)),
        ("agendas", set(text.agendas) <= set(lists.agendas)),
    )
    return [fault(where, CHOOSE_FROM_LIST) for where, fine in right if not fine]
