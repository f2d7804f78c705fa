"""Tables of plots."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Identity, Index, Sequence, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base, area, geometry, gist

plot_number = Sequence("plot_number", metadata=Base.metadata, schema="geo")


class Plot(Base):
    """A named piece of ground with a public code; its shape may change over time, each version stays."""

    __tablename__ = "plot"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(server_default=text("'PL-' || to_char(nextval('geo.plot_number'), 'FM999999990000')"))
    name: Mapped[str]


class PlotVersion(Base):
    """The shape of a plot: whole green objects (``green_object_ids``, register ids) or drawn by hand."""

    __tablename__ = "plot_version"
    __table_args__ = (
        UniqueConstraint("plot_id", "number"),
        CheckConstraint("origin in ('green_objects', 'drawn')", name="origin"),
        gist("plot_version_geom_idx", "geom"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plot_id: Mapped[int] = mapped_column(ForeignKey("geo.plot.id"))
    number: Mapped[int]
    origin: Mapped[str]
    green_object_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()


class Sketch(Base):
    """Ground that somebody chose but did not ask for yet: drawn by hand (``geom``), or whole green objects. Nobody's name is with it."""

    __tablename__ = "sketch"
    __table_args__ = (
        CheckConstraint("(geom is null) = (green_object_ids <> '{}')", name="drawn_or_objects"),
        Index("sketch_created_at_idx", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"), primary_key=True)
    green_object_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    geom: Mapped[Any | None] = geometry(nullable=True)
