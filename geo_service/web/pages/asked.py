"""What happens after a request was sent: ``/aanvraag/{id}``, the mailed link ``/bevestig/{secret}``, and links that work no more."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service.adoptions.asking import queries, service
from geo_service.adoptions.asking.schemas import Confirmed, RequestStatus
from geo_service.adoptions.decision import decide
from geo_service.days import day_of
from geo_service.db.engine import again
from geo_service.errors import Conflict, GeoServiceError, InvalidInput, LinkGone, NotFound, TooManyRequests, fault
from geo_service.installation import Installation
from geo_service.people import links, sessions
from geo_service.people.models import Person
from geo_service.people.schemas import Visitor
from geo_service.people.service import digest
from geo_service.plots import sketches
from geo_service.plots.intake import round_of
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.ask import BROWSER, browser_digest
from geo_service.web.pages.chosen import Chosen, asked_for
from geo_service.web.pages.forms import OwnForm, field, see_other, told
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.request_form import WRONG_ADDRESS, is_address
from geo_service.web.pages.visitor import MaybeVisitor, keep_signed_in
from geo_service.web.problems import status_of
from geo_service.words import Language

router = APIRouter(include_in_schema=False)


@router.get("/aanvraag/{adoption_id}")
def what_happens_next(
    request: Request, adoption_id: str, here: Here, session: DbSession, language: PageLanguage, now: Now, visitor: MaybeVisitor
) -> HTMLResponse:
    """Where a request stands. Who only has the address sees the plot code, the m² and the times."""
    return _show(request, here, language, now, visitor, _status(session, adoption_id), {})


@router.post("/aanvraag/{adoption_id}/opnieuw")
def mail_again(
    request: Request,
    adoption_id: str,
    _form: OwnForm,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    now: Now,
    visitor: MaybeVisitor,
) -> Response:
    """Mail the link again."""
    status = _status(session, adoption_id)
    try:
        asker = visitor.actor.person_id if visitor else None
        service.mail_again(session, status.adoption_id, _browser(request), asker, here.municipality, reached_at(request, here), now)
    except (TooManyRequests, Conflict, LinkGone) as error:
        session.rollback()
        return _show(request, here, language, now, visitor, status, told(error, language), status_of(error))
    return see_other(f"/aanvraag/{status.adoption_id}?gemaild=1")


@router.post("/aanvraag/{adoption_id}/adres")
def mend_address(
    request: Request,
    adoption_id: str,
    form: OwnForm,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    now: Now,
    visitor: MaybeVisitor,
) -> Response:
    """There was a typing error in the address."""
    status, email = _status(session, adoption_id), field(form, "email")
    try:
        if not is_address(email):
            raise InvalidInput(details={"errors": [fault("email", WRONG_ADDRESS)]})
        service.mend_address(session, status.adoption_id, _browser(request), email, here.municipality, reached_at(request, here), now)
    except (InvalidInput, Conflict, LinkGone) as error:
        session.rollback()
        faults = {name or "email": text for name, text in told(error, language).items()}
        return _show(request, here, language, now, visitor, status, faults, status_of(error), email)
    return see_other(f"/aanvraag/{status.adoption_id}?gemaild=1")


@router.get("/bevestig/{secret}")
def confirmation(
    request: Request, secret: str, here: Here, session: DbSession, language: PageLanguage, now: Now, visitor: MaybeVisitor
) -> Response:
    """What is confirmed, with one button: programs that only follow links do not use it up. With scripts it presses itself, unless
    somebody else is signed in here."""
    try:
        link = links.look(session, secret, service.PURPOSE, now)
    except LinkGone as error:
        return _gone(request, here, session, language, now, visitor, secret, error)
    status = queries.status(session, UUID(link.subject))
    if status is None or (status.lapsed and not status.waits(now)) or status.email.lower() != link.email.lower():
        return _gone(request, here, session, language, now, visitor, secret, LinkGone(links.OVER, details={"why": "over"}))
    another = visitor is not None and visitor.actor.person_id != status.person_id
    content = {"status": status, "secret": secret, "another": another}
    return _private(render(request, here, "ask/confirm.html", language, content))


@router.post("/bevestig/{secret}")
def confirm(
    request: Request, secret: str, _form: OwnForm, here: Here, session: DbSession, language: PageLanguage, now: Now, visitor: MaybeVisitor
) -> Response:
    """Confirm the request, and sign in on this device."""

    def work() -> tuple[Confirmed, str]:
        done = service.confirm(session, secret, here.municipality, reached_at(request, here), now)
        return done, sessions.begin(session, session.get_one(Person, done.person_id), now)

    try:
        done, cookie = again(session, work)
    except LinkGone as error:
        session.rollback()
        return _gone(request, here, session, language, now, visitor, secret, error)
    except Conflict as error:
        session.rollback()
        return _lost(request, here, session, language, now, secret, error)
    answer = see_other(f"/mijn/plek/{done.plot_code}")
    keep_signed_in(answer, cookie, reached_at(request, here))
    return answer


def _status(session: Session, adoption_id: str) -> RequestStatus:
    try:
        return service.look(session, UUID(adoption_id))
    except ValueError:
        raise NotFound() from None


def _browser(request: Request) -> bytes:
    return browser_digest(request.cookies.get(BROWSER, ""))


def _show(
    request: Request, here: Installation, language: Language, now: datetime, visitor: Visitor | None,
    status: RequestStatus, faults: dict[str, str], code: int = 200, typed: str = "",
) -> HTMLResponse:  # fmt: skip
    same_browser = status.browser is not None and status.browser == _browser(request)
    content: dict[str, Any] = {
        "status": status, "now": now, "faults": faults, "typed": typed, "same_browser": same_browser,
        "masked": masked(status.email) if same_browser else None,
        "own": visitor is not None and visitor.actor.person_id == status.person_id,
        "round": round_of(here.municipality.intake, day_of(status.created_at)),
        "mailed": "gemaild" in request.query_params,
    }  # fmt: skip
    return _private(render(request, here, "ask/status.html", language, content, code))


def _gone(
    request: Request, here: Installation, session: Session, language: Language, now: datetime, visitor: Visitor | None,
    secret: str, error: LinkGone,
) -> Response:  # fmt: skip
    """Used, too late or unknown: each has its own page, with a way on. Whoever confirmed before on this device just goes on."""
    status = queries.status_of_link(session, digest(secret))
    if status and status.confirmed_at and visitor and visitor.actor.person_id == status.person_id:
        return see_other(f"/mijn/plek/{status.plot_code}")
    why = "used" if status and status.confirmed_at else error.details["why"]
    content = {"why": why, "status": status, "now": now}
    return _private(render(request, here, "ask/gone.html", language, content, status_of(error)))


def _lost(
    request: Request, here: Installation, session: Session, language: Language, now: datetime, secret: str, error: GeoServiceError
) -> Response:
    """Others were granted the ground before it was confirmed. The drawing is kept, and what is still free of it is told. The address is
    confirmed all the same, so the next request is in at once."""
    lost = service.give_up(session, secret, now)
    shape = asked_for(session, Chosen(plot=lost.plot_code), now)
    decision = decide(session, shape, here.municipality, now)
    kept = Chosen(sketch=sketches.keep(session, decision.shape, (), now))
    content = {"plot": lost.plot_code, "decision": decision, "chosen": kept, "lost": error}
    answer = _private(render(request, here, "ask/lost.html", language, content, status_of(error)))
    keep_signed_in(answer, sessions.begin(session, session.get_one(Person, lost.person_id), now), reached_at(request, here))
    return answer


def _private(page: HTMLResponse) -> HTMLResponse:
    page.headers["Cache-Control"] = "no-store"
    return page


def masked(email: str) -> str:
    """Enough of an address to see a typing error in, for the browser that typed it: ``n***r@voorbeeld.nl``."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***{name[-1:] if len(name) > 2 else ''}@{host}"
