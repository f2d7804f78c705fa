"""``geo-service coverage``: who keeps which m²."""

import sys
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from geo_service.cli.common import err, language, out, session
from geo_service.coverage.schemas import CoverageAnswer, Kept, Total
from geo_service.coverage.service import coverage as figures
from geo_service.coverage.tables import to_csv
from geo_service.errors import N_, InvalidInput
from geo_service.words import Language, number, percent, say, say_date

WIDEST = 130
"""A table is never cut: in a narrow terminal its lines go on below."""


class Level(StrEnum):
    gemeente = "gemeente"
    stadsdeel = "stadsdeel"
    wijk = "wijk"
    buurt = "buurt"


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


class By(StrEnum):
    type = "type"


def coverage(
    level: Annotated[Level | None, typer.Option(help="Districts of this level. Default: stadsdeel, or the first level there is.")] = None,
    at: Annotated[str | None, typer.Option(help="The day, YYYY-MM-DD. Default: today.")] = None,
    format: Annotated[Format, typer.Option(help="table, csv (comma, decimal point, no total row) or json.")] = Format.table,
    by: Annotated[By | None, typer.Option(help="type: per green type as well.")] = None,
) -> None:
    """Green, what the municipality manages of it, and what residents adopted of that, in m².

    Examples:

      geo-service coverage --level stadsdeel

      geo-service coverage --level buurt --at 2022-07-01 --format csv > dekking.csv

      geo-service coverage --level wijk --by type --format json | jq .total
    """
    day = read_day(at)
    with session() as (_, open_session):
        answer = figures(open_session, level.value if level else None, day, by_type=by is not None, language=language())
    if format is Format.csv:
        sys.stdout.write(to_csv(answer).replace("\r\n", "\n"))
    elif format is Format.json:
        sys.stdout.write(answer.model_dump_json(by_alias=True, indent=2) + "\n")
    else:
        _print(answer, language())


def read_day(at: str | None) -> date | None:
    try:
        return date.fromisoformat(at) if at else None
    except ValueError:
        raise InvalidInput(N_("{day} is not a day; write YYYY-MM-DD."), day=at) from None


def _print(answer: CoverageAnswer, reader: Language) -> None:
    day = say_date(answer.at, reader)
    table = Table(title=say(N_("Adopted green per {level}, {day}"), reader, level=answer.level, day=day), title_justify="left", box=None)
    table.add_column(say(N_("code"), reader))
    table.add_column(say(N_("name"), reader))
    for heading in (N_("green m²"), N_("managed m²"), N_("adopted m²"), N_("beside it m²"), N_("coverage"), N_("plots"), N_("initiatives")):
        table.add_column(say(heading, reader), justify="right", no_wrap=True)
    for district in answer.districts:
        table.add_row(district.code or "", escape(district.name), *_cells(district, reader))
        _add_types(table, district, reader)
    table.add_section()
    table.add_row("", say(N_("total"), reader), *_cells(answer.total, reader), style="bold")
    _add_types(table, answer.total, reader)
    Console(width=max(out.width, WIDEST)).print(table, highlight=False)
    for note in _notes(answer, reader):
        err.print(note, markup=False)


def _add_types(table: Table, total: Total, reader: Language) -> None:
    for kept in total.types or ():
        table.add_row("", f"  {escape(kept.green_type)}", *_areas(kept, reader), "", _share(kept, reader), "", "", style="dim")


def _cells(total: Total, reader: Language) -> list[str]:
    outside = number(total.adopted_outside_m2, reader)
    return [*_areas(total, reader), outside, _share(total, reader), number(total.plots, reader), number(total.initiatives, reader)]


def _areas(kept: Kept, reader: Language) -> list[str]:
    return [number(area, reader) for area in (kept.green_m2, kept.managed_m2, kept.adopted_m2)]


def _share(kept: Kept, reader: Language) -> str:
    return "–" if kept.coverage is None else percent(kept.coverage, reader, decimals=2)


def _notes(answer: CoverageAnswer, reader: Language) -> list[str]:
    notes = []
    if answer.managed_basis == "assumption":
        notes.append(say(N_("Managed is an assumption from the municipality's settings: there is no management register."), reader))
    if answer.estimated:
        notes.append(say(N_("Estimated: this day lies before the first registration of some green, or in the future."), reader))
    if answer.level not in answer.district_years:
        notes.append(say(N_("There are no districts of level {level} here."), reader, level=answer.level))
    return notes
