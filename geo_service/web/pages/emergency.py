"""``/mijn/plek/{code}/noodknop``: help, taking over for a while, giving back. It costs nothing, and nobody else sees it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from shapely import MultiPolygon
from starlette.datastructures import FormData

from geo_service.errors import N_, Conflict, InvalidGeometry, InvalidInput, fault
from geo_service.maintenance import incidents
from geo_service.maintenance.pieces import Piece, chosen, pieces
from geo_service.maintenance.schemas import NOODKNOP, Told
from geo_service.maintenance.working_days import after
from geo_service.plots.answer import geojson
from geo_service.plots.geojson import read_geometry
from geo_service.web.pages.atlas import atlas
from geo_service.web.pages.forms import OwnForm, field, fields
from geo_service.web.pages.keeping import OwnPlot, as_day, open_tasks, own_plot
from geo_service.web.pages.page import Faults, OwnPage, Page, SignedInPage

router = APIRouter(include_in_schema=False)
KINDS = {"hulp": "help", "overnemen": "take_over", "teruggeven": "hand_back"}
"""What the form sends, and what it is."""
MESSAGES = {"help": "hulp", "take_over": "overgenomen", "hand_back": "teruggegeven"}
NOT_KEPT = N_("The help button is for plots that you look after. Do you have a question? Send it to your contact.")
NO_PART = N_("Choose at least one part, or draw it on the map.")


@router.get("/mijn/plek/{code}/noodknop")
def noodknop(page: OwnPage, code: str, kies: str = "") -> HTMLResponse:
    """Three ways out, and what happens next with each."""
    plot = _kept(page, code)
    return _page(page, plot, {"kies": kies if kies in KINDS else ""}, {})


@router.post("/mijn/plek/{code}/noodknop")
def press(page: OwnPage, code: str, form: OwnForm) -> Response:
    """Press the button: it works at once. Pressed twice, it is one call."""
    plot = _kept(page, code)
    kind = KINDS.get(field(form, "kies"), "")

    def anew(faults: Faults, status: int) -> HTMLResponse:
        values = {name: field(form, name) for name in ("kies", "klus", "woorden", "tot", "hoeveel", "vorm", "kaart")}
        return _page(page, plot, {**values, "stuk": fields(form, "stuk")}, faults, status)

    if field(form, "kaart"):
        return anew({}, 200)

    def work() -> object:
        if kind not in NOODKNOP:
            raise InvalidInput(details={"errors": [fault("kies", N_("Choose what you want us to do."))]})
        told = Told(
            kind,
            field(form, "woorden") or None,
            part=_part(form, pieces(page.session, plot.now, page.today), kind),
            until=as_day(field(form, "tot")) if kind == "take_over" else None,
            task_id=_task(form) if kind == "help" else None,
        )
        return incidents.tell(page.session, page.actor, plot.now.id, told, page.sender, page.language)

    return page.answer(work, f"/mijn/plek/{code}?klaar={MESSAGES.get(kind, '')}", anew)


def _kept(page: SignedInPage, code: str) -> OwnPlot:
    plot = own_plot(page, code)
    if not plot.kept:
        raise Conflict(NOT_KEPT)
    return plot


def _page(page: Page, plot: OwnPlot, values: Mapping[str, Any], faults: Faults, status: int = 200) -> HTMLResponse:
    today = page.today
    empty = {**dict.fromkeys(("kies", "klus", "woorden", "tot", "vorm", "kaart"), ""), "hoeveel": "alles", "stuk": ()}
    content = {
        "plot": plot,
        "options": _map(page, plot, values.get("vorm", "")) if values.get("kaart") or values.get("vorm") else None,
        "pieces": pieces(page.session, plot.now, today),
        "tasks": open_tasks(page, [plot]),
        "values": {**empty, **values},
        "faults": faults,
        "today": today,
        "answer_by": after(today, int(page.municipality.help.answer_working_days.value)),
    }
    return page.show("noodknop.html", content, status)


def _map(page: Page, plot: OwnPlot, drawn: str) -> dict[str, Any]:
    """A map of the plot on which a part can be drawn."""
    shape = geojson(plot.now.geom, "CRS84")
    return atlas(
        page, mode="draw", fit=shape, layers=("plots",), selected={"kind": "plek", "id": plot.code}, input="vorm", shape=_parsed(drawn)
    )


def _parsed(drawn: str) -> Any:
    try:
        return orjson.loads(drawn) if drawn else None
    except orjson.JSONDecodeError:
        return None


def _part(form: FormData, found: list[Piece], kind: str) -> MultiPolygon | None:
    """The part that was drawn, or else chosen from the list; None for the whole plot."""
    if kind == "help" or field(form, "hoeveel") != "deel":
        return None
    drawn = field(form, "vorm")
    part = _read(drawn) if drawn else chosen(found, fields(form, "stuk"))
    if part is None:
        raise InvalidInput(details={"errors": [fault("stuk", NO_PART)]})
    return part


def _read(drawn: str) -> MultiPolygon:
    try:
        return read_geometry(orjson.loads(drawn), "CRS84")
    except orjson.JSONDecodeError:
        raise InvalidGeometry from None


def _task(form: FormData) -> UUID | None:
    try:
        return UUID(field(form, "klus"))
    except ValueError:
        return None
