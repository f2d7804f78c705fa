"""What happens after a request was sent: ``/aanvraag/{id}``, the mailed link ``/bevestig/{secret}``, and links that work no more."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service.adoptions.asking import queries, service
from geo_service.adoptions.asking.schemas import Confirmed, RequestStatus
from geo_service.adoptions.decision import decide
from geo_service.days import day_of
from geo_service.db.engine import again
from geo_service.errors import Conflict, GeoServiceError, InvalidInput, LinkGone, NotFound, TooManyRequests, fault
from geo_service.people import links, sessions
from geo_service.people.models import Person
from geo_service.people.service import digest
from geo_service.plots import sketches
from geo_service.plots.intake import round_of
from geo_service.web.pages.ask import BROWSER, browser_digest
from geo_service.web.pages.chosen import Chosen, asked_for
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.request_form import WRONG_ADDRESS, is_address
from geo_service.web.pages.visitor import keep_signed_in
from geo_service.web.problems import status_of

router = APIRouter(include_in_schema=False)
UNKEPT = {"Cache-Control": "no-store"}
"""For what only the browser that asked may see: it stands in no cache."""


@router.get("/aanvraag/{adoption_id}")
def what_happens_next(page: AnyPage, adoption_id: str) -> HTMLResponse:
    """Where a request stands. Who only has the address sees the plot code, the m² and the times."""
    return _show(page, _status(page.session, adoption_id), {})


@router.post("/aanvraag/{adoption_id}/opnieuw")
def mail_again(page: AnyPage, adoption_id: str, _form: OwnForm) -> Response:
    """Mail the link again."""
    status = _status(page.session, adoption_id)
    try:
        asker = page.person_id
        service.mail_again(page.session, status.adoption_id, _browser(page), asker, page.sender)
    except (TooManyRequests, Conflict, LinkGone) as error:
        page.session.rollback()
        return _show(page, status, page.told(error), status_of(error))
    return see_other(f"/aanvraag/{status.adoption_id}?gemaild=1")


@router.post("/aanvraag/{adoption_id}/adres")
def mend_address(page: AnyPage, adoption_id: str, form: OwnForm) -> Response:
    """There was a typing error in the address."""
    status, email = _status(page.session, adoption_id), field(form, "email")
    try:
        if not is_address(email):
            raise InvalidInput(details={"errors": [fault("email", WRONG_ADDRESS)]})
        service.mend_address(page.session, status.adoption_id, _browser(page), email, page.sender)
    except (InvalidInput, Conflict, LinkGone) as error:
        page.session.rollback()
        faults = {name or "email": text for name, text in page.told(error).items()}
        return _show(page, status, faults, status_of(error), email)
    return see_other(f"/aanvraag/{status.adoption_id}?gemaild=1")


@router.get("/bevestig/{secret}")
def confirmation(page: AnyPage, secret: str) -> Response:
    """What is confirmed, with one button: programs that only follow links do not use it up. With scripts it presses itself, unless
    somebody else is signed in here."""
    try:
        link = links.look(page.session, secret, service.PURPOSE, page.now)
    except LinkGone as error:
        return _gone(page, secret, error)
    status = queries.status(page.session, UUID(link.subject))
    if status is None or (status.lapsed and not status.waits(page.now)) or status.email.lower() != link.email.lower():
        return _gone(page, secret, LinkGone(links.OVER, details={"why": "over"}))
    content = {"status": status, "secret": secret, "another": page.person_id not in (None, status.person_id)}
    return page.show("ask/confirm.html", content, headers=UNKEPT)


@router.post("/bevestig/{secret}")
def confirm(page: AnyPage, secret: str, _form: OwnForm) -> Response:
    """Confirm the request, and sign in on this device."""

    def work() -> tuple[Confirmed, str]:
        done = service.confirm(page.session, secret, page.sender)
        return done, sessions.begin(page.session, page.session.get_one(Person, done.person_id), page.now)

    try:
        done, cookie = again(page.session, work)
    except LinkGone as error:
        page.session.rollback()
        return _gone(page, secret, error)
    except Conflict as error:
        page.session.rollback()
        return _lost(page, secret, error)
    answer = see_other(f"/mijn/plek/{done.plot_code}")
    keep_signed_in(answer, cookie, page.base_url)
    return answer


def _status(session: Session, adoption_id: str) -> RequestStatus:
    try:
        return service.look(session, UUID(adoption_id))
    except ValueError:
        raise NotFound() from None


def _browser(page: Page) -> bytes:
    return browser_digest(page.request.cookies.get(BROWSER, ""))


def _show(page: Page, status: RequestStatus, faults: dict[str, str], code: int = 200, typed: str = "") -> HTMLResponse:
    same_browser = status.browser is not None and status.browser == _browser(page)
    content: dict[str, Any] = {
        "status": status, "now": page.now, "faults": faults, "typed": typed, "same_browser": same_browser,
        "masked": masked(status.email) if same_browser else None,
        "own": page.person_id == status.person_id,
        "round": round_of(page.municipality.intake, day_of(status.created_at)),
        "mailed": "gemaild" in page.request.query_params,
    }  # fmt: skip
    return page.show("ask/status.html", content, code, UNKEPT)


def _gone(page: Page, secret: str, error: LinkGone) -> Response:
    """Used, too late or unknown: each has its own page, with a way on. Whoever confirmed before on this device just goes on."""
    status = queries.status_of_link(page.session, digest(secret))
    if status and status.confirmed_at and page.person_id == status.person_id:
        return see_other(f"/mijn/plek/{status.plot_code}")
    why = "used" if status and status.confirmed_at else error.details["why"]
    content = {"why": why, "status": status, "now": page.now}
    return page.show("ask/gone.html", content, status_of(error), UNKEPT)


def _lost(page: Page, secret: str, error: GeoServiceError) -> Response:
    """Others were granted the ground before it was confirmed. The drawing is kept, and what is still free of it is told. The address is
    confirmed all the same, so the next request is in at once."""
    lost = service.give_up(page.session, secret, page.now)
    shape = asked_for(page, Chosen(plot=lost.plot_code))
    decision = decide(page.session, shape, page.municipality, page.now)
    kept = Chosen(sketch=sketches.keep(page.session, decision.shape, (), page.now))
    content = {"plot": lost.plot_code, "decision": decision, "chosen": kept, "lost": error}
    answer = page.show("ask/lost.html", content, status_of(error), UNKEPT)
    return page.sign_in(page.session.get_one(Person, lost.person_id), answer)


def masked(email: str) -> str:
    """Enough of an address to see a typing error in, for the browser that typed it: ``n***r@voorbeeld.nl``."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***{name[-1:] if len(name) > 2 else ''}@{host}"
