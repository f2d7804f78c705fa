"""``/aanvraag``: ask for ground on one page. What is chosen is judged first; a refusal says why and what would be possible."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from geo_service.adoptions.asking import service
from geo_service.adoptions.asking.schemas import Asker
from geo_service.adoptions.decision import decide
from geo_service.adoptions.schemas import MEASURES
from geo_service.errors import (
    N_,
    Conflict,
    GeoServiceError,
    GroundAskedFor,
    GroundTaken,
    InvalidInput,
    NotSignedIn,
    RuleForbids,
    TooManyRequests,
)
from geo_service.initiatives import queries as initiatives
from geo_service.maintenance.schemas import MEASURES as MEASURE_WORDS
from geo_service.papers.picture import Mark, picture
from geo_service.plots import sketches
from geo_service.plots.intake import round_of
from geo_service.web.pages.chosen import Chosen, asked_for, read_chosen
from geo_service.web.pages.forms import OwnForm, see_other
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.pictures import POLICY as PICTURE_POLICY
from geo_service.web.pages.request_form import Values, check_key, first_values, read_request, read_values, told
from geo_service.web.problems import status_of

router = APIRouter(include_in_schema=False)
BROWSER = "zb_aanvraag"
"""The cookie that tells which browser asked, so that it may see and mend the address."""
LABELS = {
    "naam_plek": N_("Name of the plot"),
    "met": N_("With whom do you do it?"),
    "groep": N_("Name of your group"),
    "zorg": N_("How much do you take on?"),
    "maatregelen": N_("What will you do?"),
    "plan": N_("Your plan in a few sentences"),
    "begin": N_("First day"),
    "naam": N_("Your name"),
    "email": N_("E-mail address"),
    "akkoord": N_("What you agree to"),
}
"""The fields, in the order of the page."""
NOT_YOURS = N_("You are no member of this initiative. Join it first, or ask without it.")


@router.get("/aanvraag")
def request_form(page: AnyPage) -> Response:
    """The form for the ground in the address. With ``initiatief`` one asks for an initiative of one's own, so one signs in first."""
    try:
        chosen = read_chosen(page.request.query_params)
    except InvalidInput:
        return RedirectResponse("/kies", 303)
    return _form(page, chosen, first_values(page.today, _own_initiative(page, chosen)), {})


@router.post("/aanvraag")
def send_request(page: AnyPage, form: OwnForm) -> Response:
    """Send it in: at once for who is signed in, else as a reservation that waits for a mailed confirmation."""
    chosen, values = read_chosen(form), read_values(form)
    check_key(values)
    browser = page.request.cookies.get(BROWSER) or secrets.token_urlsafe(32)
    try:
        made = _send(page, chosen, values, browser)
    except (InvalidInput, Conflict, TooManyRequests) as error:
        page.session.rollback()
        by_ground = isinstance(error, GroundTaken | GroundAskedFor | RuleForbids)
        return _form(page, chosen, values, {} if by_ground else told(error, page.language), status_of(error), error if by_ground else None)
    if page.visitor:
        return see_other(f"/mijn/plek/{service.look(page.session, made).plot_code}")
    answer = see_other(f"/aanvraag/{made}")
    keep_browser(answer, browser, page.base_url)
    return answer


@router.post("/aanvraag/voorstel")
def take_suggestion(page: AnyPage, form: OwnForm) -> Response:
    """Go on with what would be possible: it is kept as a sketch. What was filled in before comes along."""
    chosen, values = read_chosen(form), read_values(form)
    decision = decide(page.session, asked_for(page, chosen), page.municipality, page.now)
    suggestion = decision.suggestion if not decision.allowed else decision.shape
    if suggestion is None:
        return see_other(f"/aanvraag?{chosen.query}")
    kept = Chosen(sketch=sketches.keep(page.session, suggestion, (), page.now), initiative=chosen.initiative)
    if not values["sleutel"]:
        return see_other(f"/aanvraag?{kept.query}")
    check_key(values)
    return _form(page, kept, values, {})


@router.get("/aanvraag/kaart.svg")
def request_picture(page: AnyPage) -> Response:
    """The ground in the address, with what cannot be had marked."""
    decision = decide(page.session, asked_for(page, read_chosen(page.request.query_params)), page.municipality, page.now)
    faults = [outcome.fault for outcome in decision.outcomes if outcome.outcome == "failed" and outcome.fault]
    marks = [Mark("fault", shape) for shape in faults if not shape.is_empty]
    drawn = picture(
        page.session, decision.shape, width=720, height=432, margin_m=15, marks=marks, content=page.here.content, language=page.language
    )
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": PICTURE_POLICY}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def browser_digest(secret: str) -> bytes:
    """What is kept of the secret of a browser."""
    return hashlib.sha256(secret.encode()).digest()


def keep_browser(response: Response, secret: str, base_url: str) -> None:
    """Let this browser be recognised as the one that asked, for as long as a reservation may last."""
    response.set_cookie(
        BROWSER, secret, max_age=7 * 24 * 3600, path="/aanvraag", httponly=True, samesite="lax", secure=base_url.startswith("https:")
    )


def _form(
    page: Page, chosen: Chosen, values: Values, faults: dict[str, str], status: int = 200, lost: GeoServiceError | None = None
) -> HTMLResponse:
    """The form, or why this ground cannot be had and what can."""
    intake, today = page.municipality.intake, page.today
    decision = decide(page.session, asked_for(page, chosen), page.municipality, page.now, starts_on=values.day_after(today))
    content = {
        "chosen": chosen,
        "decision": decision,
        "lost": lost,
        "values": values,
        "faults": _in_order(faults),
        "labels": LABELS,
        "measures": {name: words for name, words in MEASURE_WORDS.items() if name in MEASURES},
        "mine": initiatives.of_member(page.session, page.person_id) if page.person_id else [],
        "round": round_of(intake, today),
        "today": today,
        "last_day": today + timedelta(days=intake.days_ahead),
    }
    return page.show("ask/form.html", content, status)


def _send(page: Page, chosen: Chosen, values: Values, browser: str) -> Any:
    asked = None if chosen.plot else asked_for(page, chosen)
    filled = read_request(values, chosen, asked, page.language, signed_in=page.visitor is not None)
    if page.visitor:
        actor = page.visitor.actor
        return page.again(lambda: service.submit(page.session, actor, filled, page.sender))
    page.request.app.state.request_limit.take(page.client)
    asker = Asker(values["email"], values["naam"] or None, browser_digest(browser))
    return page.again(lambda: service.reserve(page.session, asker, filled, page.sender))


def _own_initiative(page: Page, chosen: Chosen) -> Any:
    if not chosen.initiative:
        return None
    if page.visitor is None:
        raise NotSignedIn()
    found = initiatives.id_of(page.session, chosen.initiative)
    if found is None or not initiatives.is_member(page.session, found, page.visitor.actor.person_id):
        raise Conflict(NOT_YOURS)
    return found


def _in_order(faults: dict[str, str]) -> dict[str, str]:
    return {name: faults[name] for name in ("", *LABELS) if name in faults}
