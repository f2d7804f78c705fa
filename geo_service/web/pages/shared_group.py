"""What the pages of initiatives share: the initiative of an address, the ways to help in words, and how mails are posted."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from geo_service.adoptions.queries import is_public, oversees
from geo_service.errors import N_, NotAllowed, NotFound
from geo_service.initiatives.mails import Post, postman
from geo_service.initiatives.models import Initiative
from geo_service.initiatives.queries import id_of, is_member
from geo_service.installation import Installation
from geo_service.people.schemas import Visitor
from geo_service.web.links import reached_at
from geo_service.words import Language

HELP = {
    "once": (N_("Once"), N_("Come and see on a working day")),
    "now_and_then": (N_("Now and then"), N_("You hear of it when there is a job")),
    "regular": (N_("Regular"), N_("You get a task of your own")),
}
"""How somebody can join, and what that means."""
KIND_WORDS = {
    "neighbours": N_("Neighbours"),
    "street": N_("Street or block"),
    "school": N_("School"),
    "association": N_("Association"),
    "company": N_("Company"),
}


def found(session: Session, slug: str, visitor: Visitor | None) -> Initiative:
    """The initiative with this address, as far as this visitor may know of it."""
    initiative_id = id_of(session, slug)
    if initiative_id is None or not (is_public(session, initiative_id) or _insider(session, initiative_id, visitor)):
        raise NotFound
    return session.get_one(Initiative, initiative_id)


def of_members(session: Session, slug: str, visitor: Visitor) -> Initiative:
    """The initiative for one of its members; NotAllowed for others."""
    initiative = found(session, slug, visitor)
    if not is_member(session, initiative.id, visitor.actor.person_id):
        raise NotAllowed
    return initiative


def poster(request: Request, here: Installation, session: Session, language: Language, now: datetime) -> Post:
    """Posts the mails of this request."""
    return postman(session, here.municipality, reached_at(request, here), language, now)


def count_mail(request: Request, email: str) -> None:
    """Count a mail that somebody who is not signed in has us send: nobody's mailbox is filled by strangers. These are counted apart
    from links to sign in, so that nobody is kept from signing in by them."""
    state = request.app.state
    state.sign_in_limit.take(request.client.host if request.client else "")
    state.mail_limit.take(f"asked {email.lower()}")


def _insider(session: Session, initiative_id: object, visitor: Visitor | None) -> bool:
    if visitor is None:
        return False
    return is_member(session, initiative_id, visitor.actor.person_id) or oversees(session, visitor.actor, initiative_id)  # type: ignore[arg-type]
