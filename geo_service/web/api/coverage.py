"""Coverage: who keeps which m², per district and day."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from geo_service.coverage.schemas import CoverageAnswer, Level
from geo_service.coverage.service import coverage as figures
from geo_service.coverage.tables import to_csv
from geo_service.days import day_of
from geo_service.web.dependencies import DbSession, Lang, Now
from geo_service.web.problems import problems
from geo_service.web.schemas import Question

router = APIRouter(tags=["coverage"])
Format = Literal["json", "csv"] | None
CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


class CoverageQuery(Question):
    """Which figures."""

    level: Level | None = Field(None, description="Default: stadsdeel, or the first level there is.")
    at: date | None = Field(None, description="The day, YYYY-MM-DD; today by default.")
    by: Literal["type"] | None = Field(None, description="type: per green type as well.")
    format: Format = Field(None, description="Instead of the Accept header; csv has no total row.")


@router.get("/coverage", response_model=CoverageAnswer, responses={**CSV, **problems(400)})
def coverage(
    query: Annotated[CoverageQuery, Query()], request: Request, session: DbSession, language: Lang, now: Now
) -> CoverageAnswer | Response:
    """Green, what the municipality manages of it, and what residents adopted of that, in m²."""
    answer = figures(session, query.level, query.at, by_type=query.by is not None, language=language, today=day_of(now))
    if wants_csv(query.format, request):
        name = f"coverage-{answer.level}-{answer.at.isoformat()}.csv"
        return Response(to_csv(answer), headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type="text/csv")
    return answer


def wants_csv(format: Format, request: Request) -> bool:
    """Whether figures are asked for as a file: by ``format``, or without it by the Accept header."""
    return format == "csv" or (format is None and request.headers.get("accept", "").startswith("text/csv"))
