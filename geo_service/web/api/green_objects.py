"""Green objects as the register has them on a day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field, field_validator

from geo_service.days import day_of
from geo_service.errors import N_, NotFound
from geo_service.registers import features
from geo_service.web.dependencies import DbSession, Now
from geo_service.web.features import GEOJSON, FeatureQuery, PageQuery, answer_feature, answer_page, parse_bbox
from geo_service.web.problems import problems

router = APIRouter(tags=["green objects"])
AT = Field(None, description="The day, YYYY-MM-DD; today by default.")


class GreenObjectQuery(FeatureQuery):
    """Which version of one object."""

    at: date | None = AT


class GreenObjectsQuery(PageQuery):
    """Which green objects."""

    at: date | None = AT
    bbox: str | None = Field(None, max_length=200, description="xmin,ymin,xmax,ymax in the coordinates of the answer, longitude first.")
    cursor: str | None = Field(None, pattern=r"^\d{1,9}$", description="From the link to the next page.")

    @field_validator("bbox")
    @classmethod
    def _four_numbers(cls, value: str | None) -> str | None:
        if value is not None:
            parse_bbox(value)
        return value


@router.get("/green-objects", response_class=Response, responses={**GEOJSON, **problems(400)})
def green_objects(request: Request, query: Annotated[GreenObjectsQuery, Query()], session: DbSession, now: Now) -> Response:
    """Green and recreation ground on a day, in a box."""
    box = parse_bbox(query.bbox) if query.bbox is not None else None
    page = features.green_objects(session, query.at or day_of(now), box, query.srid, query.limit, query.cursor)
    return answer_page(request, page, query.system)


@router.get("/green-objects/{registerId}", response_class=Response, responses={**GEOJSON, **problems(400, 404)})
def green_object(
    register_id: Annotated[str, Path(alias="registerId", max_length=80)],
    query: Annotated[GreenObjectQuery, Query()],
    session: DbSession,
    now: Now,
) -> Response:
    """One green object: the version that applies on a day."""
    found = features.green_object(session, register_id, query.at or day_of(now), query.srid)
    if found is None:
        raise NotFound(N_("There is no green object {id} on this day."), id=register_id)
    return answer_feature(found, query.system)
