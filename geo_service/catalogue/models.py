"""Tables of the catalogue."""

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, DateTime, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base


class PublishedLayer(Base):
    """The fingerprint of a view as it was published, so that an unchanged view is left alone, and what its version counts."""

    __tablename__ = "published_layer"

    id: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    tables: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


LAYER_CHANGES = ("new", "changed", "removed")


class LayerChange(Base):
    """A layer that was published, defined anew or taken away; rows are only added.

    ``audience`` is whose layer it was then: for the public, a layer that only staff may see from now on is removed.
    """

    __tablename__ = "layer_change"
    __table_args__ = (
        CheckConstraint(f"change in {LAYER_CHANGES}", name="change"),
        Index("layer_change_layer_idx", "layer", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    layer: Mapped[str]
    title: Mapped[str]
    audience: Mapped[str]
    change: Mapped[str]
    fingerprint: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class TableChange(Base):
    """One committed change of a table. The number of visible rows is the table's version: it grows with every commit and never lies.

    A counter that is updated would make writers wait for each other; a sequence would move before its commit.
    """

    __tablename__ = "table_change"
    __table_args__ = (Index("table_change_name_idx", "table_name", postgresql_include=["changes"]),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    table_name: Mapped[str]
    changes: Mapped[int] = mapped_column(server_default=text("1"))
