"""``/aanvraag``: ask for ground on one page. What is chosen is judged first; a refusal says why and what would be possible."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from geo_service.adoptions.asking import service
from geo_service.adoptions.asking.schemas import Asker
from geo_service.adoptions.decision import decide
from geo_service.adoptions.schemas import MEASURES
from geo_service.days import day_of
from geo_service.db.engine import act_for, again
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
from geo_service.installation import Installation
from geo_service.maintenance.schemas import MEASURES as MEASURE_WORDS
from geo_service.papers.picture import Mark, picture
from geo_service.people.schemas import Visitor
from geo_service.plots import sketches
from geo_service.plots.intake import round_of
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.chosen import Chosen, asked_for, read_chosen
from geo_service.web.pages.forms import OwnForm, see_other
from geo_service.web.pages.pictures import POLICY as PICTURE_POLICY
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.request_form import Values, check_key, first_values, read_request, read_values, told
from geo_service.web.pages.visitor import MaybeVisitor
from geo_service.web.problems import status_of
from geo_service.words import Language

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


@dataclass
class Page:
    """Everything that the form is made from."""

    request: Request
    here: Installation
    session: Session
    language: Language
    now: Any
    visitor: Visitor | None

    def show(
        self, chosen: Chosen, values: Values, faults: dict[str, str], status: int = 200, lost: GeoServiceError | None = None
    ) -> HTMLResponse:
        """The form, or why this ground cannot be had and what can."""
        session, here = self.session, self.here
        asked = asked_for(session, chosen, self.now)
        today = day_of(self.now)
        decision = decide(session, asked, here.municipality, self.now, starts_on=values.day_after(today))
        content = {
            "chosen": chosen, "decision": decision, "lost": lost, "values": values, "faults": _in_order(faults), "labels": LABELS,
            "measures": {name: words for name, words in MEASURE_WORDS.items() if name in MEASURES},
            "mine": initiatives.of_member(session, self.visitor.actor.person_id) if self.visitor else [],
            "round": round_of(here.municipality.intake, today), "today": today,
            "last_day": today + timedelta(days=here.municipality.intake.days_ahead),
        }  # fmt: skip
        return render(self.request, here, "ask/form.html", self.language, content, status)


@router.get("/aanvraag")
def request_form(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, visitor: MaybeVisitor) -> Response:
    """The form for the ground in the address. With ``initiatief`` one asks for an initiative of one's own, so one signs in first."""
    try:
        chosen = read_chosen(request.query_params)
    except InvalidInput:
        return RedirectResponse("/kies", 303)
    page = Page(request, here, session, language, now, visitor)
    return page.show(chosen, first_values(day_of(now), _own_initiative(session, chosen, visitor)), {})


@router.post("/aanvraag")
def send_request(
    request: Request, form: OwnForm, here: Here, session: DbSession, language: PageLanguage, now: Now, visitor: MaybeVisitor
) -> Response:
    """Send it in: at once for who is signed in, else as a reservation that waits for a mailed confirmation."""
    chosen, values = read_chosen(form), read_values(form)
    check_key(values)
    browser = request.cookies.get(BROWSER) or secrets.token_urlsafe(32)
    try:
        made = _send(request, here, session, language, now, visitor, chosen, values, browser)
    except (InvalidInput, Conflict, TooManyRequests) as error:
        session.rollback()
        page = Page(request, here, session, language, now, visitor)
        by_ground = isinstance(error, GroundTaken | GroundAskedFor | RuleForbids)
        return page.show(chosen, values, {} if by_ground else told(error, language), status_of(error), error if by_ground else None)
    if visitor:
        return see_other(f"/mijn/plek/{service.look(session, made).plot_code}")
    answer = see_other(f"/aanvraag/{made}")
    keep_browser(answer, browser, reached_at(request, here))
    return answer


@router.post("/aanvraag/voorstel")
def take_suggestion(
    request: Request, form: OwnForm, here: Here, session: DbSession, language: PageLanguage, now: Now, visitor: MaybeVisitor
) -> Response:
    """Go on with what would be possible: it is kept as a sketch. What was filled in before comes along."""
    chosen, values = read_chosen(form), read_values(form)
    decision = decide(session, asked_for(session, chosen, now), here.municipality, now)
    suggestion = decision.suggestion if not decision.allowed else decision.shape
    if suggestion is None:
        return see_other(f"/aanvraag?{chosen.query}")
    kept = Chosen(sketch=sketches.keep(session, suggestion, (), now), initiative=chosen.initiative)
    if not values["sleutel"]:
        return see_other(f"/aanvraag?{kept.query}")
    check_key(values)
    return Page(request, here, session, language, now, visitor).show(kept, values, {})


@router.get("/aanvraag/kaart.svg")
def request_picture(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now) -> Response:
    """The ground in the address, with what cannot be had marked."""
    decision = decide(session, asked_for(session, read_chosen(request.query_params), now), here.municipality, now)
    faults = [outcome.fault for outcome in decision.outcomes if outcome.outcome == "failed" and outcome.fault]
    marks = [Mark("fault", shape) for shape in faults if not shape.is_empty]
    drawn = picture(
        session, decision.shape, width=720, height=432, margin_m=15, marks=marks, content=here.content, language=language
    )  # fmt: skip
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


def _send(
    request: Request, here: Installation, session: Session, language: Language, now: Any, visitor: Visitor | None,
    chosen: Chosen, values: Values, browser: str,
) -> Any:  # fmt: skip
    asked = None if chosen.plot else asked_for(session, chosen, now)
    filled = read_request(values, chosen, asked, language, signed_in=visitor is not None)
    base_url = reached_at(request, here)
    if visitor:
        actor = visitor.actor

        def submit() -> Any:
            act_for(session, actor.person_id)
            return service.submit(session, actor, filled, here.municipality, base_url, now)

        return again(session, submit)
    request.app.state.request_limit.take(request.client.host if request.client else "")
    asker = Asker(values["email"], values["naam"] or None, browser_digest(browser))
    return again(session, lambda: service.reserve(session, asker, filled, here.municipality, base_url, now))


def _own_initiative(session: Session, chosen: Chosen, visitor: Visitor | None) -> Any:
    if not chosen.initiative:
        return None
    if visitor is None:
        raise NotSignedIn()
    found = initiatives.id_of(session, chosen.initiative)
    if found is None or not initiatives.is_member(session, found, visitor.actor.person_id):
        raise Conflict(NOT_YOURS)
    return found


def _in_order(faults: dict[str, str]) -> dict[str, str]:
    return {name: faults[name] for name in ("", *LABELS) if name in faults}
