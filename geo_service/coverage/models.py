"""Adoptions split once, when they are written: coverage is then a sum."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base
from geo_service.registers.derived.models import GreenPiece


class AdoptionPiece(Base):
    """How much of one piece of managed green an adoption covers, in m², with what figures need of that piece."""

    __tablename__ = "adoption_piece"
    __table_args__ = (Index("adoption_piece_green_piece_id_idx", "green_piece_id"),)

    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"), primary_key=True)
    green_piece_id: Mapped[int] = mapped_column(ForeignKey(GreenPiece.id, ondelete="CASCADE"), primary_key=True)
    district_id: Mapped[int | None]
    green_type: Mapped[str]
    applies_from: Mapped[date]
    applies_to: Mapped[date]
    area_m2: Mapped[float]


class AdoptionDistrict(Base):
    """How much of an adoption lies in one smallest district (null: outside every district), in m², and how much of that on and
    beside managed green (``adopted_m2``, ``outside_m2``). One row per span of days in which the green under it stays the same.
    """

    __tablename__ = "adoption_district"
    __table_args__ = (Index("adoption_district_adoption_id_idx", "adoption_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("geo.district.id", ondelete="CASCADE"))
    applies_from: Mapped[date]
    applies_to: Mapped[date]
    area_m2: Mapped[float]
    adopted_m2: Mapped[float]
    outside_m2: Mapped[float]
