"""``/inloggen``: sign in with a mailed link, without a password, and sign out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from geo_service.errors import GeoServiceError, InvalidInput, LinkGone, NotFound, TooManyRequests
from geo_service.installation import Installation
from geo_service.people import account, links, sessions
from geo_service.people.models import Person
from geo_service.people.queries import demo_people
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import own_path, reached_at
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.render import UNSEEN, PageLanguage, render
from geo_service.web.pages.visitor import COOKIE, MaybeVisitor, keep_signed_in
from geo_service.web.problems import status_of
from geo_service.words import Language, explain

router = APIRouter(include_in_schema=False)
HOME = "/mijn"


@router.get("/inloggen")
def sign_in(request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: MaybeVisitor, verder: str = "") -> Response:
    """One field; who is signed in already goes on."""
    next_path = own_path(verder, HOME)
    if visitor is not None:
        return see_other(next_path)
    return _page(request, here, session, language, {"verder": next_path})


@router.post("/inloggen")
def ask(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, form: OwnForm) -> Response:
    """Mail a link. The answer is the same for every address."""
    email, next_path = field(form, "email"), own_path(field(form, "verder"), HOME)
    try:
        return _mail_link(request, here, session, language, now, email, next_path)
    except (InvalidInput, TooManyRequests) as error:
        session.rollback()
        place = "email" if isinstance(error, InvalidInput) else ""
        values = {"verder": next_path, "email": email, "faults": {place: explain(error, language)}}
        return _page(request, here, session, language, values, error)


@router.post("/inloggen/demo")
def as_demo_person(request: Request, here: Here, session: DbSession, now: Now, form: OwnForm) -> Response:
    """In the demo, on this machine only: be one of its people."""
    people = demo_people(session) if request.app.state.demo else []
    person = next((each for each, _ in people if each.email == field(form, "wie")), None)
    if person is None:
        raise NotFound
    return signed_in(request, here, session, person, own_path(field(form, "verder"), HOME), now)


@router.get("/inloggen/{secret}")
def show_link(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: MaybeVisitor, now: Now, secret: str
) -> Response:
    """One button: programs that look into mails open addresses, and must not use the link up."""
    try:
        link = links.look(session, secret, account.SIGN_IN, now)
    except LinkGone as error:
        if visitor is not None:
            return see_other(HOME)
        return _gone(request, here, session, language, secret, error)
    return render(request, here, "sign_in_link.html", language, {"secret": secret, "email": link.email}, headers=UNSEEN)


@router.post("/inloggen/{secret}")
def use_link(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str, _form: OwnForm) -> Response:
    """The link is used up, and its owner is signed in here."""
    try:
        link = links.use(session, secret, account.SIGN_IN, now)
    except LinkGone as error:
        return _gone(request, here, session, language, secret, error)
    person = account.person_of(session, link.email, language)
    return signed_in(request, here, session, person, own_path(link.subject, HOME), now)


@router.post("/inloggen/{secret}/opnieuw")
def send_again(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str, _form: OwnForm) -> Response:
    """A new link in place of one that was used or is over, to the same address."""
    link = links.kept(session, secret, account.SIGN_IN)
    if link is None:
        return see_other("/inloggen")
    try:
        return _mail_link(request, here, session, language, now, link.email, own_path(link.subject, HOME))
    except TooManyRequests as error:
        return _page(request, here, session, language, {"verder": HOME, "faults": {"": explain(error, language)}}, error)


@router.post("/uitloggen")
def sign_out(request: Request, session: DbSession, visitor: MaybeVisitor, form: OwnForm) -> Response:
    """Sign out here, or with ``overal`` on every device."""
    if visitor is not None and field(form, "overal"):
        sessions.end_everywhere(session, visitor.actor.person_id)
    sessions.end(session, request.cookies.get(COOKIE, ""))
    response = see_other("/inloggen" if field(form, "overal") else "/")
    response.delete_cookie(COOKIE)
    return response


def signed_in(request: Request, here: Installation, session: Session, person: Person, next_path: str, now: datetime) -> Response:
    """A new session for this browser; the one that it had ends."""
    sessions.end(session, request.cookies.get(COOKIE, ""))
    response = see_other(next_path)
    keep_signed_in(response, sessions.begin(session, person, now), reached_at(request, here))
    return response


def _mail_link(
    request: Request, here: Installation, session: Session, language: Language, now: datetime, email: str, next_path: str
) -> Response:
    state = request.app.state
    state.sign_in_limit.take(request.client.host if request.client else "")
    minutes = here.settings.sign_in_minutes
    state.mail_limit.take(email.lower())
    account.ask_to_sign_in(session, email, next_path, here.municipality, reached_at(request, here), language, now, minutes)
    content = {"email": email, "minutes": minutes, "verder": next_path, "demo": state.demo}
    return render(request, here, "sign_in_sent.html", language, content, headers=UNSEEN)


def _page(
    request: Request,
    here: Installation,
    session: Session,
    language: Language,
    values: Mapping[str, Any],
    error: GeoServiceError | None = None,
) -> Response:
    state = request.app.state
    content = {
        "email": "", "faults": {}, "has_login": state.login.exists, "people": demo_people(session) if state.demo else [], **values,
    }  # fmt: skip
    waiting = {"Retry-After": str(error.values["retry_after"])} if isinstance(error, TooManyRequests) else {}
    return render(request, here, "sign_in.html", language, content, status_of(error) if error else 200, {**UNSEEN, **waiting})


def _gone(request: Request, here: Installation, session: Session, language: Language, secret: str, error: LinkGone) -> Response:
    known = links.kept(session, secret, account.SIGN_IN) is not None
    content = {"why": error.details["why"], "text": explain(error, language), "secret": secret if known else None}
    return render(request, here, "sign_in_gone.html", language, content, status_of(error), UNSEEN)
