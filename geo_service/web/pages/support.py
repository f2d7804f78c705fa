"""``/steun``: neighbours answer with the code of their door card, or by mail; members and staff print the cards."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.support import queries, service
from geo_service.adoptions.support.schemas import Asked
from geo_service.db.base import as_shape
from geo_service.errors import Conflict, GeoServiceError
from geo_service.papers.door_cards import Plan, door_cards
from geo_service.papers.picture import picture
from geo_service.web.limits import RateLimit
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import AnyPage, OwnPage, Page
from geo_service.web.pages.shared_group import count_mail, found

router = APIRouter(include_in_schema=False)
Code = Annotated[str, Query(max_length=40)]


@router.get("/steun")
def enter(page: AnyPage, code: Code = "", klaar: str = "") -> HTMLResponse:
    """Type the code of a card; with a code (the QR of the card): the plan and the answers."""
    if not code:
        return _enter(page, done=klaar)
    try:
        _limit(page).take(page.client)
        asked = service.look(page.session, code, page.now)
    except GeoServiceError as error:
        return _enter(page, page.told(error), code)
    return _ask(page, asked, code)


@router.post("/steun")
def answer(page: AnyPage, form: OwnForm) -> Response:
    """Count the voice of a household."""
    code = field(form, "code")
    try:
        _limit(page).take(page.client)
        asked = service.look(page.session, code, page.now)
    except GeoServiceError as error:
        return _enter(page, page.told(error), code)
    typed_in = page.visitor.actor if page.visitor and field(form, "ingeleverd") else None
    try:
        service.answer(page.session, code, field(form, "antwoord"), field(form, "toelichting"), page.now, typed_in)
    except GeoServiceError as error:
        page.session.rollback()
        return _ask(page, asked, code, page.told(error))
    return see_other("/steun?klaar=ja")


@router.get("/steun/bevestig/{secret}")
def look_declared(page: AnyPage, secret: str) -> HTMLResponse:
    """What a mailed link confirms."""
    name = service.look_declared(page.session, secret, page.now).initiative_name
    return page.show("confirm.html", {"what": "support", "name": name})


@router.post("/steun/bevestig/{secret}")
def confirm_declared(page: AnyPage, _form: OwnForm, secret: str) -> Response:
    """A self-declared voice counts."""
    service.confirm_declared(page.session, secret, page.now)
    return see_other("/steun?klaar=mail")


@router.get("/initiatief/{slug}/steun")
def about(page: AnyPage, slug: str, gedaan: str = "") -> HTMLResponse:
    """How far support has come, and how one gives it."""
    return _about(page, slug, done=gedaan)


@router.post("/initiatief/{slug}/steun")
def declare(page: AnyPage, form: OwnForm, slug: str) -> Response:
    """Say by mail that one lives near and supports the plan."""
    initiative = found(page, slug)
    try:
        asking = queries.requests_of(page.session, initiative.id)
        if not asking:
            raise Conflict(service.DECIDED)
        email = field(form, "email")
        count_mail(page, email)
        service.declare(page.session, asking[0], email, page.sender, page.language)
    except GeoServiceError as error:
        page.session.rollback()
        return _about(page, slug, page.told(error))
    return see_other(f"/initiatief/{slug}/steun?gedaan=mail")


@router.post("/initiatief/{slug}/deurkaarten.pdf")
def print_cards(page: OwnPage, _form: OwnForm, slug: str) -> Response:
    """The door cards of the newest request as PDF; a form, because every printing makes new codes."""
    initiative = found(page, slug)
    asking = queries.requests_of(page.session, initiative.id)
    if not asking:
        raise Conflict(service.DECIDED)
    cards = service.print_cards(page.session, page.actor, asking[0], page.municipality, page.now)
    shape = as_shape(page.session.get_one(Adoption, asking[0]).geom)
    drawn = picture(page.session, shape, width=520, height=300, margin_m=15, content=page.here.content, language=page.language)
    asked = service.asked_about(page.session, asking[0])
    plan = Plan(asked.initiative_name, asked.plot_code, asked.area_m2, asked.plan or asked.story or "")
    doors = [(card.address, card.code) for card in cards]
    content = door_cards(doors, plan, page.municipality, page.base_url, drawn, page.language, page.now)
    headers = {"Content-Disposition": f'attachment; filename="deurkaarten-{asked.plot_code}.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def _enter(page: Page, faults: dict[str, str] | None = None, code: str = "", done: str = "") -> HTMLResponse:
    named = {"code" if where == "" else where: text for where, text in (faults or {}).items()}
    content = {"faults": named, "code": code, "done": done}
    return page.show("support_code.html", content, 400 if named else 200)


def _ask(page: Page, asked: Asked, code: str, faults: dict[str, str] | None = None) -> HTMLResponse:
    may_handle = page.visitor is not None and service.may_handle(page.session, page.visitor.actor, asked.initiative_id)
    content = {"asked": asked, "code": code, "faults": faults or {}, "may_handle": may_handle}
    return page.show("support_answer.html", content, 400 if faults else 200)


def _about(page: Page, slug: str, faults: dict[str, str] | None = None, done: str = "") -> HTMLResponse:
    initiative = found(page, slug)
    asking = [
        (service.asked_about(page.session, each), queries.progress(page.session, each, page.municipality))
        for each in queries.requests_of(page.session, initiative.id)
    ]
    content = {
        "initiative": initiative,
        "asking": asking,
        "may_handle": page.visitor is not None and service.may_handle(page.session, page.visitor.actor, initiative.id),
        "terms": page.municipality.support,
        "faults": faults or {},
        "done": done,
    }
    return page.show("support.html", content, 400 if faults else 200)


def _limit(page: Page) -> RateLimit:
    limit: RateLimit = page.request.app.state.support_code_limit
    return limit
