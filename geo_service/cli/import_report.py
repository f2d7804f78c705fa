"""What an import did, as people and programs read it."""

import csv
import io
from pathlib import Path

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from geo_service.cli.common import out
from geo_service.errors import N_, InvalidInput
from geo_service.registers.schemas import CHANGES, REFUSALS, Change, ImportReport, LayerReport
from geo_service.words import Language, number, say

PAIRS_TOLD = 10
PLOTS_TOLD = 20
SKIPS = {
    "not_recognised": N_("not recognised"),
    "same_objects": N_("holds the same objects as another layer"),
    "no_geometry": N_("has no geometry"),
    "no_vector_file": N_("is no vector file"),
    "no_features": N_("has no features"),
}


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
    lines = [*(line for layer in report.layers for line in _layer_lines(layer, language)), *_lines(report, language)]
    if report.dry_run:
        lines.append(say(N_("dry run: nothing was written"), language))
    for line in [*lines, *_lineage_lines(report, language)]:
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
    if layer.strange:
        lines.append("  " + say(N_("not known here, and not used: {names}"), language, names=", ".join(layer.strange)))
    if layer.lacking:
        lines.append("  " + say(N_("not told by the source: {names}"), language, names=", ".join(layer.lacking)))
    if layer.curves:
        lines.append("  " + say(N_("shapes with arcs, stroked to within 1 mm: {count}"), language, count=layer.curves))
    if layer.joined:
        lines.append("  " + say(N_("parts joined into the same district: {count}"), language, count=layer.joined))
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
        text = N_("claimed by two districts (the lower code holds it): {m2} m²; pairs: {count}")
        lines.append(say(text, language, m2=report.overlap_m2, count=len(report.overlaps)))
        for pair in report.overlaps[:PAIRS_TOLD]:
            lines.append("  " + say(N_("{code} and {other}: {m2} m²"), language, code=pair.code, other=pair.other, m2=pair.area_m2))
    if report.edits_overwritten:
        text = N_("zones that were edited by hand, now as the source has them again (the history keeps the edits): {count}")
        lines.append(say(text, language, count=report.edits_overwritten))
    if report.outside_m2:
        lines.append(say(N_("green outside every district: {ha} ha"), language, ha=report.outside_m2 / 10_000))
    return lines


def _lineage_lines(report: ImportReport, language: Language) -> list[str]:
    """Per kind of change how many objects became how many, with their m²; then the plots on them."""
    lines = []
    for kind, name in CHANGES.items():
        changes = [change for change in report.lineage if change.kind == kind]
        if changes:
            before = {(change.before_id, change.before_version): change.before_m2 or 0 for change in changes if change.before_id}
            after = {(change.after_id, change.after_version): change.after_m2 or 0 for change in changes if change.after_id}
            text = N_("{kind}: {before} ({before_m2} m²), now {after} ({after_m2} m²)")
            figures = {"before": len(before), "before_m2": sum(before.values()), "after": len(after), "after_m2": sum(after.values())}
            lines.append(say(text, language, kind=say(name, language), **figures))
    if report.touched:
        lines.append(say(N_("plots on green that changed: {count}; they stay as they are"), language, count=len(report.touched)))
    for plot in report.touched[:PLOTS_TOLD]:
        values = {"plot": plot.plot, "before": plot.before_m2, "after": plot.after_m2}
        lines.append("  " + say(N_("{plot}: {before} m² of the old objects, {after} m² of the new"), language, **values))
    if len(report.touched) > PLOTS_TOLD:
        lines.append("  " + say(N_("and {count} more (--report tells all)"), language, count=len(report.touched) - PLOTS_TOLD))
    return lines


def check_place(place: str) -> None:
    """A report that cannot be written is told before anything is imported."""
    if place != "-" and not Path(place).absolute().parent.is_dir():
        raise InvalidInput(N_("There is no folder for {path}."), path=place)


def write(report: ImportReport, place: str, language: Language) -> None:
    """What became of each object, to a file (its suffix tells the format) or to the terminal (-)."""
    suffix = Path(place).suffix.lower()
    if place == "-":
        out.print(_table(report.lineage, language))
    elif suffix == ".json":
        Path(place).write_text(report.model_dump_json(indent=2), encoding="utf-8")
    elif suffix == ".csv":
        Path(place).write_text(_csv(report.lineage), encoding="utf-8-sig")
    else:
        text = io.StringIO()
        Console(file=text, width=200).print(_table(report.lineage, language))
        Path(place).write_text(text.getvalue(), encoding="utf-8")
    if place != "-":
        typer.echo(say(N_("{path} is written."), language, path=place), err=True)


def _table(changes: list[Change], language: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for title in (N_("Change"), N_("Was"), N_("Is"), N_("Was m²"), N_("Is m²"), N_("Shared m²"), N_("Plots (was m², is m²)")):
        table.add_column(say(title, language), justify="right" if title.endswith(" m²") else "left", overflow="fold")
    for change in changes:
        figures = [
            number(value, language, 1) if value is not None else "" for value in (change.before_m2, change.after_m2, change.shared_m2)
        ]
        plots = ", ".join(f"{a.plot} ({number(a.before_m2, language, 1)}, {number(a.after_m2, language, 1)})" for a in change.adoptions)
        table.add_row(say(CHANGES[change.kind], language), change.before_id or "", change.after_id or "", *figures, plots)
    return table


def _csv(changes: list[Change]) -> str:
    """One row per change and plot on it; the first columns repeat."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    names = ["kind", "before_id", "before_version", "after_id", "after_version", "before_m2", "after_m2", "shared_m2", "what"]
    rows.writerow([*names, "plot", "plot_state", "plot_before_m2", "plot_after_m2"])
    for change in changes:
        told = [", ".join(value) if isinstance(value, list) else value for value in (getattr(change, name) for name in names)]
        plots: list[tuple[object, ...]] = [(plot.plot, plot.state, plot.before_m2, plot.after_m2) for plot in change.adoptions]
        for plot in plots or [("", "", "", "")]:
            rows.writerow([*told, *plot])
    return text.getvalue()
