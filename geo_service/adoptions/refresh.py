"""A refresh of a register never loses an adoption: it stays as it is, and what changed under it is told with the m²."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.days import day_of
from geo_service.municipality import Municipality
from geo_service.registers.schemas import ImportReport, Kind, Source, TouchedAdoption, TouchedPlot
from geo_service.registers.service import Progress, import_register

_TOUCHED = text(
    """
    with met as (
      select l.id as lineage_id, a.id as adoption_id, p.code, a.state,
             geo.shared_ground(a.geom, l.before_geom) as before, geo.shared_ground(a.geom, l.after_geom) as after
      from geo.lineage l
      join geo.adoption a on a.geom && st_collect(l.before_geom, l.after_geom)
      join geo.plot p on p.id = a.plot_id
      where l.id = any (:ids) and a.state not in ('refused', 'withdrawn') and (a.state <> 'ended' or upper(a.period) > :day)
    ),
    noted as (
      insert into geo.lineage_adoption (lineage_id, adoption_id, before_m2, after_m2)
      select lineage_id, adoption_id, coalesce(st_area(before), 0), coalesce(st_area(after), 0)
      from met where geo.is_wide(before, :tolerance) or geo.is_wide(after, :tolerance)
      returning lineage_id, adoption_id, before_m2, after_m2
    )
    select n.lineage_id, n.adoption_id, m.code, m.state, n.before_m2, n.after_m2
    from noted n join met m using (lineage_id, adoption_id) order by n.lineage_id, length(m.code), m.code, n.adoption_id
    """
)


def refresh_register(
    session: Session, kind: Kind, source: Source, municipality: Municipality, now: datetime, progress: Progress | None = None
) -> ImportReport:
    """``import_register``, and the adoptions on green that changed. Errors are those of ``import_register``; the caller commits."""
    report = import_register(session, kind, source, municipality, now, progress)
    note_touched(session, report, day_of(now), municipality.refresh.tolerance.value)
    return report


def note_touched(session: Session, report: ImportReport, day: date, tolerance: float) -> None:
    """Write which adoptions that are asked for or kept each change touches, and tell it in the report."""
    changes = {change.id: change for change in report.lineage}
    rows = session.execute(_TOUCHED, {"ids": list(changes), "day": day, "tolerance": tolerance})
    plots: dict[UUID, TouchedPlot] = {}
    before: dict[UUID, dict[tuple[str | None, str | None], float]] = defaultdict(dict)
    after: dict[UUID, dict[tuple[str | None, str | None], float]] = defaultdict(dict)
    for lineage_id, adoption_id, code, state, before_m2, after_m2 in rows:
        change = changes[lineage_id]
        touched = TouchedAdoption(adoption_id=adoption_id, plot=code, state=state, before_m2=before_m2, after_m2=after_m2)
        change.adoptions.append(touched)
        # an object that was split or merged stands in several changes, and counts once
        before[adoption_id][change.before_id, change.before_version] = before_m2
        after[adoption_id][change.after_id, change.after_version] = after_m2
        plots[adoption_id] = TouchedPlot(adoption_id=adoption_id, plot=code, state=state, before_m2=0, after_m2=0)
    for adoption_id, plot in plots.items():
        plot.before_m2, plot.after_m2 = sum(before[adoption_id].values()), sum(after[adoption_id].values())
    report.touched = list(plots.values())
