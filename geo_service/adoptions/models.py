"""Tables of adoptions. Ground that is granted is guarded by triggers (``db/sql/exclusivity.sql``)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Computed, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.adoptions.states import ADOPTED, GRANTED, STATES
from geo_service.db.base import Base, area, geometry, gist, served
from geo_service.geometry import RD_BOUNDS

CARES = ("full", "partial")
SCOPES = ("green", "public_space")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class Adoption(Base):
    """An initiative keeps a piece of ground for a period (half-open, days in Amsterdam). A record with a life, never deleted.

    ``geom`` is its own copy of the plot version's shape: a change of registers or plots does not move it.
    """

    __tablename__ = "adoption"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("care", CARES), name="care"),
        CheckConstraint(_one_of("scope", SCOPES), name="scope"),
        CheckConstraint("state = 'ended' or not isempty(period)", name="period"),
        CheckConstraint("state <> 'ended' or isempty(period) or not upper_inf(period)", name="ended"),
        CheckConstraint(
            f"st_isvalid(geom) and not st_isempty(geom) and geom @ st_makeenvelope({', '.join(map(str, RD_BOUNDS))}, 28992)", name="geom"
        ),
        gist("adoption_granted_geom_idx", "geom", where=text("granted")),
        gist("adoption_geom_idx", "geom"),
        gist("adoption_geom_3857_idx", "geom_3857"),
        Index("adoption_initiative_id_idx", "initiative_id"),
        Index("adoption_plot_id_idx", "plot_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id"))
    plot_id: Mapped[int] = mapped_column(ForeignKey("geo.plot.id"))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.adoption.id"))
    plan: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=text("'draft'"))
    period: Mapped[Range[date]] = mapped_column(DATERANGE)
    care: Mapped[str] = mapped_column(server_default=text("'full'"))
    measures: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    scope: Mapped[str] = mapped_column(server_default=text("'green'"))
    reserved_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    granted: Mapped[bool] = mapped_column(Computed(_one_of("state", GRANTED), persisted=True))
    adopted: Mapped[bool] = mapped_column(Computed(_one_of("state", ADOPTED), persisted=True))
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()
    geom_4326: Mapped[Any] = served("MULTIPOLYGON", 4326)
    geom_3857: Mapped[Any] = served("MULTIPOLYGON", 3857)


class LineageAdoption(Base):
    """What an adoption covers (m²) of the old and of the new object of a change in the green. The adoption stays as it is."""

    __tablename__ = "lineage_adoption"
    __table_args__ = (Index("lineage_adoption_adoption_id_idx", "adoption_id"),)

    lineage_id: Mapped[int] = mapped_column(ForeignKey("geo.lineage.id", ondelete="CASCADE"), primary_key=True)
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"), primary_key=True)
    before_m2: Mapped[float]
    after_m2: Mapped[float]


class Pause(Base):
    """For a while the staff plan takes over an adoption, or the part ``geom`` of it. Public figures do not change."""

    __tablename__ = "pause"
    __table_args__ = (CheckConstraint("not isempty(period)", name="period"), Index("pause_adoption_id_idx", "adoption_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"))
    period: Mapped[Range[date]] = mapped_column(DATERANGE)
    reason: Mapped[str | None]
    geom: Mapped[Any] = geometry(nullable=True)
