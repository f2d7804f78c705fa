"""What one does to belong to an initiative: join, invite, accept, leave, remove, and hand the contact role over.

Whoever changes the contact or the members locks the row of the initiative first, so that there is one contact at all times.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.days import day_of
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, InvalidInput, NotAllowed, NotFound, TooManyRequests, fault
from geo_service.initiatives import mails, queries
from geo_service.initiatives.mails import Post
from geo_service.initiatives.models import EFFORTS, ContactOffer, Initiative, InitiativeJoiner, InitiativeMember
from geo_service.initiatives.roles import check
from geo_service.people import links
from geo_service.people.models import Person
from geo_service.people.schemas import Actor
from geo_service.people.service import add_person, checked_address

JOIN_LIVES, INVITATION_LIVES = timedelta(days=3), timedelta(days=14)
INVITATIONS_A_DAY = 20
JOINS = EFFORTS[2:]
"""How somebody can join by themselves."""
CHOOSE_EFFORT = N_("Choose how often you want to help.")
STILL_CONTACT = N_("You are the contact. Hand this over to another member first.")
STILL_GROUND = N_("You are the last member, and you still look after ground. Give the ground back first, or use the help button.")
ALONE = N_("You are the only member. Withdraw your idea or request first.")
NO_MEMBER = N_("This person is no member any more.")
NO_OFFER = N_("This question is not open any more.")
TOO_MANY_INVITATIONS = N_("You invited {most} people today. Invite more people tomorrow.")
SAY_WHY = N_("Write a word to the person that you remove.")


def ask_to_join(session: Session, initiative_id: UUID, email: str, effort: str, post: Post, now: datetime) -> None:
    """Somebody wants to join: mail the link that confirms it. Nothing tells whether the address is known."""
    _check_effort(effort, JOINS)
    secret = links.make(session, checked_address(email), "join", now, JOIN_LIVES, subject=f"{initiative_id} {effort}")
    initiative = session.get_one(Initiative, initiative_id)
    post(email, mails.JOIN, f"/meedoen/{secret}", name=initiative.name)


def look_at_joining(session: Session, secret: str, now: datetime) -> Initiative:
    """What somebody wants to join, before the link is used."""
    return session.get_one(Initiative, UUID(links.look(session, secret, "join", now).subject.split()[0]))


def confirm_joining(session: Session, secret: str, post: Post, now: datetime) -> tuple[Person, Initiative]:
    """The link was opened: sign the person up, and tell the contact."""
    link = links.use(session, secret, "join", now)
    initiative_id, effort = link.subject.split()
    person = add_person(session, link.email)
    return person, join(session, Actor(person.id), UUID(initiative_id), effort, post, now)


def join(session: Session, actor: Actor, initiative_id: UUID, effort: str, post: Post, now: datetime) -> Initiative:
    """Sign somebody up who is known; the contact hears of it by mail. Doing it again changes the effort only."""
    _check_effort(effort, JOINS)
    act_for(session, actor.person_id)
    initiative = locked(session, initiative_id)
    if queries.is_member(session, initiative_id, actor.person_id):
        return initiative
    values = {"initiative_id": initiative_id, "person_id": actor.person_id, "effort": effort, "asked_at": now}
    key = ["initiative_id", "person_id"]
    statement = insert(InitiativeJoiner).values(values).on_conflict_do_nothing(index_elements=key).returning(InitiativeJoiner.effort)
    if session.scalar(statement) is not None:
        contact = session.get_one(Person, initiative.contact_id)
        post(contact.email, mails.SOMEBODY_JOINS, f"/initiatief/{initiative.slug}/leden", person=contact, name=initiative.name)
    return initiative


def answer_joiner(session: Session, actor: Actor, initiative_id: UUID, person_id: UUID, accept: bool, post: Post, now: datetime) -> None:
    """Let somebody join, or not; both are told by mail."""
    check(session, initiative_id, actor.person_id, "accept")
    act_for(session, actor.person_id)
    initiative = locked(session, initiative_id)
    mine = (InitiativeJoiner.initiative_id == initiative_id, InitiativeJoiner.person_id == person_id)
    effort = session.scalar(delete(InitiativeJoiner).where(*mine).returning(InitiativeJoiner.effort))
    if effort is None:
        return
    person = session.get_one(Person, person_id)
    if accept:
        _add(session, initiative_id, person_id, effort, now)
        post(person.email, mails.WELCOME, f"/initiatief/{initiative.slug}", person=person, name=initiative.name)
    else:
        post(person.email, mails.NOT_NOW, "/initiatieven", person=person, name=initiative.name)


def invite(session: Session, actor: Actor, initiative_id: UUID, email: str, effort: str, post: Post, now: datetime) -> None:
    """Mail somebody an invitation; it is good for two weeks. Initiators and organisers are invited by those who have that say."""
    check(session, initiative_id, actor.person_id, "invite" if effort in JOINS else "accept")
    _check_effort(effort, EFFORTS)
    if queries.invitations_since(session, initiative_id, now - timedelta(days=1)) >= INVITATIONS_A_DAY:
        raise TooManyRequests(TOO_MANY_INVITATIONS, most=INVITATIONS_A_DAY)
    secret = links.make(session, checked_address(email), "invite", now, INVITATION_LIVES, subject=f"{initiative_id} {effort}")
    initiative = session.get_one(Initiative, initiative_id)
    post(email, mails.INVITATION, f"/uitnodiging/{secret}", name=initiative.name)


def look_at_invitation(session: Session, secret: str, now: datetime) -> tuple[Initiative, str]:
    """What somebody is invited to, and with which effort."""
    initiative_id, effort = links.look(session, secret, "invite", now).subject.split()
    return session.get_one(Initiative, UUID(initiative_id)), effort


def accept_invitation(session: Session, secret: str, now: datetime) -> tuple[Person, Initiative]:
    """The invited person belongs to the initiative from now on."""
    link = links.use(session, secret, "invite", now)
    initiative_id, effort = link.subject.split()
    person = add_person(session, link.email)
    act_for(session, person.id)
    initiative = locked(session, UUID(initiative_id))
    _add(session, initiative.id, person.id, effort, now)
    return person, initiative


def leave(session: Session, actor: Actor, initiative_id: UUID, keeps_ground: bool) -> None:
    """Stop. The contact hands over first; the last member gives the ground back first."""
    act_for(session, actor.person_id)
    initiative = locked(session, initiative_id)
    if not queries.is_member(session, initiative_id, actor.person_id):
        raise NotFound
    others = queries.members_of(session, initiative_id) - {actor.person_id}
    if initiative.contact_id == actor.person_id:
        raise Conflict(STILL_CONTACT if others else STILL_GROUND if keeps_ground else ALONE)
    _drop(session, initiative_id, actor.person_id)


def remove(session: Session, actor: Actor, initiative_id: UUID, person_id: UUID, word: str, post: Post) -> None:
    """The contact takes a member out, with a word that is mailed."""
    check(session, initiative_id, actor.person_id, "remove")
    if not word.strip():
        raise InvalidInput(details={"errors": [fault("woord", SAY_WHY)]})
    act_for(session, actor.person_id, word)
    initiative = locked(session, initiative_id)
    if person_id == initiative.contact_id:
        raise Conflict(STILL_CONTACT)
    _drop(session, initiative_id, person_id)
    person = session.get_one(Person, person_id)
    post(person.email, mails.REMOVED, "/initiatieven", person=person, name=initiative.name, word=word)


def give_role(session: Session, actor: Actor, initiative_id: UUID, person_id: UUID, effort: str) -> None:
    """The contact tells what a member does."""
    check(session, initiative_id, actor.person_id, "roles")
    _check_effort(effort, EFFORTS)
    act_for(session, actor.person_id)
    locked(session, initiative_id)
    _member(session, initiative_id, person_id).effort = effort
    session.flush()


def offer_contact(session: Session, actor: Actor, initiative_id: UUID, person_id: UUID, post: Post, now: datetime) -> None:
    """The contact asks a member to become the contact. An earlier question is replaced."""
    check(session, initiative_id, actor.person_id, "hand_over")
    act_for(session, actor.person_id)
    initiative = locked(session, initiative_id)
    if initiative.contact_id != actor.person_id:  # handed over a moment ago
        raise NotAllowed
    _member(session, initiative_id, person_id)
    session.execute(delete(ContactOffer).where(ContactOffer.initiative_id == initiative_id))
    session.add(ContactOffer(initiative_id=initiative_id, person_id=person_id, asked_at=now))
    session.flush()
    person = session.get_one(Person, person_id)
    post(person.email, mails.BE_CONTACT, f"/initiatief/{initiative.slug}/leden", person=person, name=initiative.name)


def answer_offer(session: Session, actor: Actor, initiative_id: UUID, accept: bool, post: Post) -> None:
    """The member who was asked says yes or no; with yes the role changes hands at once, and the old contact is told."""
    act_for(session, actor.person_id)
    initiative = locked(session, initiative_id)
    offered = (ContactOffer.initiative_id == initiative_id, ContactOffer.person_id == actor.person_id)
    if session.scalar(delete(ContactOffer).where(*offered).returning(ContactOffer.person_id)) is None:
        raise Conflict(NO_OFFER)
    before = session.get_one(Person, initiative.contact_id)
    if accept:
        _member(session, initiative_id, actor.person_id).effort = "initiator"
        initiative.contact_id = actor.person_id
        session.flush()
    mail = mails.HANDED_OVER if accept else mails.NOT_HANDED_OVER
    post(before.email, mail, f"/initiatief/{initiative.slug}/leden", person=before, name=initiative.name)


def wants_messages(session: Session, actor: Actor, initiative_id: UUID, wants: bool) -> None:
    """Whether messages to members are mailed to this member."""
    _member(session, initiative_id, actor.person_id).gets_messages = wants
    session.flush()


def locked(session: Session, initiative_id: UUID) -> Initiative:
    """The initiative, which nobody else changes until the end of this transaction."""
    statement = select(Initiative).where(Initiative.id == initiative_id).with_for_update(key_share=True)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _member(session: Session, initiative_id: UUID, person_id: UUID) -> InitiativeMember:
    member = session.get(InitiativeMember, (initiative_id, person_id), populate_existing=True)
    if member is None:
        raise Conflict(NO_MEMBER)
    return member


def _add(session: Session, initiative_id: UUID, person_id: UUID, effort: str, now: datetime) -> None:
    values = {"initiative_id": initiative_id, "person_id": person_id, "effort": effort, "since": day_of(now)}
    session.execute(insert(InitiativeMember).values(values).on_conflict_do_nothing(index_elements=["initiative_id", "person_id"]))
    mine = (InitiativeJoiner.initiative_id == initiative_id, InitiativeJoiner.person_id == person_id)
    session.execute(delete(InitiativeJoiner).where(*mine))


def _drop(session: Session, initiative_id: UUID, person_id: UUID) -> None:
    mine = (InitiativeMember.initiative_id == initiative_id, InitiativeMember.person_id == person_id)
    session.execute(delete(InitiativeMember).where(*mine))


def _check_effort(effort: str, allowed: Iterable[str]) -> None:
    if effort not in allowed:
        raise InvalidInput(details={"errors": [fault("inzet", CHOOSE_EFFORT)]})
