"""Tables that the database fills itself (``db/sql/pieces.sql``, ``coarse.sql``). Geometries are RD (EPSG:28992), 1 mm grid, metres."""

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INT4RANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base, area, geometry, gist
from geo_service.registers.models import District, GreenObject, Ground


class GreenPiece(Base):
    """A green object split over the smallest districts and over who manages it; figures are sums of pieces.

    ``geom`` is null where the piece is the whole object. ``district_id`` is null outside every district. ``contested``: another
    object holds a part of this one's ground, so that it counts once.
    """

    __tablename__ = "green_piece"
    __table_args__ = (
        Index("green_piece_green_object_id_idx", "green_object_id"),
        Index("green_piece_district_id_idx", "district_id"),
        Index("green_piece_contested_idx", "green_object_id", postgresql_where=text("contested")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    green_object_id: Mapped[int] = mapped_column(ForeignKey(GreenObject.id, ondelete="CASCADE"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey(District.id, ondelete="CASCADE"))
    managed: Mapped[bool]
    contested: Mapped[bool]
    green_type: Mapped[str]
    applies_from: Mapped[date]
    applies_to: Mapped[date]
    known_from: Mapped[date]
    area_m2: Mapped[float]
    geom: Mapped[Any] = geometry(nullable=True)


class GreenSum(Base):
    """The pieces of a district that are alike and apply on the same days, summed; a trigger on the pieces keeps it true.

    ``known_from`` is the latest of them: on an earlier day something in the sum is estimated.
    """

    __tablename__ = "green_sum"
    __table_args__ = (Index("green_sum_district_id_idx", "district_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    district_id: Mapped[int | None]
    green_type: Mapped[str]
    managed: Mapped[bool]
    applies_from: Mapped[date]
    applies_to: Mapped[date]
    known_from: Mapped[date]
    area_m2: Mapped[float]


class DistrictPiece(Base):
    """The ground of one smallest district, without what a district with a lower code holds already: pieces never overlap.

    ``taken_m2`` is what lower codes hold. One piece has no district: ground of larger districts outside every smallest one.
    """

    __tablename__ = "district_piece"
    __table_args__ = (UniqueConstraint("district_id"), gist("district_piece_geom_idx", "geom"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey(District.id, ondelete="CASCADE"))
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()
    taken_m2: Mapped[float]


class DistrictAncestor(Base):
    """For each smallest district the district of every level that it belongs to, itself included."""

    __tablename__ = "district_ancestor"

    district_id: Mapped[int] = mapped_column(ForeignKey(District.id, ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    ancestor_id: Mapped[int] = mapped_column(ForeignKey(District.id, ondelete="CASCADE"))


class Coarse:
    """What low zooms draw instead of an object: its own shape without detail, or squares. ``zooms``: where it is drawn."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    zooms: Mapped[Range[int]] = mapped_column(INT4RANGE)
    geom_3857: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", 3857, spatial_index=False))

    @staticmethod
    def indexes(table: str) -> tuple[Index, Index]:
        """Of one of the tables."""
        return gist(f"{table}_geom_3857_idx", "geom_3857", "zooms"), Index(f"{table}_object_id_idx", "object_id")


class GreenObjectCoarse(Coarse, Base):
    """For green objects."""

    __tablename__ = "green_object_coarse"
    __table_args__ = Coarse.indexes("green_object_coarse")

    object_id: Mapped[int] = mapped_column(ForeignKey(GreenObject.id, ondelete="CASCADE"))


class GroundCoarse(Coarse, Base):
    """For other ground."""

    __tablename__ = "ground_coarse"
    __table_args__ = Coarse.indexes("ground_coarse")

    object_id: Mapped[int] = mapped_column(ForeignKey(Ground.id, ondelete="CASCADE"))
