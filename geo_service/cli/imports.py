"""``geo-service import``: bring a register in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.box import SIMPLE_HEAD
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo_service.cli.common import err, language, out, session
from geo_service.errors import N_
from geo_service.registers.schemas import REFUSALS, ImportReport, Kind, LayerReport, Source
from geo_service.registers.service import import_register
from geo_service.words import Language, number, say

EXAMPLES = """
Import a register: districts, green, management, zones, ground, trees or addresses.

SOURCE is any vector file (GeoPackage, GeoJSON, GML, FlatGeobuf, shapefile, …) or a folder of them. All or nothing: when something
is wrong with the source, nothing changes. Importing the same again changes nothing.

[bold]Examples[/bold]

  geo-service import districts almere_boundaries.gpkg

  geo-service import green bgt/ --complete

  geo-service import green bgt.gpkg --layer begroeidterreindeel_all_versions --all-versions

  geo-service import zones zones.geojson --map kind=soort_zone --map effect=gevolg
"""
PAIRS_TOLD = 10
SKIPS = {
    "not_recognised": N_("not recognised"),
    "same_objects": N_("holds the same objects as another layer"),
    "no_geometry": N_("has no geometry"),
    "no_vector_file": N_("is no vector file"),
}


def import_source(
    kind: Annotated[str, typer.Argument(help="districts, green, management, zones, ground, trees or addresses.", metavar="KIND")],
    source: Annotated[Path, typer.Argument(help="A vector file, or a folder of them.", metavar="SOURCE")],
    layer: Annotated[str | None, typer.Option(help="Only this layer.")] = None,
    crs: Annotated[str | None, typer.Option(help="The CRS when the file does not say it, or says it wrong: EPSG:28992.")] = None,
    year: Annotated[int | None, typer.Option(help="The year of the districts.", min=1900, max=2099)] = None,
    all_versions: Annotated[bool, typer.Option("--all-versions", help="Also the versions that have ended.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="The source has everything: what it lacks is closed today.")] = False,
    columns: Annotated[list[str] | None, typer.Option("--map", help="A column by another name: ours=theirs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Import one source, and tell what became of it."""
    if kind not in get_args(Kind):
        raise typer.BadParameter(f"{kind}: " + ", ".join(get_args(Kind)), param_hint="KIND")
    wanted = Source(source, layer, crs, year, all_versions, complete, _mapping(columns or []))
    with session() as (here, database), _bar() as bar:
        tasks: dict[str, int] = {}

        def progress(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=max(total, done))
            bar.update(tasks[name], completed=done)  # type: ignore[arg-type]

        report = import_register(database, kind, wanted, here.municipality, datetime.now(UTC), progress)  # type: ignore[arg-type]
    if as_json:
        out.print_json(report.model_dump_json(exclude={"changes"} if report.kind == "districts" else set()))
    else:
        show(report, language())


def _bar() -> Progress:
    """Progress of the reading, only where somebody can see it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not (ours and equals and theirs):
            raise typer.BadParameter(f"{pair}: ours=theirs", param_hint="--map")
        mapping[ours] = theirs
    return mapping


def show(report: ImportReport, language: Language) -> None:
    """The report as a table and a few lines."""
    sources = {layer.source for layer in report.layers}
    table = Table(title=", ".join(sorted(sources)), title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for title in (N_("Layer"), N_("Read"), N_("New"), N_("Changed"), N_("Unchanged"), N_("Refused"), N_("Repaired"), N_("Hectares")):
        first = title == "Layer"
        table.add_column(say(title, language), justify="left" if first else "right", overflow="fold", no_wrap=not first)
    for layer in report.layers:
        counts = (layer.read, layer.new, layer.changed, layer.unchanged, sum(layer.refused.values()), layer.repaired)
        hectares = number(layer.area_m2 / 10_000, language, decimals=1)
        table.add_row(
            layer.layer if len(sources) == 1 else f"{layer.source} {layer.layer}", *(number(count, language) for count in counts), hectares
        )
    out.print(table)
    for line in [*(line for layer in report.layers for line in _layer_lines(layer, language)), *_lines(report, language)]:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def _layer_lines(layer: LayerReport, language: Language) -> list[str]:
    crs = N_("{layer}: {name}, {crs}") if not layer.crs_assumed else N_("{layer}: {name}, {crs} (as you said)")
    lines = [say(crs, language, layer=layer.layer, name=layer.recognised_as, crs=layer.crs)]
    for reason, count in sorted(layer.refused.items()):
        lines.append("  " + say(N_("refused: {count}, {reason}"), language, count=count, reason=say(REFUSALS[reason], language)))
    for repair in layer.repairs:
        values = {"id": repair.register_id, "reason": repair.reason, "m2": repair.area_change_m2}
        lines.append("  " + say(N_("repaired: {id}, {reason}, area {m2} m² other"), language, **values))
    if layer.repaired > len(layer.repairs):
        lines.append("  " + say(N_("repaired: {count} more"), language, count=layer.repaired - len(layer.repairs)))
    if layer.curves:
        lines.append("  " + say(N_("stroked to within 1 mm: {count} shapes with arcs"), language, count=layer.curves))
    if layer.joined:
        lines.append("  " + say(N_("joined: {count} parts of the same district"), language, count=layer.joined))
    if layer.closed:
        lines.append("  " + say(N_("closed today, because the source no longer has them: {count}"), language, count=layer.closed))
    elif layer.absent:
        lines.append("  " + say(N_("known but not in this source: {count} (--complete closes them)"), language, count=layer.absent))
    return lines


def _lines(report: ImportReport, language: Language) -> list[str]:
    lines = []
    for left in report.skipped:
        name = f"{left.source} {left.layer}".strip()
        lines.append(say(N_("skipped: {name} {reason}"), language, name=name, reason=say(SKIPS[left.reason], language)))
    if report.derived_stadsdelen:
        lines.append(say(N_("stadsdelen made from wijken: {count}"), language, count=report.derived_stadsdelen))
    if report.missing_wijken:
        codes = ", ".join(report.missing_wijken)
        lines.append(say(N_("wijken of the municipality's file that the source lacks: {codes}"), language, codes=codes))
    if report.overlaps:
        text = N_("claimed by two districts (the lower code holds it): {m2} m² in {count} pairs")
        lines.append(say(text, language, m2=report.overlap_m2, count=len(report.overlaps)))
        for pair in report.overlaps[:PAIRS_TOLD]:
            lines.append("  " + say(N_("{code} and {other}: {m2} m²"), language, code=pair.code, other=pair.other, m2=pair.area_m2))
    if report.outside_m2:
        lines.append(say(N_("green outside every district: {ha} ha"), language, ha=report.outside_m2 / 10_000))
    return lines
