"""``geo-service rasters figures``: what a raster tells per district, or per plot that residents keep."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.figure_schemas import AreaFigures, Measured, RasterFigures
from geo_service.catalogue.raster.figure_tables import to_csv
from geo_service.catalogue.raster.figures import per_district, per_plot, refresh
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.cli.common import err, language, out, session
from geo_service.cli.coverage import WIDEST, Format, read_day
from geo_service.days import day_of
from geo_service.errors import N_
from geo_service.installation import Installation
from geo_service.words import Language, number, percent, say, say_date

MEASURED = N_("Pieces of ground measured: {count}.")
TITLE = N_("{title} per {level}, {day} (the raster of {edition})")
FILLED = N_("Ground without a value counts as {value} {unit}, also beyond the raster; 'known' tells how much has a value.")
LEFT_OUT = N_("Ground without a value is left out; 'known' tells how much has one.")
UNMEASURED = N_("Some districts were not measured yet: geo-service rasters figures {layer} --refresh")


class Level(StrEnum):
    gemeente = "gemeente"
    stadsdeel = "stadsdeel"
    wijk = "wijk"
    buurt = "buurt"
    plot = "plek"


def figures(
    layer: Annotated[str, typer.Argument(help="Id of the raster layer.", show_default=False)],
    level: Annotated[Level, typer.Option(help="Districts of this level; plek: the plots that residents keep.")] = Level.buurt,
    at: Annotated[str | None, typer.Option(help="The day, YYYY-MM-DD. Default: today.")] = None,
    format: Annotated[Format, typer.Option(help="table, csv (comma, decimal point, no total row) or json.")] = Format.table,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A file instead of the terminal, for csv and json.")] = None,
    again: Annotated[bool, typer.Option("--refresh", help="Measure all districts again first.")] = False,
) -> None:
    """Mean, lowest and highest value, or of a raster of classes the m² and share of each; share of green; and how much of the ground the
    raster knows. Each cell counts by its exact share.

    Examples:

      geo-service rasters figures groenkaart --level wijk

      geo-service rasters figures groenkaart --level buurt --at 2024-07-01 --format csv -o groen.csv

      geo-service rasters figures groenkaart --level plek
    """
    if output and format is Format.table:
        raise typer.BadParameter("csv, json", param_hint="--format")
    with session() as (opened, open_session):
        if again:
            _refresh(opened, open_session, layer)
        answer = _answer(opened, open_session, layer, level, read_day(at) or day_of(datetime.now(UTC)))
    if format is Format.table:
        _print(answer, language())
        return
    text = to_csv(answer).replace("\r\n", "\n") if format is Format.csv else answer.model_dump_json(by_alias=True, indent=2) + "\n"
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")  # noqa: T201 - as it is, without wrapping


def _refresh(opened: Installation, open_session: Session, layer: str) -> None:
    definition = opened.catalogue.find_raster(layer, staff=True)
    with err.status(definition.title):
        count = refresh(open_session, rasters_folder(opened.settings.data_dir), opened.catalogue.rasters, layer=layer, again=True)
    err.print(say(MEASURED, language(), count=count))


def _answer(opened: Installation, open_session: Session, layer: str, level: Level, at: date) -> RasterFigures:
    definition = opened.catalogue.find_raster(layer, staff=True)
    if level.value == "plek":
        return per_plot(open_session, rasters_folder(opened.settings.data_dir), definition, at, most=None)
    return per_district(open_session, definition, level.value, at, language=language())


def _print(answer: RasterFigures, reader: Language) -> None:
    days = {"day": say_date(answer.at, reader), "edition": say_date(answer.edition, reader)}
    table = Table(box=None)
    table.add_column(say(N_("code"), reader))
    table.add_column(say(N_("name"), reader))
    rows = [(area.code or "", escape(area.name), _cells(answer, area, reader)) for area in answer.areas]
    rows.append(("", say(N_("total"), reader), _cells(answer, answer.total, reader)))
    for heading in rows[-1][2]:
        table.add_column(escape(heading), justify="right", no_wrap=True)
    for place, (code, name, cells) in enumerate(rows, 1):
        last = place == len(rows)
        table.add_row(code, name, *cells.values(), style="bold" if last else None, end_section=place == len(rows) - 1)
    width = Measurement.get(out, out.options.update(max_width=10_000), table).maximum
    out.print(say(TITLE, reader, title=answer.title, level=answer.level, **days), markup=False, highlight=False, soft_wrap=True)
    Console(width=max(out.width, WIDEST, width)).print(table, highlight=False)
    for note in _notes(answer, reader):
        err.print(note, markup=False)


def _cells(answer: RasterFigures, area: AreaFigures | Measured, reader: Language) -> dict[str, str]:
    """What is told of an area by the heading of its column: no mean of classes, no class without ground, and green if it is told."""

    def told(value: float | None, decimals: int = 0) -> str:
        return "–" if value is None else number(value, reader, decimals)

    def share(value: float | None) -> str:
        return "–" if value is None else percent(value, reader)

    cells = {"m²": told(area.area_m2), say(N_("known"), reader): share(area.known_share)}
    if answer.total.classes is None:
        values = {N_("mean"): area.mean, N_("lowest"): area.lowest, N_("highest"): area.highest}
        cells |= {f"{say(name, reader)} ({answer.unit})": told(value, 1) for name, value in values.items()}
    found = {one.value: f"{told(one.area_m2)} ({share(one.share)})" for one in area.classes or ()}
    cells |= {f"{one.title} ({one.value}), m²": found.get(one.value, "–") for one in answer.total.classes or () if one.area_m2}
    if answer.total.green_share is not None:
        cells |= {say(N_("green"), reader): share(area.green_share), f"{say(N_('green'), reader)} m²": told(area.green_m2)}
    return cells


def _notes(answer: RasterFigures, reader: Language) -> list[str]:
    rule = FILLED if answer.nodata_counts_as is not None else LEFT_OUT
    notes = [say(rule, reader, value=f"{answer.nodata_counts_as or 0:g}", unit=answer.unit)]
    if any(area.area_m2 is None or (area.counted_m2 and area.mean is None and area.classes is None) for area in answer.areas):
        notes.append(say(UNMEASURED, reader, layer=answer.raster))
    return notes
