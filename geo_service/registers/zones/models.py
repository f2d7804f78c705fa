"""The table of zones: imported, and edited by staff."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base, geometry, gist
from geo_service.registers.models import RegisterImport

EFFECTS = ("forbidden", "needs_consent", "warn")
DISCLOSURES = ("public", "named", "hidden")


class Zone(Base):
    """A restriction. ``disclosure`` says what others may learn of it: public, only its name, or nothing but a coarse outcome.

    ``version`` counts its changes, by trigger.
    """

    __tablename__ = "zone"
    __table_args__ = (
        UniqueConstraint("register_id"),
        CheckConstraint(f"effect in {EFFECTS}", name="effect"),
        CheckConstraint(f"disclosure in {DISCLOSURES}", name="disclosure"),
        gist("zone_geom_idx", "geom"),
        gist("zone_public_geom_idx", "geom", where=text("disclosure = 'public'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[str]
    kind: Mapped[str]
    effect: Mapped[str]
    disclosure: Mapped[str]
    name: Mapped[str | None]
    source: Mapped[str | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    geom: Mapped[Any] = geometry()
    import_id: Mapped[int | None] = mapped_column(ForeignKey(RegisterImport.id))
    version: Mapped[int] = mapped_column(server_default="1")
