"""``/inloggen``: sign in with a mailed link, without a password, and sign out."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from geo_service.errors import GeoServiceError, InvalidInput, LinkGone, NotFound, TooManyRequests
from geo_service.people import account, links, sessions
from geo_service.people.models import Person
from geo_service.people.queries import demo_people
from geo_service.web.links import own_path
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.render import UNSEEN
from geo_service.web.pages.visitor import COOKIE
from geo_service.web.problems import status_of
from geo_service.words import explain

router = APIRouter(include_in_schema=False)
HOME = "/mijn"


@router.get("/inloggen")
def sign_in(page: AnyPage, verder: str = "") -> Response:
    """One field; who is signed in already goes on."""
    next_path = own_path(verder, HOME)
    if page.visitor is not None:
        return see_other(next_path)
    return _page(page, {"verder": next_path})


@router.post("/inloggen")
def ask(page: AnyPage, form: OwnForm) -> Response:
    """Mail a link. The answer is the same for every address."""
    email, next_path = field(form, "email"), own_path(field(form, "verder"), HOME)
    try:
        return _mail_link(page, email, next_path)
    except (InvalidInput, TooManyRequests) as error:
        page.session.rollback()
        place = "email" if isinstance(error, InvalidInput) else ""
        values = {"verder": next_path, "email": email, "faults": {place: explain(error, page.language)}}
        return _page(page, values, error)


@router.post("/inloggen/demo")
def as_demo_person(page: AnyPage, form: OwnForm) -> Response:
    """In the demo, on this machine only: be one of its people."""
    people = demo_people(page.session) if page.request.app.state.demo else []
    person = next((each for each, _ in people if each.email == field(form, "wie")), None)
    if person is None:
        raise NotFound
    return signed_in(page, person, own_path(field(form, "verder"), HOME))


@router.get("/inloggen/{secret}")
def show_link(page: AnyPage, secret: str) -> Response:
    """One button: programs that look into mails open addresses, and must not use the link up."""
    try:
        link = links.look(page.session, secret, account.SIGN_IN, page.now)
    except LinkGone as error:
        if page.visitor is not None:
            return see_other(HOME)
        return _gone(page, secret, error)
    return page.show("sign_in_link.html", {"secret": secret, "email": link.email}, headers=UNSEEN)


@router.post("/inloggen/{secret}")
def use_link(page: AnyPage, secret: str, _form: OwnForm) -> Response:
    """The link is used up, and its owner is signed in here."""
    try:
        link = links.use(page.session, secret, account.SIGN_IN, page.now)
    except LinkGone as error:
        return _gone(page, secret, error)
    person = account.person_of(page.session, link.email, page.language)
    return signed_in(page, person, own_path(link.subject, HOME))


@router.post("/inloggen/{secret}/opnieuw")
def send_again(page: AnyPage, secret: str, _form: OwnForm) -> Response:
    """A new link in place of one that was used or is over, to the same address."""
    link = links.kept(page.session, secret, account.SIGN_IN)
    if link is None:
        return see_other("/inloggen")
    try:
        return _mail_link(page, link.email, own_path(link.subject, HOME))
    except TooManyRequests as error:
        return _page(page, {"verder": HOME, "faults": {"": explain(error, page.language)}}, error)


@router.post("/uitloggen")
def sign_out(page: AnyPage, form: OwnForm) -> Response:
    """Sign out here, or with ``overal`` on every device."""
    if page.visitor is not None and field(form, "overal"):
        sessions.end_everywhere(page.session, page.visitor.actor.person_id)
    sessions.end(page.session, page.request.cookies.get(COOKIE, ""))
    response = see_other("/inloggen" if field(form, "overal") else "/")
    response.delete_cookie(COOKIE)
    return response


def signed_in(page: Page, person: Person, next_path: str) -> Response:
    """A new session for this browser; the one that it had ends."""
    sessions.end(page.session, page.request.cookies.get(COOKIE, ""))
    return page.sign_in(person, see_other(next_path))


def _mail_link(page: Page, email: str, next_path: str) -> Response:
    state = page.request.app.state
    state.sign_in_limit.take(page.client)
    minutes = page.here.settings.sign_in_minutes
    state.mail_limit.take(email.lower())
    account.ask_to_sign_in(page.session, email, next_path, page.sender, page.language, minutes)
    content = {"email": email, "minutes": minutes, "verder": next_path, "demo": state.demo}
    return page.show("sign_in_sent.html", content, headers=UNSEEN)


def _page(page: Page, values: Mapping[str, Any], error: GeoServiceError | None = None) -> Response:
    state = page.request.app.state
    content = {
        "email": "", "faults": {}, "has_login": state.login.exists, "people": demo_people(page.session) if state.demo else [], **values,
    }  # fmt: skip
    waiting = {"Retry-After": str(error.values["retry_after"])} if isinstance(error, TooManyRequests) else {}
    return page.show("sign_in.html", content, status_of(error) if error else 200, {**UNSEEN, **waiting})


def _gone(page: Page, secret: str, error: LinkGone) -> Response:
    known = links.kept(page.session, secret, account.SIGN_IN) is not None
    content = {"why": error.details["why"], "text": explain(error, page.language), "secret": secret if known else None}
    return page.show("sign_in_gone.html", content, status_of(error), UNSEEN)
