"""``/steun``: neighbours answer with the code of their door card, or by mail; members and staff print the cards."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.support import queries, service
from geo_service.adoptions.support.schemas import Asked
from geo_service.db.base import as_shape
from geo_service.errors import Conflict, GeoServiceError
from geo_service.installation import Installation
from geo_service.papers.door_cards import Plan, door_cards
from geo_service.papers.picture import picture
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.limits import RateLimit
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, see_other, told
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.shared_group import count_mail, found
from geo_service.web.pages.visitor import MaybeVisitor, SignedInVisitor
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
Code = Annotated[str, Query(max_length=40)]


@router.get("/steun")
def enter(
    request: Request,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    visitor: MaybeVisitor,
    now: Now,
    code: Code = "",
    klaar: str = "",
) -> HTMLResponse:
    """Type the code of a card; with a code (the QR of the card): the plan and the answers."""
    if not code:
        return _enter(request, here, language, done=klaar)
    try:
        _limit(request).take(_client(request))
        asked = service.look(session, code, now)
    except GeoServiceError as error:
        return _enter(request, here, language, told(error, language), code)
    return _ask(request, here, session, language, visitor, asked, code)


@router.post("/steun")
def answer(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: MaybeVisitor, now: Now, form: OwnForm
) -> Response:
    """Count the voice of a household."""
    code = field(form, "code")
    try:
        _limit(request).take(_client(request))
        asked = service.look(session, code, now)
    except GeoServiceError as error:
        return _enter(request, here, language, told(error, language), code)
    typed_in = visitor.actor if visitor and field(form, "ingeleverd") else None
    try:
        service.answer(session, code, field(form, "antwoord"), field(form, "toelichting"), now, typed_in)
    except GeoServiceError as error:
        session.rollback()
        return _ask(request, here, session, language, visitor, asked, code, told(error, language))
    return see_other("/steun?klaar=ja")


@router.get("/steun/bevestig/{secret}")
def look_declared(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str) -> HTMLResponse:
    """What a mailed link confirms."""
    name = service.look_declared(session, secret, now).initiative_name
    return render(request, here, "confirm.html", language, {"what": "support", "name": name})


@router.post("/steun/bevestig/{secret}")
def confirm_declared(session: DbSession, now: Now, _form: OwnForm, secret: str) -> Response:
    """A self-declared voice counts."""
    service.confirm_declared(session, secret, now)
    return see_other("/steun?klaar=mail")


@router.get("/initiatief/{slug}/steun")
def about(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: MaybeVisitor, slug: str, gedaan: str = ""
) -> HTMLResponse:
    """How far support has come, and how one gives it."""
    return _about(request, here, session, language, visitor, slug, done=gedaan)


@router.post("/initiatief/{slug}/steun")
def declare(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: MaybeVisitor, now: Now, form: OwnForm, slug: str
) -> Response:
    """Say by mail that one lives near and supports the plan."""
    initiative = found(session, slug, visitor)
    try:
        asking = queries.requests_of(session, initiative.id)
        if not asking:
            raise Conflict(service.DECIDED)
        email, base_url = field(form, "email"), reached_at(request, here)
        count_mail(request, email)
        service.declare(session, asking[0], email, here.municipality, base_url, language, now)
    except GeoServiceError as error:
        session.rollback()
        return _about(request, here, session, language, visitor, slug, told(error, language))
    return see_other(f"/initiatief/{slug}/steun?gedaan=mail")


@router.post("/initiatief/{slug}/deurkaarten.pdf")
def print_cards(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, _form: OwnForm, slug: str
) -> Response:
    """The door cards of the newest request as PDF; a form, because every printing makes new codes."""
    initiative = found(session, slug, visitor)
    asking = queries.requests_of(session, initiative.id)
    if not asking:
        raise Conflict(service.DECIDED)
    cards = service.print_cards(session, visitor.actor, asking[0], here.municipality, now)
    shape = as_shape(session.get_one(Adoption, asking[0]).geom)
    drawn = picture(session, shape, width=520, height=300, margin_m=15, content=here.content, language=language)
    asked = service.asked_about(session, asking[0])
    plan = Plan(asked.initiative_name, asked.plot_code, asked.area_m2, asked.plan or asked.story or "")
    doors = [(card.address, card.code) for card in cards]
    content = door_cards(doors, plan, here.municipality, reached_at(request, here), drawn, language, now)
    headers = {"Content-Disposition": f'attachment; filename="deurkaarten-{asked.plot_code}.pdf"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def _enter(
    request: Request,
    here: Installation,
    language: Language,
    faults: dict[str, str] | None = None,
    code: str = "",
    done: str = "",
) -> HTMLResponse:
    named = {"code" if where == "" else where: text for where, text in (faults or {}).items()}
    content = {"faults": named, "code": code, "done": done}
    return render(request, here, "support_code.html", language, content, 400 if named else 200)


def _ask(
    request: Request,
    here: Installation,
    session: Session,
    language: Language,
    visitor: Visitor | None,
    asked: Asked,
    code: str,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    may_handle = visitor is not None and service.may_handle(session, visitor.actor, asked.initiative_id)
    content = {"asked": asked, "code": code, "faults": faults or {}, "may_handle": may_handle}
    return render(request, here, "support_answer.html", language, content, 400 if faults else 200)


def _about(
    request: Request,
    here: Installation,
    session: Session,
    language: Language,
    visitor: Visitor | None,
    slug: str,
    faults: dict[str, str] | None = None,
    done: str = "",
) -> HTMLResponse:
    initiative = found(session, slug, visitor)
    asking = [
        (service.asked_about(session, each), queries.progress(session, each, here.municipality))
        for each in queries.requests_of(session, initiative.id)
    ]
    content = {
        "initiative": initiative,
        "asking": asking,
        "may_handle": visitor is not None and service.may_handle(session, visitor.actor, initiative.id),
        "terms": here.municipality.support,
        "faults": faults or {},
        "done": done,
    }
    return render(request, here, "support.html", language, content, 400 if faults else 200)


def _limit(request: Request) -> RateLimit:
    limit: RateLimit = request.app.state.support_code_limit
    return limit


def _client(request: Request) -> str:
    return request.client.host if request.client else ""
