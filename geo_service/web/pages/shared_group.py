"""What the pages of initiatives share: the initiative of an address, the ways to help in words, and how mails are posted."""

from geo_service.adoptions.queries import is_public, oversees
from geo_service.errors import N_, NotAllowed, NotFound
from geo_service.initiatives.mails import Post, postman
from geo_service.initiatives.models import Initiative
from geo_service.initiatives.queries import id_of, is_member
from geo_service.web.pages.page import Page, SignedInPage

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


def found(page: Page, slug: str) -> Initiative:
    """The initiative with this address, as far as this visitor may know of it."""
    initiative_id = id_of(page.session, slug)
    if initiative_id is None or not (is_public(page.session, initiative_id) or _insider(page, initiative_id)):
        raise NotFound
    return page.session.get_one(Initiative, initiative_id)


def of_members(page: SignedInPage, slug: str) -> Initiative:
    """The initiative for one of its members; NotAllowed for others."""
    initiative = found(page, slug)
    if not is_member(page.session, initiative.id, page.person_id):
        raise NotAllowed
    return initiative


def poster(page: Page) -> Post:
    """Posts the mails of this request."""
    return postman(page.session, page.sender, page.language)


def count_mail(page: Page, email: str) -> None:
    """Count a mail that somebody who is not signed in has us send: nobody's mailbox is filled by strangers. These are counted apart
    from links to sign in, so that nobody is kept from signing in by them."""
    state = page.request.app.state
    state.sign_in_limit.take(page.client)
    state.mail_limit.take(f"asked {email.lower()}")


def _insider(page: Page, initiative_id: object) -> bool:
    if page.visitor is None:
        return False
    return is_member(page.session, initiative_id, page.visitor.actor.person_id) or oversees(page.session, page.visitor.actor, initiative_id)  # type: ignore[arg-type]
