"""``geo-service crs``: how exact coordinates are here."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from geo_service.cli.common import NO_GRID, err, installation, language, out
from geo_service.db.coordinates import LIMIT_MM, Finding, in_database, in_python, in_stored_columns
from geo_service.errors import N_
from geo_service.words import say

app = typer.Typer(no_args_is_help=True)
OLD = N_("Stored longitudes and latitudes differ from what PROJ makes today: write them anew, see docs/operations.md.")


class Format(StrEnum):
    """How the answer is written."""

    table = "table"
    json = "json"


@app.callback()
def group() -> None:
    """Coordinates: are RD and longitude/latitude within 1 mm of RDNAPTRANS2018?"""


@app.command()
def check(format: Annotated[Format, typer.Option(help="table or json.")] = Format.table) -> None:
    """Compare Python, the database and its stored columns with RDNAPTRANS2018; exit 1 where one is more than 1 mm off.

    Example: geo-service crs check --format json
    """
    with installation() as opened, opened.engine.connect() as connection:
        database = in_database(connection)
        stored = in_stored_columns(connection)
    findings = [in_python(), database, *stored]
    right = all(finding.right for finding in findings)
    if format is Format.json:
        told = [{"where": f.where, "worstMm": f.worst_mm, "points": f.points, "right": f.right} for f in findings]
        print(json.dumps({"right": right, "limitMm": LIMIT_MM, "checks": told}, indent=2))  # noqa: T201  (as it is, for a pipe)
    else:
        _show(findings)
    if not database.right:
        err.print(say(NO_GRID, language(), mm=round(database.worst_mm or 0)))
    elif not all(finding.right for finding in stored):
        err.print(say(OLD, language()))
    raise typer.Exit(0 if right else 1)


def _show(findings: list[Finding]) -> None:
    table = Table(say(N_("where"), language()), say(N_("largest difference, mm"), language()), say(N_("positions"), language()), box=None)
    for finding in findings:
        worst = "?" if finding.worst_mm is None and finding.points else "" if finding.worst_mm is None else f"{finding.worst_mm:.3f}"
        table.add_row(finding.where, worst, str(finding.points), style=None if finding.right else "red")
    out.print(table)
