"""``/plek/{code}/zelfbeheerbrief``: the agreement to read and to sign, for members of the initiative and staff of the district."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from geo_service.adoptions import queries as adoptions
from geo_service.adoptions.agreements import paper, service
from geo_service.adoptions.agreements.schemas import AgreementView, Side
from geo_service.adoptions.mails import Sender
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.states import FINAL
from geo_service.days import day_of
from geo_service.errors import N_, Conflict, InvalidInput, NotFound, fault
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, see_other, told
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.visitor import SignedInVisitor
from geo_service.web.problems import status_of

router = APIRouter(include_in_schema=False)
Version = Annotated[int | None, Query(alias="versie", ge=1)]
OfAdoption = Annotated[UUID | None, Query(alias="aanvraag")]
PAGE = "/plek/{code}/zelfbeheerbrief"
WORDS = {"who": paper.WHO, "sides": paper.SIDES, "levels": paper.LEVELS, "not_yet": paper.NOT_YET}
"""Texts that the page shares with the paper."""


@router.get(PAGE)
def letter(
    request: Request,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    visitor: SignedInVisitor,
    now: Now,
    code: str,
    version: Version = None,
    adoption: OfAdoption = None,
) -> HTMLResponse:
    """The newest version, or an older one."""
    view, versions = _read(session, visitor, code, now, adoption)
    content = _content(session, visitor, view, versions, _chosen(versions, version))
    return render(request, here, "letter.html", language, content)


@router.get(PAGE + ".pdf")
def letter_pdf(
    here: Here,
    session: DbSession,
    language: PageLanguage,
    visitor: SignedInVisitor,
    now: Now,
    code: str,
    version: Version = None,
    adoption: OfAdoption = None,
) -> Response:
    """The same on paper; what both signed as it was kept then."""
    _view, versions = _read(session, visitor, code, now, adoption)
    chosen = _chosen(versions, version)
    if chosen is None:
        raise NotFound
    return as_pdf(service.pdf_of(session, chosen, here.content, language), code)


@router.post(PAGE)
def sign(
    request: Request,
    here: Here,
    session: DbSession,
    language: PageLanguage,
    visitor: SignedInVisitor,
    now: Now,
    code: str,
    form: OwnForm,
    adoption: OfAdoption = None,
) -> Response:
    """Sign for one side."""
    view, _versions = _read(session, visitor, code, now, adoption)
    side: Side = "municipality" if field(form, "kant") == "gemeente" else "residents"
    try:
        if not field(form, "akkoord"):
            raise InvalidInput(details={"errors": [fault("akkoord", N_("Tick that you agree. Then sign."))]})
        sender = Sender(here.municipality, reached_at(request, here), now)
        service.sign(session, visitor.actor, view.id, side, field(form, "vingerafdruk"), sender, here.content)
    except (Conflict, InvalidInput) as error:
        session.rollback()
        view, versions = _read(session, visitor, code, now, view.id)
        content = _content(session, visitor, view, versions, _chosen(versions, None), told(error, language))
        return render(request, here, "letter.html", language, content, status_of(error))
    return see_other(f"{PAGE.format(code=code)}?aanvraag={view.id}" if adoption else PAGE.format(code=code))


def as_pdf(made: bytes, code: str) -> Response:
    """A PDF that the browser shows, under a name to keep it by; nobody else may keep it."""
    headers = {"Content-Disposition": f'inline; filename="zelfbeheerbrief-{code}.pdf"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(made, media_type="application/pdf", headers=headers)


def _read(session: Session, visitor: Visitor, code: str, now: Now, adoption: UUID | None) -> tuple[AdoptionView, list[AgreementView]]:
    """The adoption of the plot in which this visitor has a part: the one that is asked for, else what goes on before what is over."""
    found = [view for view in adoptions.listed(session, visitor.actor, day_of(now), plot=code) if view.full and view.state != "draft"]
    chosen = [view for view in found if adoption in (None, view.id)]
    if not chosen:
        raise NotFound
    view = max(chosen, key=lambda each: (each.state not in FINAL, each.status == "geadopteerd", each.created_at))
    return service.read(session, visitor.actor, view.id, day_of(now))


def _chosen(versions: list[AgreementView], number: int | None) -> AgreementView | None:
    found = [version for version in versions if number in (None, version.number)]
    if number is not None and not found:
        raise NotFound
    return found[0] if found else None


def _content(
    session: Session,
    visitor: Visitor,
    view: AdoptionView,
    versions: list[AgreementView],
    shown: AgreementView | None,
    faults: dict[str, str] | None = None,
) -> dict[str, object]:
    sides: list[Side] = [] if shown is None or shown != versions[0] else service.sides_to_sign(session, visitor.actor, view, shown)
    return {
        "view": view,
        "shown": shown,
        "versions": versions,
        "sides": sides,
        "is_staff": service.is_staff(session, visitor.actor, view),
        "faults": faults or {},
        "words": WORDS,
        "facts": paper.facts,
        "means_told": paper.means_told,
        "signer": paper.signer,
        "term_told": paper.term_told,
        "day_of": day_of,
    }
