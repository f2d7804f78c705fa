"""``/plek/{code}/zelfbeheerbrief``: the agreement to read and to sign, for members of the initiative and staff of the district."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from geo_service.adoptions import queries as adoptions
from geo_service.adoptions.agreements import paper, service
from geo_service.adoptions.agreements.schemas import AgreementView, Side
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.states import FINAL
from geo_service.days import day_of
from geo_service.errors import N_, InvalidInput, NotFound, fault
from geo_service.web.pages.forms import OwnForm, field
from geo_service.web.pages.page import Faults, OwnPage, SignedInPage

router = APIRouter(include_in_schema=False)
Version = Annotated[int | None, Query(alias="versie", ge=1)]
OfAdoption = Annotated[UUID | None, Query(alias="aanvraag")]
PAGE = "/plek/{code}/zelfbeheerbrief"
WORDS = {"who": paper.WHO, "sides": paper.SIDES, "levels": paper.LEVELS, "not_yet": paper.NOT_YET}
"""Texts that the page shares with the paper."""


@router.get(PAGE)
def letter(page: OwnPage, code: str, version: Version = None, adoption: OfAdoption = None) -> HTMLResponse:
    """The newest version, or an older one."""
    view, versions = _read(page, code, adoption)
    content = _content(page, view, versions, _chosen(versions, version))
    return page.show("letter.html", content)


@router.get(PAGE + ".pdf")
def letter_pdf(page: OwnPage, code: str, version: Version = None, adoption: OfAdoption = None) -> Response:
    """The same on paper; what both signed as it was kept then."""
    _view, versions = _read(page, code, adoption)
    chosen = _chosen(versions, version)
    if chosen is None:
        raise NotFound
    return as_pdf(service.pdf_of(page.session, chosen, page.here.content, page.language), code)


@router.post(PAGE)
def sign(page: OwnPage, code: str, form: OwnForm, adoption: OfAdoption = None) -> Response:
    """Sign for one side."""
    view, _versions = _read(page, code, adoption)
    side: Side = "municipality" if field(form, "kant") == "gemeente" else "residents"

    def work() -> object:
        if not field(form, "akkoord"):
            raise InvalidInput(details={"errors": [fault("akkoord", N_("Tick that you agree. Then sign."))]})
        sender = page.sender
        return service.sign(page.session, page.actor, view.id, side, field(form, "vingerafdruk"), sender, page.here.content)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        now, versions = _read(page, code, view.id)
        return page.show("letter.html", _content(page, now, versions, _chosen(versions, None), faults), status)

    return page.answer(work, f"{PAGE.format(code=code)}?aanvraag={view.id}" if adoption else PAGE.format(code=code), anew)


def as_pdf(made: bytes, code: str) -> Response:
    """A PDF that the browser shows, under a name to keep it by; nobody else may keep it."""
    headers = {"Content-Disposition": f'inline; filename="zelfbeheerbrief-{code}.pdf"', "Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(made, media_type="application/pdf", headers=headers)


def _read(page: SignedInPage, code: str, adoption: UUID | None) -> tuple[AdoptionView, list[AgreementView]]:
    """The adoption of the plot in which this visitor has a part: the one that is asked for, else what goes on before what is over."""
    found = [view for view in adoptions.listed(page.session, page.actor, page.today, plot=code) if view.full and view.state != "draft"]
    chosen = [view for view in found if adoption in (None, view.id)]
    if not chosen:
        raise NotFound
    view = max(chosen, key=lambda each: (each.state not in FINAL, each.status == "geadopteerd", each.created_at))
    return service.read(page.session, page.actor, view.id, page.today)


def _chosen(versions: list[AgreementView], number: int | None) -> AgreementView | None:
    found = [version for version in versions if number in (None, version.number)]
    if number is not None and not found:
        raise NotFound
    return found[0] if found else None


def _content(
    page: SignedInPage, view: AdoptionView, versions: list[AgreementView], shown: AgreementView | None, faults: Faults | None = None
) -> dict[str, object]:
    sides: list[Side] = [] if shown is None or shown != versions[0] else service.sides_to_sign(page.session, page.actor, view, shown)
    return {
        "view": view,
        "shown": shown,
        "versions": versions,
        "sides": sides,
        "is_staff": service.is_staff(page.session, page.actor, view),
        "faults": faults or {},
        "words": WORDS,
        "facts": paper.facts,
        "means_told": paper.means_told,
        "signer": paper.signer,
        "term_told": paper.term_told,
        "day_of": day_of,
    }
