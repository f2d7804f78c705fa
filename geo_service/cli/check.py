"""``geo-service check``: the decision on a drawn plot."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from geo_service.adoptions.decision import asked_day, decide
from geo_service.cli.common import language, out, session
from geo_service.days import day_of
from geo_service.errors import N_, InvalidGeometry, InvalidInput, UnusableSource, fault
from geo_service.plots.answer import as_json
from geo_service.plots.geojson import Asked, Crs, check_extent, parse, read_geometry, read_ids
from geo_service.plots.schemas import Decision
from geo_service.registers.files import crs_of, layers
from geo_service.registers.schemas import REFUSALS, Source
from geo_service.registers.shapes import clean
from geo_service.words import Language, number, say

EXAMPLES = """
What the rules say of a plot that somebody drew: every rule with its reason and m², and what would be possible instead.

FILE holds one feature: GeoJSON, GeoPackage or another vector file; or JSON with "greenObjectIds". Exit 0 when the plot is allowed
(also when it needs a yes of the municipality), 1 when a rule refuses it or the file cannot be used.

[bold]Examples[/bold]

  geo-service check plot.geojson

  geo-service check plots.gpkg --layer mine --starts-on 2027-03-01 --format json
"""
OUTCOMES = {
    "failed": ("red", N_("not possible")),
    "needs_consent": ("yellow", N_("permission needed")),
    "warning": ("yellow", N_("take care")),
    "passed": ("green", N_("in order")),
}


class Layout(StrEnum):
    """How the decision is shown."""

    table = "table"
    json = "json"


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file with one feature.")],
    layer: Annotated[str | None, typer.Option(help="The layer, when the file has more of them.")] = None,
    crs: Annotated[Crs | None, typer.Option(help="The coordinates in the file, when it does not say so itself.")] = None,
    starts_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="First day of keeping it; today when absent.")
    ] = None,
    layout: Annotated[Layout, typer.Option("--format", help="A table, or the answer of the API (in CRS84).")] = Layout.table,
) -> None:
    """Judge a drawn plot."""
    now = datetime.now(UTC)
    with session() as (here, database):
        day = asked_day(starts_on.date() if starts_on else None, day_of(now), here.municipality)
        decision = decide(database, read(file, layer, crs), here.municipality, now, starts_on=day)
        if layout is Layout.json:
            typer.echo(orjson.dumps(as_json(decision, language()), option=orjson.OPT_INDENT_2))
        else:
            show(decision, language())
    raise typer.Exit(0 if decision.allowed else 1)


def read(file: Path, layer: str | None = None, crs: Crs | None = None) -> Asked:
    """What a file asks: a shape in RD, or ids of green objects."""
    if not file.is_file():
        raise UnusableSource(N_("There is no file {path}."), path=str(file))
    if file.suffix.lower() in (".json", ".geojson"):
        document = _only_feature(parse(file.read_bytes()))
        return read_ids(document) if isinstance(document, dict) and "greenObjectIds" in document else read_geometry(document, crs)
    return _read_vector(file, layer, crs)


def _only_feature(document: Any) -> Any:
    """GIS programs write a collection, also of one feature."""
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return document
    features = document.get("features")
    if not isinstance(features, list) or len(features) != 1 or not isinstance(features[0], dict):
        raise _not_one(len(features) if isinstance(features, list) else 0)
    return {**features[0], **({"crs": document["crs"]} if "crs" in document else {})}


def _read_vector(file: Path, layer: str | None, crs: Crs | None) -> Asked:
    found, _ = layers(Source(file, layer))
    if len(found) != 1:
        names = ", ".join(one.name for one in found)
        raise InvalidInput(details={"errors": [fault(file.name, N_("Choose one with --layer: {names}."), names=names)]})
    wkbs = [wkb for _, batch in found[0].batches([]) for wkb in batch]
    if len(wkbs) != 1:
        raise _not_one(len(wkbs))
    cleaned = clean(wkbs, crs_of(found[0], {"RD": "EPSG:28992", "CRS84": "EPSG:4326", None: None}[crs]))
    if cleaned.refused:
        raise InvalidGeometry(details={"errors": [fault(file.name, REFUSALS[cleaned.refused[0]])]})
    if cleaned.repaired:
        raise InvalidGeometry(
            details={"errors": [fault(file.name, N_("The shape is not valid near {place}."), place=cleaned.repaired[0][0])]}
        )
    check_extent(cleaned.shapes[0])
    return cleaned.shapes[0]


def _not_one(count: int) -> InvalidInput:
    return InvalidInput(details={"errors": [fault("features", N_("One feature is needed; there are {count}."), count=count)]})


def show(decision: Decision, language: Language) -> None:
    """The verdict, the suggestion, and the rules: first what stands in the way."""
    out.print(say(_verdict(decision), language, m2=decision.shape.area), style="bold", markup=False, highlight=False, soft_wrap=True)
    if decision.cut:
        out.print(say(N_("What lay just over a neighbour's border was cut off first."), language), soft_wrap=True)
    if decision.suggestion:
        out.print(say(N_("This is possible: {m2} m². Your plot made smaller."), language, m2=decision.suggestion.area), soft_wrap=True)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in (N_("Outcome"), N_("Rule"), "m²", N_("Reason"), N_("Source")):
        table.add_column(say(title, language), justify="right" if title == "m²" else "left")
    for outcome in sorted(decision.outcomes, key=lambda one: list(OUTCOMES).index(one.outcome)):
        colour, label = OUTCOMES[outcome.outcome]
        m2 = number(outcome.fault_m2, language, decimals=1) if outcome.fault_m2 else ""
        cells = (outcome.rule, m2, outcome.reason(language), "" if outcome.outcome == "passed" else outcome.source or "")
        table.add_row(f"[{colour}]{say(label, language)}[/{colour}]", *(cell.replace("[", r"\[") for cell in cells))
    out.print(table)


def _verdict(decision: Decision) -> str:
    if not decision.allowed:
        return N_("Not like this yet. You drew {m2} m².")
    if decision.needs_consent:
        return N_("This is possible after a yes of the municipality: {m2} m².")
    return N_("This is possible: {m2} m².")
