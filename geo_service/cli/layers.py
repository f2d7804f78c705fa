"""``geo-service layers``: what is published, and taking it away."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo_service.catalogue import export as exports
from geo_service.catalogue.check import require_sound
from geo_service.catalogue.query import parse_bbox, parse_crs
from geo_service.catalogue.registry import Catalogue, as_markdown, load_catalogue
from geo_service.cli.common import err, installation, language, out, read_settings
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.errors import N_, InvalidInput
from geo_service.words import say

app = typer.Typer(no_args_is_help=True, help="Layers: list, check and publish them, and export them as files.")


@app.command("list")
def list_layers(markdown: Annotated[bool, typer.Option("--markdown", help="As the text of layers/README.md.")] = False) -> None:
    """The layers that are defined: id, for whom, title. No database is needed."""
    if markdown:
        print(as_markdown(_defined()), end="")  # noqa: T201  (as it is, for a file)
        return
    table = Table("id", say(N_("for"), language()), say(N_("title"), language()), box=None)
    for layer in _defined().values():
        table.add_row(layer.id, layer.audience, layer.title)
    out.print(table)


@app.command()
def check() -> None:
    """Check every layers/ID.toml and ID.sql without a database; all mistakes are told at once."""
    catalogue = _defined()
    require_sound(catalogue.values())
    out.print(say(N_("{count} layers are in order."), language(), count=len(catalogue)))


@app.command()
def sync() -> None:
    """Publish the layers as views in schema layers, with comments and grants; unchanged ones are left alone."""
    with installation() as opened:  # an installation publishes its layers when it opens
        out.print(say(N_("{count} layers are published."), language(), count=len(opened.catalogue)))


@app.command()
def export(
    layer: Annotated[str, typer.Argument(help="Id of the layer (geo-service layers list).", show_default=False)],
    format: Annotated[str, typer.Option(help="gpkg or geojson.")] = "gpkg",
    crs: Annotated[str | None, typer.Option(help="System of the file, as EPSG:N. Default: RD; for GeoJSON CRS84.")] = None,
    bbox: Annotated[str | None, typer.Option(help="xmin,ymin,xmax,ymax in the system of the file, longitude first.")] = None,
    at: Annotated[str | None, typer.Option(help="The day to show, YYYY-MM-DD. Default: today.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; - is standard output (GeoJSON).")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write a layer to a file that appears only when it is whole.

    Examples:

      geo-service layers export zelfbeheerplekken -o plekken.gpkg

      geo-service layers export groenobjecten --format geojson --crs EPSG:28992 --bbox 140000,480000,145000,485000 -o groen.geojson

      geo-service layers export zelfbeheerplekken --format geojson --at 2024-06-01 -o - | jq .features[0]
    """
    system, box, day = parse_crs(crs) if crs else None, parse_bbox(bbox), _day(at)
    with installation() as opened:
        wanted = exports.order(opened.catalogue.find(layer, staff=True), format, day, system, box)
        if str(output) == "-":
            _to_standard_output(opened.url, wanted)
            return
        target = output or Path(wanted.file_name)
        exports.require_free(target, force=force)
        with _progress(exports.count(opened.url, wanted)) as advance:
            exports.save(opened.url, wanted, target, force=force, progress=advance)
        err.print(say(N_("Written: {path}"), language(), path=str(target)), markup=False)


def _defined() -> Catalogue:
    return load_catalogue(content_root(read_settings().content_dir))


def _day(at: str | None) -> date:
    try:
        return date.fromisoformat(at) if at else day_of(datetime.now(UTC))
    except ValueError:
        raise InvalidInput(N_("{day} is not a day; write YYYY-MM-DD."), day=at) from None


def _to_standard_output(url: str, wanted: exports.Export) -> None:
    if wanted.format != "geojson":
        raise InvalidInput(N_("Only GeoJSON can go to standard output."))
    for chunk in exports.stream_geojson(url, wanted):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


@contextmanager
def _progress(total: int) -> Iterator[exports.Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("features", total=total)
        yield lambda count: bar.advance(task, count)
