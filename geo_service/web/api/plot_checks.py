"""Plot checks: what the rules say of ground that somebody would like to keep. Anybody may ask; nothing is kept."""

from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from geo_service.adoptions.decision import asked_day, decide
from geo_service.days import day_of
from geo_service.plots.answer import as_json
from geo_service.plots.geojson import read_request
from geo_service.web.crs import AskedCrs, said
from geo_service.web.dependencies import DbSession, Here, Lang, Now
from geo_service.web.media import MEDIA_TYPES
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer

router = APIRouter(tags=["plot-checks"])
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[5.2185, 52.3345], [5.2188, 52.3345], [5.2188, 52.3347], [5.2185, 52.3347], [5.2185, 52.3345]]],
}
BODY = {
    "requestBody": {
        "required": True,
        "description": "GeoJSON Feature, Polygon or MultiPolygon (CRS84, or RD with `crs` or `Content-Crs`), or whole green objects by id.",
        "content": {
            media_type: {
                "schema": {"type": "object"},
                "examples": {"drawn": {"value": SQUARE}, "objects": {"value": {"greenObjectIds": ["…"]}}},
            }
            for media_type in MEDIA_TYPES
        },
    }
}


class PlotConflict(Answer):
    """A plot in the way."""

    plot: str
    overlap_m2: float


class PlotRule(Answer):
    """The outcome of one rule. ``faultM2`` and ``fault`` are null where a zone does not disclose them."""

    rule: str
    outcome: Literal["passed", "failed", "needs_consent", "warning"]
    reason: str
    fault_m2: float | None
    fault: dict[str, Any] | None = Field(description="The ground at fault, in the asker's coordinates.")
    source: str | None = Field(description="Where the parameter or the zone comes from.")
    example: bool = Field(description="The parameter is an example, no policy of this municipality.")
    conflicts: list[PlotConflict] = Field([], description="With granted_overlap and already_asked: the plots in the way.")


class PlotCheck(Answer):
    """The decision on ground. ``suggestion`` is the largest part of ``shape`` that passes; null when there is none, or none is needed."""

    allowed: bool
    needs_consent: bool = Field(description="Somebody of the municipality must say yes first.")
    area_m2: float
    managed_basis: Literal["register", "assumption", "unknown"]
    rules: list[PlotRule]
    suggestion: dict[str, Any] | None
    suggestion_m2: float | None
    shape: dict[str, Any] | None = Field(description="What was judged.")
    cut: bool = Field(description="The shape was cut where it lay just over a neighbour's border.")


async def plot_body(request: Request) -> bytes:
    """The bytes of a JSON body; parsed by the reader of shapes, which trusts nobody."""
    return await request.body()


def limited(request: Request) -> None:
    """Count this request of this client."""
    request.app.state.plot_check_limit.take(request.client.host if request.client else "")


@router.post(
    "/plot-checks", response_model=PlotCheck, responses=problems(400, 413, 415, 429), openapi_extra=BODY, dependencies=[Depends(limited)]
)
def check_plot(
    body: Annotated[bytes, Depends(plot_body)],
    session: DbSession,
    here: Here,
    language: Lang,
    now: Now,
    crs: AskedCrs,
    starts_on: Annotated[date | None, Query(alias="startsOn", description="First day of keeping it; today when absent.")] = None,
) -> Response:
    """May this ground be adopted? Every rule with its reason, the m² and ground at fault, and what would be possible instead."""
    asked = read_request(body, crs)
    day = asked_day(starts_on, day_of(now), here.municipality)
    answer = as_json(decide(session, asked, here.municipality, now, starts_on=day), language, crs)
    return Response(orjson.dumps(answer), headers=said(crs), media_type="application/json")
