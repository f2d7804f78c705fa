"""``/kaarten/{map}``: a map of districts with the same figures as a table, on any day; for every map that has a table."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from geo_service.cartography.definition import MapDefinition
from geo_service.cartography.queries import codes_within, first_day
from geo_service.cartography.table import Table, table_of
from geo_service.cartography.view import View, view_of
from geo_service.catalogue.raster.queries import edition
from geo_service.errors import N_, NotFound
from geo_service.registers.queries import current_districts
from geo_service.web.pages.coverage import NO_STADSDEEL
from geo_service.web.pages.maps import maps_of
from geo_service.web.pages.page import AnyPage, Page
from geo_service.web.pages.timeline import Timeline

router = APIRouter(include_in_schema=False)
NO_PAGE = N_("The map {map} has no page; the map itself is at /maps/{map}.")


@router.get("/kaarten/{map_id}")
def district_map_page(
    page: AnyPage,
    map_id: str,
    level: Annotated[str | None, Query(alias="niveau")] = None,
    at: date | None = None,
    month: Annotated[int | None, Query(alias="maand", ge=0, le=12_000)] = None,
    within: Annotated[str | None, Query(alias="stadsdeel", max_length=20)] = None,
) -> HTMLResponse:
    """One level of districts, on one day, for the whole municipality or one stadsdeel."""
    definition = maps_of(page.here).find(map_id, staff=False)
    if not definition.table:
        raise NotFound(NO_PAGE, map=map_id)
    timeline = Timeline.until(page.today, first_day(page.session))
    day = at or (timeline.day(month) if month is not None else timeline.today)
    view = view_of(definition, level, day, page.language, within or None)
    stadsdelen = {row.code: row.name for row in current_districts(page.session, "stadsdeel")}
    if view.within is not None and view.within not in stadsdelen:
        raise NotFound(NO_STADSDEEL, code=view.within)
    content = {
        "definition": definition,
        "view": view,
        "timeline": timeline,
        "stadsdelen": stadsdelen,
        "place": stadsdelen[view.within] if view.within else page.municipality.name,
        "cells": edition(page.session, definition.raster.layer, day) if definition.raster else None,
        "table": _table(page, definition, view),
    }
    return page.show("district_map.html", content)


def _table(page: Page, definition: MapDefinition, view: View) -> Table:
    from geo_service.catalogue import read  # pandas takes a second to import: a server starts without it

    level = definition.choropleth.levels[view.level]
    frame = read(page.session, level.layer, at=view.at, catalogue=page.here.catalogue)
    if view.within is not None:
        frame = frame[frame.code.isin(codes_within(page.session, level.level, view.within))]
    return table_of(frame.to_dict("records"), definition, page.here.catalogue[level.layer], view.language)
