"""Districts: gemeente, stadsdelen, wijken and buurten of the newest edition."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from geo_service.coverage.schemas import Level
from geo_service.errors import N_, NotFound
from geo_service.registers import features
from geo_service.web.dependencies import DbSession
from geo_service.web.features import GEOJSON, FeatureQuery, PageQuery, answer_feature, answer_page
from geo_service.web.problems import problems

router = APIRouter(tags=["districts"])


class DistrictsQuery(PageQuery):
    """Which districts."""

    level: Level | None = None


@router.get("/districts", response_class=Response, responses={**GEOJSON, **problems(400)})
def districts(request: Request, query: Annotated[DistrictsQuery, Query()], session: DbSession) -> Response:
    """The districts of a level (or all), by code."""
    return answer_page(request, features.districts(session, query.level, query.srid, query.limit, query.cursor), query.system)


@router.get("/districts/{code}", response_class=Response, responses={**GEOJSON, **problems(400, 404)})
def district(code: Annotated[str, Path(max_length=20)], query: Annotated[FeatureQuery, Query()], session: DbSession) -> Response:
    """One district."""
    found = features.district(session, code, query.srid)
    if found is None:
        raise NotFound(N_("There is no district {code}."), code=code)
    return answer_feature(found, query.system)
