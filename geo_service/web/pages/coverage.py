"""``/kaarten/dekking``: the map of coverage, its figures in words and in a table, on any day."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from geo_service.cartography.definition import MapDefinition
from geo_service.cartography.queries import codes_within, first_day
from geo_service.cartography.view import View, view_of
from geo_service.coverage.schemas import CoverageAnswer
from geo_service.coverage.service import coverage
from geo_service.errors import N_, NotFound
from geo_service.web.pages.figures import key_figures, ranked
from geo_service.web.pages.maps import COVERAGE, maps_of
from geo_service.web.pages.page import AnyPage
from geo_service.web.pages.timeline import Timeline

router = APIRouter(include_in_schema=False)
NO_STADSDEEL = N_("There is no stadsdeel {code}.")


@router.get("/kaarten/dekking")
def coverage_page(
    page: AnyPage,
    level: Annotated[str | None, Query(alias="niveau")] = None,
    at: date | None = None,
    month: Annotated[int | None, Query(alias="maand", ge=0, le=12_000)] = None,
    within: Annotated[str | None, Query(alias="stadsdeel", max_length=20)] = None,
) -> HTMLResponse:
    """One level of districts, on one day, for the whole municipality or one stadsdeel."""
    definition = maps_of(page.here).find(COVERAGE, staff=False)
    timeline = Timeline.until(page.today, first_day(page.session))
    day = at or (timeline.day(month) if month is not None else timeline.today)
    stadsdelen = coverage(page.session, "stadsdeel", day)
    view = view_of(definition, level, day, page.language, _start(definition, level, stadsdelen) if within is None else within or None)
    content = {
        **_figures(page.session, definition, view, stadsdelen),
        "definition": definition,
        "view": view,
        "timeline": timeline,
        "others": [each for each in maps_of(page.here).values() if each.table and each.audience == "public"],
        "stadsdelen": [row for row in stadsdelen.districts if row.code],
    }
    return page.show("coverage.html", content)


def _start(definition: MapDefinition, level: str | None, stadsdelen: CoverageAnswer) -> str | None:
    """The stadsdeel that the page opens with; none when a level was asked for, or when there is no such stadsdeel."""
    known = any(row.code == definition.choropleth.start for row in stadsdelen.districts)
    return definition.choropleth.start if level is None and known else None


def _figures(session: Session, definition: MapDefinition, view: View, stadsdelen: CoverageAnswer) -> dict[str, Any]:
    level = definition.choropleth.levels[view.level]
    answer = coverage(session, level.level, view.at, language=view.language)
    if view.within is None:
        return {"answer": answer, "rows": ranked(answer), "total": answer.total, "figures": key_figures(answer.total), "place": None}
    total = next((row for row in stadsdelen.districts if row.code == view.within), None)
    if total is None:
        raise NotFound(NO_STADSDEEL, code=view.within)
    rows = ranked(answer, codes_within(session, level.level, view.within))
    return {"answer": answer, "rows": rows, "total": total, "figures": key_figures(total), "place": total.name}
