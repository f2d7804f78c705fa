"""Figures of rasters: what a raster tells of every district, and of the plots that residents keep."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from geo_service.catalogue.raster.figure_schemas import Level, RasterFigures
from geo_service.catalogue.raster.figure_tables import to_csv
from geo_service.catalogue.raster.figures import MOST_PLOTS, per_district, per_plot
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.days import day_of
from geo_service.web.api.coverage import CSV, Format, wants_csv
from geo_service.web.dependencies import DbSession, Here, Lang, MaybeActor, Now
from geo_service.web.problems import problems
from geo_service.web.schemas import Question
from geo_service.web.visible import sees_staff_layers

router = APIRouter(tags=["rasters"])


class FiguresQuery(Question):
    """Which figures."""

    level: Level = Field("buurt", description="Districts of this level; or plek: the plots that residents keep on that day.")
    at: date | None = Field(None, description="The day, YYYY-MM-DD; today by default. The newest edition of that day or earlier counts.")
    after: str = Field("", max_length=20, description="Plots only: those after this code, as `next` of the previous answer says.")
    limit: int = Field(MOST_PLOTS, ge=1, le=MOST_PLOTS, description="Plots only: at most so many.")
    format: Format = Field(None, description="Instead of the Accept header; csv has no total row.")


@router.get("/rasters/{rasterId}/figures", response_model=RasterFigures, responses={**CSV, **problems(400, 401, 404, 503)})
def raster_figures(
    raster_id: Annotated[str, Path(alias="rasterId", description="Id of a raster.")],
    query: Annotated[FiguresQuery, Query()],
    request: Request,
    here: Here,
    session: DbSession,
    actor: MaybeActor,
    language: Lang,
    now: Now,
) -> RasterFigures | Response:
    """Mean, lowest and highest value (of a raster of classes: the m² of each), share of green, and how many m² the raster knows.

    Every cell counts by its exact share.
    """
    definition = here.catalogue.find_raster(raster_id, staff=sees_staff_layers(actor))
    at = query.at or day_of(now)
    if query.level == "plek":
        folder = rasters_folder(here.settings.data_dir)
        answer = per_plot(session, folder, definition, at, after=query.after, most=query.limit)
    else:
        answer = per_district(session, definition, query.level, at, language=language)
    if wants_csv(query.format, request):
        return _file(answer)
    return answer


def _file(answer: RasterFigures) -> Response:
    name = f"{answer.raster}-{answer.level}-{answer.at.isoformat()}.csv"
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(to_csv(answer), headers=headers, media_type="text/csv")
