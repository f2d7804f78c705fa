"""Which editions there are, and which one shows a day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from geo_service.catalogue.raster.models import RasterEdition
from geo_service.registers.models import District


def edition(session: Session, layer_id: str, at: date | None = None) -> RasterEdition | None:
    """The newest edition of a layer on a day; without ``at`` on the session's day (``look_at``)."""
    day = func.geo.as_of() if at is None else literal(at)
    shown = select(RasterEdition).where(RasterEdition.layer == layer_id, RasterEdition.day <= day)
    return session.scalars(shown.order_by(RasterEdition.day.desc()).limit(1)).one_or_none()


def edition_of_day(session: Session, layer_id: str, day: date) -> RasterEdition | None:
    """The edition of exactly this day; None when there is none."""
    return session.scalars(select(RasterEdition).where(RasterEdition.layer == layer_id, RasterEdition.day == day)).one_or_none()


def editions(session: Session, layer_id: str | None = None) -> Sequence[RasterEdition]:
    """All editions, or those of one layer, by layer and day."""
    wanted = select(RasterEdition).order_by(RasterEdition.layer, RasterEdition.day)
    return session.scalars(wanted.where(RasterEdition.layer == layer_id) if layer_id else wanted).all()


def published(session: Session) -> set[str]:
    """The layers that have an edition on the session's day (``look_at``)."""
    return set(session.scalars(select(RasterEdition.layer).where(RasterEdition.day <= func.geo.as_of()).distinct()))


def files_in_use(session: Session) -> set[str]:
    """The names of the files of all editions."""
    return set(session.scalars(select(RasterEdition.file)))


def districts_touched(session: Session, box: tuple[float, float, float, float]) -> tuple[int, int]:
    """How many districts touch a box (RD), and how many there are."""
    shape = func.st_makeenvelope(*box, 28992)
    counts = select(func.count().filter(func.st_intersects(District.geom, shape)), func.count()).select_from(District)
    touched, known = session.execute(counts).one()
    return touched, known
