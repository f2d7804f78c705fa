"""Coverage, and who keeps what, as a raster to take away."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from geo_service.catalogue.order import Pieces
from geo_service.catalogue.raster.coverage import CELL, CoverageRaster, Kind, order, write_file
from geo_service.geometry import RD_URI
from geo_service.web.api.layers import get_slots
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.limits import Slots
from geo_service.web.ogc.rasters import COG
from geo_service.web.problems import problems
from geo_service.web.schemas import Question
from geo_service.web.streams import ClosingResponse, file_pieces

router = APIRouter(tags=["coverage"])


class RasterQuery(Question):
    """Which cells, and as of which day. Corners of cells are multiples of the cell; the box is rounded outwards to them."""

    cell: int = Field(CELL, description="Side of a cell in whole metres, 1 to 1000.")
    at: date | None = Field(None, description="The day to show (Europe/Amsterdam); today when absent.")
    bbox: str | None = Field(None, description="xmin,ymin,xmax,ymax in RD (EPSG:28992). Default: all districts and green.")


@router.get(
    "/coverage/rasters/{raster}",
    response_class=Response,
    responses={200: {"content": {COG: {}}}, **problems(400, 404, 503)},
)
def coverage_raster(
    raster: Kind,
    here: Here,
    session: DbSession,
    now: Now,
    slots: Annotated[Slots, Depends(get_slots)],
    query: Annotated[RasterQuery, Query()],
) -> Response:
    """``dekking``: m² per cell of green, managed, adopted and adopted in full. ``wie_verzorgt``: who keeps most of the green in a cell.
    A Cloud Optimized GeoTIFF in RD; its header ``Grid`` tells the cells."""
    wanted = order(session, here.catalogue, raster, now=now, at=query.at, cell=query.cell, bbox=query.bbox)
    headers = {
        "Content-Disposition": f'attachment; filename="{wanted.file_name}"',
        "Content-Crs": f"<{RD_URI}>",
        "Grid": wanted.grid.told(),
    }
    return ClosingResponse(slots.during(_pieces(here.url, wanted)), media_type=COG, headers=headers)


def _pieces(url: str, wanted: CoverageRaster) -> Pieces:
    with tempfile.TemporaryDirectory(prefix="geo-export-") as folder:
        path = Path(folder) / wanted.file_name
        write_file(url, wanted, path)
        yield from file_pieces(path)
