"""``geo-service rasters``: files of cells become layers, one edition per day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo_service.catalogue.raster import queries, service
from geo_service.catalogue.raster.figures import refresh
from geo_service.catalogue.raster.files import fault_of, rasters_folder
from geo_service.catalogue.raster.judge import Header, plain
from geo_service.catalogue.raster.values import Progress as Advance
from geo_service.catalogue.registry import load_catalogue
from geo_service.cli.common import err, installation, language, out, read_settings, session
from geo_service.cli.coverage import WIDEST, read_day
from geo_service.cli.raster_coverage import export
from geo_service.cli.raster_figures import figures
from geo_service.content import content_root
from geo_service.db.engine import transaction
from geo_service.errors import N_, SetupError
from geo_service.words import explain, number, say

app = typer.Typer(no_args_is_help=True)
app.command()(export)
app.command()(figures)
Layer = Annotated[str, typer.Argument(help="Id of the layer: a layers/ID.toml with a table raster.", show_default=False)]
File = Annotated[Path, typer.Argument(help="A GeoTIFF in RD (EPSG:28992).", show_default=False)]
IN_ORDER = N_("{file} is in order for {layer}: {columns} x {rows} cells of {cell} m, from {left}, {bottom} to {right}, {top} (RD).")
ADDED = N_("{layer} shows {day} with {columns} x {rows} cells of {cell} m, in {file}.")
UNCHANGED = N_("{layer} has this file for {day} already; nothing changed.")
ALL_SOUND = N_("Every file is there, as it was registered.")
RESTORED = N_("{layer} has the file of {day} back, as it was registered.")
REMOVED = N_("{layer} has no edition of {day} any more.")


@app.command("list")
def list_rasters() -> None:
    """The raster layers and their editions, with the state of each file (all of it is read).

    Example: geo-service rasters list
    """
    heads = (N_("id"), N_("title"), N_("day"), N_("cells"), N_("cell"), N_("file"))
    table = Table(*(say(head, language()) for head in heads), box=None)
    faults: list[SetupError] = []
    with session() as (opened, open_session):
        folder = rasters_folder(opened.settings.data_dir)
        listed = queries.editions(open_session)
        for edition in listed:
            title = raster.title if (raster := opened.catalogue.rasters.get(edition.layer)) else "-"
            grid = f"{number(edition.width, language())} x {number(edition.height, language())}"
            table.add_row(edition.layer, title, edition.day.isoformat(), grid, f"{plain(edition.cell_m)} m", edition.file)
            faults += filter(None, [fault_of(folder, edition, whole=True)])
        for raster in opened.catalogue.rasters.values():
            if raster.id not in {edition.layer for edition in listed}:
                table.add_row(raster.id, raster.title, "-", "-", "-", say(N_("no file yet: geo-service rasters add"), language()))
    Console(width=max(out.width, WIDEST)).print(table, highlight=False)
    for fault in faults:
        err.print(explain(fault, language()), markup=False)
    if faults:
        raise typer.Exit(1)
    if listed:
        out.print(say(ALL_SOUND, language()), markup=False, highlight=False, soft_wrap=True)


@app.command()
def check(file: File, layer: Annotated[str, typer.Option(help="Id of the layer that it is meant for.", show_default=False)]) -> None:
    """Judge a file for a layer; all faults are told, each with what mends it. No database is needed, and nothing is kept.

    Example: geo-service rasters check hitte.tif --layer hittestress
    """
    settings = read_settings()
    definition = load_catalogue(content_root(settings.content_dir)).find_raster(layer, staff=True)
    with _progress() as advance:
        header = service.check(definition, file, most_cells=settings.raster_cells, progress=advance)
    _tell_remarks(header)
    left, bottom, right, top = map(plain, header.box)
    grid = {"columns": header.width, "rows": header.height, "cell": plain(header.cell_m)}
    corners = {"left": left, "bottom": bottom, "right": right, "top": top}
    out.print(say(IN_ORDER, language(), file=file.name, layer=layer, **grid, **corners), markup=False, highlight=False, soft_wrap=True)


@app.command()
def add(
    layer: Layer,
    file: File,
    day: Annotated[str | None, typer.Option("--date", help="The day that it shows, YYYY-MM-DD. Default: date in the .toml.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of another file for that day.")] = False,
) -> None:
    """Register a file as the layer from a day on: judged, kept as a cloud-optimised GeoTIFF, and measured for every district.

    Examples:

      geo-service rasters add groenkaart groen-2024.tif --date 2024-06-01

      geo-service rasters add groenkaart groen-2024-beter.tif --date 2024-06-01 --replace
    """
    with installation() as opened:
        definition = opened.catalogue.find_raster(layer, staff=True)
        with _progress() as advance, transaction(opened.sessions) as open_session:
            now, folder = datetime.now(UTC), rasters_folder(opened.settings.data_dir)
            edition = service.register(
                open_session,
                folder,
                definition,
                file,
                day=read_day(day),
                now=now,
                replace=replace,
                most_cells=opened.settings.raster_cells,
                progress=advance,
                judged=_tell_remarks,
            )
            refresh(open_session, folder, opened.catalogue.rasters, layer=layer, progress=lambda _, done, total: advance(done, total))
            told = ADDED if edition.registered_at == now else RESTORED if _made_since(folder / edition.file, now) else UNCHANGED
    values = {"columns": edition.width, "rows": edition.height, "cell": plain(edition.cell_m), "file": edition.file}
    out.print(say(told, language(), layer=layer, day=edition.day, **values), markup=False, highlight=False, soft_wrap=True)


@app.command()
def remove(
    layer: Layer, day: Annotated[str, typer.Option("--date", help="The day of the edition, YYYY-MM-DD.", show_default=False)]
) -> None:
    """Take an edition away: its file and its figures. From its day on the edition before it is shown.

    Example: geo-service rasters remove groenkaart --date 2024-06-01
    """
    with session() as (opened, open_session):
        gone = service.remove(open_session, rasters_folder(opened.settings.data_dir), layer, read_day(day) or date.min)
    out.print(say(REMOVED, language(), layer=layer, day=gone.day), markup=False, highlight=False)


def _made_since(file: Path, moment: datetime) -> bool:
    return file.stat().st_mtime >= moment.timestamp()


def _tell_remarks(header: Header) -> None:
    for remark in header.remarks:
        err.print(say(remark["text"], language(), **remark["values"]), markup=False)


@contextmanager
def _progress() -> Iterator[Advance]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(say(N_("cells"), language()), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
