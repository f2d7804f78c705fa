"""Ground that somebody chose and comes back to: kept for 30 days, without a name, and reached by whoever has its id."""

from datetime import datetime, timedelta
from uuid import UUID

from shapely import MultiPolygon
from sqlalchemy.orm import Session

from geo_service.db.base import as_geometry, as_shape
from geo_service.errors import N_, NotFound
from geo_service.plots import queries
from geo_service.plots.geojson import Asked
from geo_service.plots.models import Sketch

LIVES = timedelta(days=30)
GONE = N_("This drawing is not there any more. We keep a drawing for {days} days.")


def keep(session: Session, shape: MultiPolygon | None, green_object_ids: tuple[str, ...], now: datetime) -> UUID:
    """Keep a drawn shape (RD), or the register ids of whole green objects; exactly one of the two."""
    drawn = as_geometry(shape) if shape is not None else None
    kept = Sketch(geom=drawn, green_object_ids=list(green_object_ids), created_at=now)
    session.add(kept)
    session.flush()
    return kept.id


def sketch(session: Session, sketch_id: UUID, now: datetime) -> Asked:
    """The ground of a sketch; NotFound when it is unknown or older than 30 days."""
    found = queries.sketch_since(session, sketch_id, now - LIVES)
    if found is None:
        raise NotFound(GONE, days=LIVES.days)
    return tuple(found.green_object_ids) if found.geom is None else as_shape(found.geom)


def forget_old(session: Session, now: datetime) -> int:
    """Remove what is older than 30 days; how many these were."""
    return queries.delete_sketches_before(session, now - LIVES)
