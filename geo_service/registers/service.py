"""Import a register: read, judge each row, bring it in as one transaction, and report. The caller commits."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.days import day_of
from geo_service.db.engine import act_for
from geo_service.db.models import Setting
from geo_service.errors import N_, Conflict, InvalidInput, UnusableSource
from geo_service.municipality import Municipality
from geo_service.registers import districts, lineage, lives, queries, staging
from geo_service.registers.files import Layer, crs_of
from geo_service.registers.models import RegisterImport
from geo_service.registers.reading import Taken, choose
from geo_service.registers.rows import Context, build
from geo_service.registers.schemas import ChangeSet, ImportReport, Kind, LayerReport, Repair, Source
from geo_service.registers.shapes import MERCATOR, Cleaned, clean, likely_crs, mostly_in
from geo_service.registers.values import Refused, year
from geo_service.registers.zones.queries import IMPORTED, edits_overwritten

Progress = Callable[[str, int, int], None]
REPAIRS_TOLD = 20


def import_register(
    session: Session, kind: Kind, source: Source, municipality: Municipality, now: datetime, progress: Progress | None = None
) -> ImportReport:
    """Import all layers of a source that are recognised as ``kind``.

    Nothing changes when the source was imported before. Raises UnusableSource (nothing usable, CRS missing or strange, unknown schema)
    and Conflict (the database holds the demo; another import runs); then the transaction must be rolled back.
    """
    if kind in ("districts", "green") and queries.holds_demo(session):
        raise Conflict(N_("This database holds the demo. Import real data into another folder: GEO_DATA_DIR=… geo-service import …"))
    if source.complete and kind == "districts":
        raise InvalidInput(N_("Districts come in yearly editions; --complete is not for them."))
    taken, skipped = choose(kind, source)
    staging.prepare(session, kind)
    reports: dict[int, LayerReport] = {}
    imports: dict[int, RegisterImport] = {}
    with staging.copying(session, kind) as copy:
        for number, layer in enumerate(taken):
            reports[number] = _read(kind, source, layer, municipality, copy, number, progress)
    for number, layer in enumerate(taken):
        told = f"{layer.file.source}:{layer.file.name}"
        imports[number] = RegisterImport(kind=kind, source=told, imported_at=now, report={"recognised_as": layer.schema.name})
    session.add_all(imports.values())
    session.flush()
    report = ImportReport(kind=kind, layers=list(reports.values()), skipped=skipped)
    today = day_of(now)
    _remember(session, kind)
    _bring_in(session, kind, source, municipality, report, imports, today)
    _compare(session, kind, report, imports[0].id, municipality, today)
    _rebuild(session, kind, report, municipality)
    _measure(session, kind, report, today)
    for number, layer_report in reports.items():
        imports[number].report = layer_report.model_dump(mode="json")
    session.flush()
    return report


def _remember(session: Session, kind: Kind) -> None:
    """What the history and the comparison need to know before anything changes."""
    if kind == "zones":
        act_for(session, None, IMPORTED)
    if kind == "green":
        lineage.remember(session)


def _compare(session: Session, kind: Kind, report: ImportReport, import_id: int, municipality: Municipality, today: date) -> None:
    """What became of the objects that were there: of green in m², of zones whose edits were overwritten."""
    if kind == "green":
        report.lineage = lineage.compare(session, import_id, today, municipality.refresh.tolerance.value)
    if kind == "zones":
        report.edits_overwritten = edits_overwritten(session, report.changes.changed)


def _measure(session: Session, kind: Kind, report: ImportReport, today: date) -> None:
    """What figures leave out or count once: green outside every district, and ground of two districts (m²)."""
    if kind in ("districts", "green"):
        report.outside_m2 = queries.green_outside_districts(session, today)
    if kind == "districts":
        report.overlaps = districts.overlaps(session)
        report.overlap_m2 = sum(pair.area_m2 for pair in report.overlaps)


def assume_management(session: Session, municipality: Municipality) -> bool:
    """Note what the municipality is assumed to manage as long as no management register is imported. True when that is news."""
    known, value = session.get(Setting, "managed"), municipality.managed.model_dump()
    if known and known.value == value:
        return False
    session.merge(Setting(key="managed", value=value))
    session.flush()
    return True


def _read(
    kind: Kind, source: Source, layer: Taken, municipality: Municipality, copy: staging.Copy, number: int, progress: Progress | None
) -> LayerReport:
    file = layer.file
    crs = crs_of(file, source.crs)
    told = {28992: "EPSG:28992", MERCATOR: "EPSG:3857"}.get(crs, "EPSG:4258")
    report = LayerReport(source=file.source, layer=file.name, recognised_as=layer.schema.name, crs=told, crs_assumed=bool(source.crs))
    if source.delivered:
        report.strange, report.lacking = file.strange(set(layer.columns.values())), layer.lacking
    context = Context(layer.schema, municipality, source.year or year(file.name) or year(Path(file.source).stem))
    refused: Counter[str] = Counter()
    outside: list[np.ndarray] = []
    for values, wkbs in file.batches(sorted(set(layer.columns.values()))):
        rows, kept = _rows(kind, {ours: values[theirs] for ours, theirs in layer.columns.items()}, len(wkbs), context, refused)
        cleaned = clean([wkbs[index] for index in kept], crs, points=staging.REGISTERS[kind].point)
        _leave_out(cleaned, source.area)
        refused.update(cleaned.refused.values())
        outside.append(cleaned.outside)
        _note(report, kind, rows, cleaned)
        usable = [index for index in range(len(rows)) if index not in cleaned.refused]
        copy.write(number, [rows[index] for index in usable], cleaned.shapes[usable])
        report.read += len(wkbs)
        if progress:
            progress(f"{file.source} {file.name}", report.read, file.features)
    report.refused = dict(refused)
    _check_place(file, report, np.concatenate(outside) if outside else np.empty((0, 4)), crs)
    return report


def _rows(
    kind: Kind, columns: dict[str, list[Any]], count: int, context: Context, refused: Counter[str]
) -> tuple[list[dict[str, Any]], list[int]]:
    rows, kept = [], []
    for index in range(count):
        try:
            rows.append(build(kind, {ours: values[index] for ours, values in columns.items()}, context))
        except Refused as refusal:
            refused[str(refusal)] += 1
        else:
            kept.append(index)
    return rows, kept


def _leave_out(cleaned: Cleaned, area: Any) -> None:
    """A source that is complete for an area tells nothing of what lies elsewhere."""
    if area is not None:
        there = shapely.get_type_id(cleaned.shapes) >= 0
        elsewhere = there.copy()
        elsewhere[there] = ~mostly_in(cleaned.shapes[there], area)
        cleaned.refuse(elsewhere, "outside_municipality")


def _note(report: LayerReport, kind: Kind, rows: list[dict[str, Any]], cleaned: Cleaned) -> None:
    report.curves += cleaned.curves
    report.repaired += len(cleaned.repaired)
    name = staging.REGISTERS[kind].id_column
    for index, (reason, change) in cleaned.repaired.items():
        if len(report.repairs) < REPAIRS_TOLD:
            report.repairs.append(Repair(register_id=rows[index][name], reason=reason, area_change_m2=change))


def _check_place(file: Layer, report: LayerReport, outside: np.ndarray, crs: int) -> None:
    """A layer that lies wholly elsewhere is a mistake of the whole: its CRS or its axes."""
    lost = report.refused.get("outside_netherlands", 0)
    if not lost or lost < report.read - sum(report.refused.values()) + lost:
        return
    why, other = likely_crs(outside, crs)
    if why == "swapped":
        raise UnusableSource(N_("{source} lies outside the Netherlands: its x and y seem to be swapped."), source=file.source)
    if why == "crs":
        raise UnusableSource(
            N_("{source} lies outside the Netherlands in {crs}. Its coordinates look like another CRS: --crs EPSG:{other}"),
            source=file.source, crs=report.crs, other=str(other),
        )  # fmt: skip
    raise UnusableSource(N_("{source} lies outside the Netherlands."), source=file.source)


def _bring_in(
    session: Session, kind: Kind, source: Source, municipality: Municipality, report: ImportReport,
    imports: dict[int, RegisterImport], today: date,
) -> None:  # fmt: skip
    lives_changed: list[int] = []
    if kind == "districts":
        _refuse(report, "duplicate", districts.drop_repeats(session))
        for number, joined in districts.join_parts(session).items():
            report.layers[number].joined = joined
        report.derived_stadsdelen, report.missing_wijken = districts.derive_stadsdelen(session, municipality, len(report.layers))
    _refuse(report, "duplicate", staging.drop_duplicates(session, kind))
    if kind == "green":
        if not source.all_versions:
            _refuse(report, "older_version", lives.drop_older_versions(session))
        short, lives_changed = lives.settle_lives(session)
        _refuse(report, "short_life", short)
    ids = {number: entry.id for number, entry in imports.items()}
    merged = staging.merge(session, kind, {**ids, len(ids): max(ids.values())})
    for number, (new, unchanged, changed, area) in merged.layers.items():
        if number in ids:
            layer = report.layers[number]
            layer.new, layer.unchanged, layer.changed, layer.area_m2 = new, unchanged, changed, area
    report.changes = ChangeSet(added=merged.added, changed=merged.changed, closed=lives_changed)
    if kind != "districts":
        for name in dict.fromkeys(layer.recognised_as for layer in report.layers):
            first = next(layer for layer in report.layers if layer.recognised_as == name)
            _absent(session, kind, source, municipality, report, first, today)


def _absent(
    session: Session, kind: Kind, source: Source, municipality: Municipality, report: ImportReport, layer: LayerReport, today: date
) -> None:
    """What the source no longer has is closed when it should have everything; unless that is so much that it must be a mistake."""
    absent = lives.absent(session, kind, layer.recognised_as, today, source.area)
    layer.absent = len(absent.ids)
    if source.area is not None and not source.complete and layer.absent > municipality.refresh.vanished_share.value * absent.known:
        raise UnusableSource(
            N_("{source} lacks {count} of the {known} objects that are known ({name}). Nothing was changed. If that is right: --complete"),
            source=layer.source, count=layer.absent, known=absent.known, name=layer.recognised_as,
        )  # fmt: skip
    if source.complete or source.area is not None:
        lives.close(session, kind, absent.ids, today)
        layer.closed = len(absent.ids)
        report.changes.closed += absent.ids


def _refuse(report: ImportReport, reason: str, counts: dict[int, int]) -> None:
    for number, count in counts.items():
        if number < len(report.layers):
            refused = report.layers[number].refused
            refused[reason] = refused.get(reason, 0) + count


def _rebuild(session: Session, kind: Kind, report: ImportReport, municipality: Municipality) -> None:
    """Split the ground again where it changed, and with it the adoptions there; adoptions written meanwhile wait."""
    all_again = assume_management(session, municipality)
    if all_again or (kind in ("districts", "management") and report.changes.all):
        session.execute(text("select geo.rebuild_pieces()"))
    elif kind == "green" and report.changes.all:
        session.execute(text("select geo.split_green(:ids)"), {"ids": report.changes.all})
