"""``geo-service layers``: what is published, and taking it away."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo_service.catalogue import export as exports
from geo_service.catalogue.cql import FilterLanguage
from geo_service.catalogue.formats import FORMATS, format_of_file
from geo_service.catalogue.order import Export, count
from geo_service.catalogue.order import Progress as Advance
from geo_service.catalogue.project.plan import load_plan
from geo_service.catalogue.registry import Catalogue, as_markdown, load_catalogue
from geo_service.catalogue.selection import Wish
from geo_service.cli import layer_styles
from geo_service.cli.common import err, installation, language, out, read_settings
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.db.engine import transaction
from geo_service.errors import N_, InvalidInput
from geo_service.words import say

app = typer.Typer(no_args_is_help=True)
app.command()(layer_styles.style)
app.command()(layer_styles.project)


@app.command("list")
def list_layers(markdown: Annotated[bool, typer.Option("--markdown", help="As the text of layers/README.md.")] = False) -> None:
    """The layers that are defined: id, for whom, title. No database is needed."""
    if markdown:
        print(as_markdown(_defined()), end="")  # noqa: T201  (as it is, for a file)
        return
    table = Table("id", say(N_("for"), language()), say(N_("title"), language()), box=None)
    defined = _defined()
    for layer in sorted([*defined.values(), *defined.rasters.values()], key=lambda layer: layer.id):
        table.add_row(layer.id, layer.audience, layer.title)
    out.print(table)


@app.command()
def check() -> None:
    """Check every layers/ID.toml and ID.sql without a database; all mistakes are told at once."""
    from geo_service.catalogue.check import require_sound  # with the parser of SQL

    catalogue = _defined()
    require_sound(catalogue.values())
    load_plan(content_root(read_settings().content_dir), catalogue)
    out.print(say(N_("Layers in order: {count}."), language(), count=len(catalogue) + len(catalogue.rasters)))


@app.command()
def sync() -> None:
    """Publish the layers as views in schema layers, with comments and grants; unchanged ones are left alone."""
    with installation() as opened:  # an installation publishes its layers when it opens
        out.print(say(N_("Layers published: {count}."), language(), count=len(opened.catalogue)))


@app.command()
def export(
    layer: Annotated[str, typer.Argument(help="Id of the layer (geo-service layers list).", show_default=False)],
    format: Annotated[str | None, typer.Option(help=f"{', '.join(FORMATS)}. Default: as the name of the file ends, or gpkg.")] = None,
    crs: Annotated[str | None, typer.Option(help="System of the file, as EPSG:N. Default: RD; for GeoJSON CRS84.")] = None,
    bbox: Annotated[str | None, typer.Option(help="xmin,ymin,xmax,ymax, longitude first.")] = None,
    bbox_crs: Annotated[str | None, typer.Option(help="System of the box. Default: that of the file.")] = None,
    filter: Annotated[str | None, typer.Option(help="CQL2: features for which this is true.")] = None,
    filter_lang: Annotated[str, typer.Option(help="cql2-text or cql2-json.")] = "cql2-text",
    filter_crs: Annotated[str | None, typer.Option(help="System of the geometries in the filter. Default: that of the file.")] = None,
    at: Annotated[str | None, typer.Option(help="The day to show, YYYY-MM-DD. Default: today.")] = None,
    style: Annotated[str | None, typer.Option(help="qgis: a GeoPackage with the style of the layer for QGIS.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; - is standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write a layer to a file that appears only when it is whole.

    Examples:

      geo-service layers export zelfbeheerplekken -o plekken.gpkg --style qgis

      geo-service layers export groenobjecten --bbox 140000,480000,145000,485000 -o groen.parquet

      geo-service layers export groenobjecten --filter "oppervlakte_m2 > 1000 and soort_groen = 'heesters'" -o heesters.xlsx

      geo-service layers export zelfbeheerplekken --format geojson --at 2024-06-01 -o - | jq .features[0]
    """
    wish = Wish(_day(at), crs, bbox, bbox_crs, filter, cast(FilterLanguage, filter_lang), filter_crs)  # read_filter refuses others
    with installation() as opened:
        with transaction(opened.sessions) as session:
            chosen = format or (format_of_file(output) if output else None) or "gpkg"
            wanted = exports.order(session, opened.catalogue.find(layer, staff=True), chosen, wish, style)
        if str(output) == "-":
            _to_standard_output(opened.url, wanted)
            return
        target = output or Path(wanted.file_name)
        exports.require_free(target, force=force)
        with _progress(count(opened.url, wanted)) as advance:
            exports.save(opened.url, wanted, target, force=force, progress=advance)
        err.print(say(N_("Written: {path}"), language(), path=str(target)), markup=False)


def _defined() -> Catalogue:
    return load_catalogue(content_root(read_settings().content_dir))


def _day(at: str | None) -> date:
    try:
        return date.fromisoformat(at) if at else day_of(datetime.now(UTC))
    except ValueError:
        raise InvalidInput(N_("{day} is not a day; write YYYY-MM-DD."), day=at) from None


def _to_standard_output(url: str, wanted: Export) -> None:
    if wanted.format.stream is None:
        streamed = ", ".join(format.name for format in FORMATS.values() if format.stream)
        raise InvalidInput(N_("This format cannot go to standard output; these can: {formats}."), formats=streamed)
    for piece in wanted.format.stream(url, wanted, None):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


@contextmanager
def _progress(total: int) -> Iterator[Advance]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bar:
        task = bar.add_task("features", total=total)
        yield lambda count: bar.advance(task, count)
