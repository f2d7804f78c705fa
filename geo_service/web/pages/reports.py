"""What one tells about one's own plot: work, that it was mown, a question; and the sign to put there."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from geo_service.errors import N_, Conflict
from geo_service.initiatives import photos
from geo_service.maintenance import incidents, service
from geo_service.maintenance.schemas import Told, WorkAsked
from geo_service.maintenance.working_days import after
from geo_service.papers.sign import sign
from geo_service.web.pages.forms import OwnForm, field, fields
from geo_service.web.pages.keeping import OwnPlot, as_day, as_number, own_plot
from geo_service.web.pages.mine import one_plot
from geo_service.web.pages.page import Faults, OwnPage, Page, SignedInPage
from geo_service.web.pages.render import UNSEEN

router = APIRouter(include_in_schema=False)
WORK_FIELDS = ("dag", "uren", "mensen", "toelichting")
ONLY_ADOPTED = N_("You get a sign as soon as the plot is adopted.")
TOLD = {"gemaaid": "mown", "vraag": "question"}
"""The last part of an address, and the kind of what is told there."""


@router.post("/mijn/plek/{code}/werk")
def log_work(page: OwnPage, code: str, form: OwnForm) -> Response:
    """Keep what was done: what, how long, and a photo if there is one."""
    plot = own_plot(page, code)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        values = {**{name: field(form, name) for name in WORK_FIELDS}, "maatregelen": fields(form, "maatregelen")}
        return one_plot(page, code, faults=faults, values=values, status=status)

    def work() -> object:
        asked = WorkAsked(
            day=as_day(field(form, "dag")),
            half_hours=round(as_number(field(form, "uren")) * 2),
            measures=fields(form, "maatregelen"),
            people=int(as_number(field(form, "mensen") or "1")),
            note=field(form, "toelichting") or None,
            photo_id=_photo(page, plot, form),
        )
        return service.log_work(page.session, page.actor, plot.now.id, asked, page.now)

    return page.answer(work, f"/mijn/plek/{code}?klaar=werk", anew)


@router.get("/mijn/plek/{code}/gemaaid")
@router.get("/mijn/plek/{code}/vraag")
def telling(page: OwnPage, code: str) -> HTMLResponse:
    """A form for who found their plot mown, or has a question to their contact."""
    return _form(page, code, {}, {})


@router.post("/mijn/plek/{code}/gemaaid")
@router.post("/mijn/plek/{code}/vraag")
def tell(page: OwnPage, code: str, form: OwnForm) -> Response:
    """Tell or ask it, with a photo if there is one."""
    plot = own_plot(page, code)

    def anew(faults: Faults, status: int) -> HTMLResponse:
        return _form(page, code, {name: field(form, name) for name in ("dag", "woorden")}, faults, status)

    def work() -> object:
        photo_id = _photo(page, plot, form)
        said = Told(TOLD[_what(page)], field(form, "woorden") or None, day=as_day(field(form, "dag")), photo_id=photo_id)
        return incidents.tell(page.session, page.actor, plot.now.id, said, page.sender, page.language)

    return page.answer(work, f"/mijn/plek/{code}?klaar={_what(page)}", anew)


@router.get("/mijn/plek/{code}/bordje.pdf")
def plot_sign(page: OwnPage, code: str) -> Response:
    """The sign for on the plot, to print: it tells crews to leave it, and opens the public page of the plot."""
    plot = own_plot(page, code)
    if not plot.kept:
        raise Conflict(ONLY_ADOPTED)
    made = sign(code, plot.now.plot_name, f"{page.base_url}/plek/{code}", page.municipality, page.language)
    headers = {"Content-Disposition": f'inline; filename="bordje-{code}.pdf"', **UNSEEN}
    return Response(made, media_type="application/pdf", headers=headers)


def _what(page: Page) -> str:
    return page.request.url.path.rpartition("/")[2]


def _form(page: SignedInPage, code: str, values: Mapping[str, str], faults: Faults, status: int = 200) -> HTMLResponse:
    content = {
        "plot": own_plot(page, code),
        "today": page.today,
        "values": {"dag": page.today.isoformat(), "woorden": "", **values},
        "faults": faults,
        "answer_by": after(page.today, int(page.municipality.help.answer_working_days.value)),
    }
    return page.show(f"{TOLD[_what(page)]}.html", content, status)


def _photo(page: SignedInPage, plot: OwnPlot, form: FormData) -> UUID | None:
    """The photo of a form, kept for members and staff only; browsers send an empty file where none was chosen."""
    upload = form.get("foto")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    upload.file.seek(0)
    return photos.take(page.session, plot.now.initiative_id, page.person_id, upload.file.read(), "", page.now, public=False).id
