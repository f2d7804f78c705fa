"""``geo-service rasters export``: coverage, and who keeps what, on a stated grid."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from geo_service.catalogue.export import require_free
from geo_service.catalogue.raster.coverage import CELL, KINDS, Kind, order
from geo_service.catalogue.raster.coverage import save as save_raster
from geo_service.cli.common import err, installation, language
from geo_service.cli.coverage import read_day
from geo_service.db.engine import transaction
from geo_service.errors import N_, InvalidInput
from geo_service.words import say


def export(
    raster: Annotated[str, typer.Argument(help="dekking (m² per cell) or wie_verzorgt (who keeps most of a cell).", show_default=False)],
    cell: Annotated[int, typer.Option(help="Side of a cell, in whole metres (1 to 1000).")] = CELL,
    at: Annotated[str | None, typer.Option(help="The day to show, YYYY-MM-DD. Default: today.")] = None,
    bbox: Annotated[str | None, typer.Option(help="xmin,ymin,xmax,ymax in RD metres. Default: all districts and green.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write.")] = None,
    force: Annotated[bool, typer.Option("--force", "-f", help="Replace a file that exists.")] = False,
) -> None:
    """Write coverage of a day as a GeoTIFF (COG) in RD that appears only when it is whole.

    Examples:

      geo-service rasters export dekking -o dekking.tif

      geo-service rasters export wie_verzorgt --cell 5 --bbox 142000,482000,146000,485000 --at 2024-06-01
    """
    if raster not in KINDS:
        raise InvalidInput(N_("There is no such raster: {raster}. There are: {kinds}."), raster=raster[:60], kinds=", ".join(KINDS))
    with installation() as opened:
        with transaction(opened.sessions) as session:
            now = datetime.now(UTC)
            wanted = order(session, opened.catalogue, cast(Kind, raster), now=now, at=read_day(at), cell=cell, bbox=bbox)
        target = output or Path(wanted.file_name)
        require_free(target, force=force)
        with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), console=err) as bar:
            task = bar.add_task(wanted.kind, total=wanted.grid.height)
            save_raster(opened.url, wanted, target, force=force, progress=lambda rows: bar.advance(task, rows))
        err.print(say(N_("Written: {path}"), language(), path=str(target)), markup=False)
