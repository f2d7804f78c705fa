"""Every select on plots."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from geo_service.plots.models import Plot, PlotVersion, Sketch


def by_code(session: Session, code: str) -> tuple[Plot, PlotVersion] | None:
    """A plot with its newest version."""
    newest = select(Plot, PlotVersion).join(PlotVersion, PlotVersion.plot_id == Plot.id).where(Plot.code == code)
    row = session.execute(newest.order_by(PlotVersion.number.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def newest_for_update(session: Session, plot_id: int) -> PlotVersion:
    """The newest version of a plot; nobody else makes the next one until this transaction ends."""
    session.scalar(select(Plot.id).where(Plot.id == plot_id).with_for_update(key_share=True))
    versions = select(PlotVersion).where(PlotVersion.plot_id == plot_id).order_by(PlotVersion.number.desc()).limit(1)
    return session.scalars(versions).one()


def sketch_since(session: Session, sketch_id: UUID, since: datetime) -> Sketch | None:
    """A sketch that is not older."""
    return session.scalar(select(Sketch).where(Sketch.id == sketch_id, Sketch.created_at > since))


def delete_sketches_before(session: Session, before: datetime) -> int:
    """Remove sketches that are as old or older; how many these were."""
    return session.execute(delete(Sketch).where(Sketch.created_at <= before)).rowcount  # type: ignore[attr-defined]
