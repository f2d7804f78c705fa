"""What one tells about one's own plot: work, that it was mown, a question; and the sign to put there."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from geo_service.days import day_of
from geo_service.errors import N_, Conflict
from geo_service.initiatives import photos
from geo_service.installation import Installation
from geo_service.maintenance import incidents, service
from geo_service.maintenance.schemas import Told, WorkAsked
from geo_service.maintenance.working_days import after
from geo_service.papers.sign import sign
from geo_service.people.schemas import Actor, Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, fields
from geo_service.web.pages.keeping import OwnPlot, answered, as_day, as_number, own_plot
from geo_service.web.pages.mine import one_plot
from geo_service.web.pages.render import UNSEEN, PageLanguage, render
from geo_service.web.pages.visitor import SignedInVisitor
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
WORK_FIELDS = ("dag", "uren", "mensen", "toelichting")
ONLY_ADOPTED = N_("You get a sign as soon as the plot is adopted.")
TEMPLATES = {"mown": "mown.html", "question": "question.html"}


@router.post("/mijn/plek/{code}/werk", response_model=None)
def log_work(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str, form: OwnForm
) -> Response:
    """Keep what was done: what, how long, and a photo if there is one."""
    plot = own_plot(session, visitor.actor, code, day_of(now))

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        values = {**{name: field(form, name) for name in WORK_FIELDS}, "maatregelen": fields(form, "maatregelen")}
        return one_plot(request, here, session, visitor, language, now, code, faults=faults, values=values, status=status)

    def work() -> object:
        asked = WorkAsked(
            day=as_day(field(form, "dag")),
            half_hours=round(as_number(field(form, "uren")) * 2),
            measures=fields(form, "maatregelen"),
            people=int(as_number(field(form, "mensen") or "1")),
            note=field(form, "toelichting") or None,
            photo_id=_photo(session, visitor.actor, plot, form, now),
        )
        return service.log_work(session, visitor.actor, plot.now.id, asked, now)

    return answered(session, work, f"/mijn/plek/{code}?klaar=werk", anew, language)


@router.get("/mijn/plek/{code}/gemaaid")
def mown(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str
) -> HTMLResponse:
    """A form for who found their plot mown."""
    return _form(request, here, session, visitor, language, now, code, "mown", {}, {})


@router.post("/mijn/plek/{code}/gemaaid", response_model=None)
def tell_mown(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str, form: OwnForm
) -> Response:
    """Tell that the plot was mown, with a photo if there is one."""
    return _tell(request, here, session, visitor, language, now, code, "mown", form, "gemaaid")


@router.get("/mijn/plek/{code}/vraag")
def question(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str
) -> HTMLResponse:
    """A form for a question to one's contact."""
    return _form(request, here, session, visitor, language, now, code, "question", {}, {})


@router.post("/mijn/plek/{code}/vraag", response_model=None)
def ask(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str, form: OwnForm
) -> Response:
    """Ask one's contact something."""
    return _tell(request, here, session, visitor, language, now, code, "question", form, "vraag")


@router.get("/mijn/plek/{code}/bordje.pdf")
def plot_sign(
    request: Request, here: Here, session: DbSession, visitor: SignedInVisitor, language: PageLanguage, now: Now, code: str
) -> Response:
    """The sign for on the plot, to print: it tells crews to leave it, and opens the public page of the plot."""
    plot = own_plot(session, visitor.actor, code, day_of(now))
    if not plot.kept:
        raise Conflict(ONLY_ADOPTED)
    made = sign(code, plot.now.plot_name, f"{reached_at(request, here)}/plek/{code}", here.municipality, language)
    headers = {"Content-Disposition": f'inline; filename="bordje-{code}.pdf"', **UNSEEN}
    return Response(made, media_type="application/pdf", headers=headers)


def _tell(
    request: Request,
    here: Installation,
    session: Session,
    visitor: Visitor,
    language: Language,
    now: datetime,
    code: str,
    kind: str,
    form: FormData,
    message: str,
) -> Response:
    plot = own_plot(session, visitor.actor, code, day_of(now))

    def anew(faults: Mapping[str, str], status: int) -> HTMLResponse:
        values = {name: field(form, name) for name in ("dag", "woorden")}
        return _form(request, here, session, visitor, language, now, code, kind, values, faults, status)

    def work() -> object:
        day = as_day(field(form, "dag"))
        photo_id = _photo(session, visitor.actor, plot, form, now)
        said = Told(kind, field(form, "woorden") or None, day=day, photo_id=photo_id)
        address = reached_at(request, here)
        return incidents.tell(session, visitor.actor, plot.now.id, said, here.municipality, address, language, now)

    return answered(session, work, f"/mijn/plek/{code}?klaar={message}", anew, language)


def _form(
    request: Request,
    here: Installation,
    session: Session,
    visitor: Visitor,
    language: Language,
    now: datetime,
    code: str,
    kind: str,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    status: int = 200,
) -> HTMLResponse:
    today = day_of(now)
    plot = own_plot(session, visitor.actor, code, today)
    content = {
        "plot": plot,
        "today": today,
        "values": {"dag": today.isoformat(), "woorden": "", **values},
        "faults": faults,
        "answer_by": after(today, int(here.municipality.help.answer_working_days.value)),
    }
    return render(request, here, TEMPLATES[kind], language, content, status)


def _photo(session: Session, actor: Actor, plot: OwnPlot, form: FormData, now: datetime) -> UUID | None:
    """The photo of a form, kept for members and staff only; browsers send an empty file where none was chosen."""
    upload = form.get("foto")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return None
    upload.file.seek(0)
    return photos.take(session, plot.now.initiative_id, actor.person_id, upload.file.read(), "", now, public=False).id
