"""``geo-service import``: bring a register in."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from geo_service.adoptions.refresh import refresh_register
from geo_service.catalogue.raster.figures import refresh
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.cli.common import err, installation, language, out, tell
from geo_service.cli.import_report import check_place, show, write
from geo_service.db.engine import transaction
from geo_service.errors import SetupError
from geo_service.installation import Installation
from geo_service.registers.pdok.service import downloaded, forget, is_pdok
from geo_service.registers.queries import municipality_area
from geo_service.registers.schemas import ImportReport, Kind, Source
from geo_service.words import say

EXAMPLES = """
Import a register: districts, green, management, zones, ground, trees or addresses.

SOURCE is any vector file (GeoPackage, GeoJSON, GML, FlatGeobuf, shapefile, …), a folder of them, or pdok:GM0034 (green, and districts
of a year). All or nothing: when something is wrong with the source, nothing changes. Importing the same again changes nothing. When
green changes, what split, merged, moved or vanished is told, and which adoptions lie there; adoptions stay as they are.

[bold]Examples[/bold]

  geo-service import districts almere_boundaries.gpkg

  geo-service import green bgt/ --complete --report changes.csv

  geo-service import green bgt.gpkg --layer begroeidterreindeel_all_versions --all-versions

  geo-service import zones zones.geojson --map kind=soort_zone --map effect=gevolg

  geo-service import districts pdok:GM0034@2024

  geo-service import green pdok:GM0034 --dry-run --report -
"""


def import_source(
    kind: Annotated[str, typer.Argument(help="districts, green, management, zones, ground, trees or addresses.", metavar="KIND")],
    source: Annotated[str, typer.Argument(help="A vector file, a folder of them, or pdok:GM0034.", metavar="SOURCE")],
    layer: Annotated[str | None, typer.Option(help="Only this layer.")] = None,
    crs: Annotated[str | None, typer.Option(help="The CRS when the source does not say it, or says it wrong: EPSG:28992.")] = None,
    year: Annotated[int | None, typer.Option(help="The year of the districts.", min=1900, max=2099)] = None,
    all_versions: Annotated[bool, typer.Option("--all-versions", help="Also the versions that have ended.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="The source has everything: what it lacks is closed today.")] = False,
    columns: Annotated[list[str] | None, typer.Option("--map", help="A column by another name: ours=theirs.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would happen, and write nothing.")] = False,
    report_to: Annotated[
        str | None,
        typer.Option("--report", help="What became of each green object: .csv, .json or text; - is the terminal.", metavar="FILE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Import one source, and tell what became of it."""
    if kind not in get_args(Kind):
        raise typer.BadParameter(f"{kind}: " + ", ".join(get_args(Kind)), param_hint="KIND")
    if report_to is not None:
        check_place(report_to)
    wanted = Source(Path(source), layer, crs, year, all_versions, complete, _mapping(columns or []))
    report = _run(kind, source, wanted, dry_run)  # type: ignore[arg-type]
    if as_json:
        out.print_json(report.model_dump_json(exclude={"changes"} if report.kind == "districts" else set()))
    else:
        show(report, language())
    if report_to is not None:
        write(report, report_to, language())


def _run(kind: Kind, source: str, wanted: Source, dry_run: bool) -> ImportReport:
    with installation() as here, _progress() as progress, _source(kind, source, wanted, here, progress) as ready:
        with transaction(here.sessions) as database:
            report = refresh_register(database, kind, ready, here.municipality, datetime.now(UTC), progress)
            if dry_run:
                database.rollback()
                report.dry_run = True
        if not dry_run:
            forget(ready)
            if kind == "districts":
                _measure_rasters(here, progress)
    return report


def _measure_rasters(here: Installation, progress: Any) -> None:
    """The figures of rasters on districts that came or changed; a file that is gone is told, and leaves the import as it is."""
    try:
        with transaction(here.sessions) as database:
            refresh(database, rasters_folder(here.settings.data_dir), here.catalogue.rasters, progress=progress)
    except SetupError as error:
        tell(error)


def _source(kind: Kind, source: str, wanted: Source, here: Installation, progress: Any) -> Any:
    """The source itself, or what PDOK answers; asked outside any transaction, because it takes minutes."""
    if not is_pdok(source):
        return nullcontext(wanted)
    with here.sessions() as database:
        area = municipality_area(database, here.municipality.code) if kind == "green" else None
    settings = here.settings
    return downloaded(kind, wanted, here.municipality, area, settings.pdok_url, settings.pdok_pause, settings.data_dir, _tell, progress)


def _tell(text: str, **values: Any) -> None:
    """A line about something that goes on."""
    err.print(say(text, language(), **values), markup=False)


@contextmanager
def _progress() -> Iterator[Any]:
    """Progress of the downloading and reading, only where somebody can see it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def progress(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=max(total, done))
            bar.update(tasks[name], completed=done, total=max(total, done))

        yield progress


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not (ours and equals and theirs):
            raise typer.BadParameter(f"{pair}: ours=theirs", param_hint="--map")
        mapping[ours] = theirs
    return mapping
