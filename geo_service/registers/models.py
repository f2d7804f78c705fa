"""Tables of what registers deliver, and what became of it. Geometries are RD (EPSG:28992), 1 mm grid, metres."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Computed, DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base, area, begins, geometry, gist, served
from geo_service.registers.schemas import CHANGES

LEVELS = ("gemeente", "stadsdeel", "wijk", "buurt")


class RegisterImport(Base):
    """One import of one source: what came, what was kept, repaired and refused."""

    __tablename__ = "register_import"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)


class District(Base):
    """A gemeente, stadsdeel, wijk or buurt of one edition (``year``). Per level the newest edition is in force."""

    __tablename__ = "district"
    __table_args__ = (
        UniqueConstraint("level", "code", "year"),
        CheckConstraint(f"level in {LEVELS}", name="level"),
        gist("district_geom_idx", "geom"),
        gist("district_geom_3857_idx", "geom_3857"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None]
    year: Mapped[int]
    population: Mapped[int | None]
    homes: Mapped[int | None]
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()
    geom_4326: Mapped[Any] = served("MULTIPOLYGON", 4326)
    geom_3857: Mapped[Any] = served("MULTIPOLYGON", 3857)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("geo.register_import.id"))


class GreenObject(Base):
    """One version of a piece of green or recreation ground, at ground level.

    ``valid`` is the life of the version as the register tells it. ``applies`` is the same, but the earliest version that we know
    also stands for all time before it (figures say ``estimated`` then).
    """

    __tablename__ = "green_object"
    __table_args__ = (
        UniqueConstraint("register_id", "version"),
        CheckConstraint("category in ('green', 'recreation')", name="category"),
        CheckConstraint("not isempty(valid) and not isempty(applies)", name="period"),
        gist("green_object_geom_idx", "geom", "applies"),
        gist("green_object_geom_4326_idx", "geom_4326"),
        gist("green_object_geom_3857_idx", "geom_3857", "applies"),
        Index("green_object_area_m2_idx", "area_m2"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[str]
    version: Mapped[str]
    category: Mapped[str]
    appearance: Mapped[str]
    plus_type: Mapped[str | None]
    green_type: Mapped[str] = mapped_column(Computed("coalesce(plus_type, appearance)", persisted=True))
    bronhouder: Mapped[str | None]
    quality_target: Mapped[str | None]
    constructed: Mapped[int | None]
    replacement: Mapped[int | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    applies: Mapped[Range[date]] = mapped_column(DATERANGE)
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()
    geom_4326: Mapped[Any] = served("MULTIPOLYGON", 4326)
    geom_3857: Mapped[Any] = served("MULTIPOLYGON", 3857)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("geo.register_import.id"))


class Lineage(Base):
    """What became of one object in a refresh: an old version, a new one, or both, with the ground (m²) that they share.

    ``geom`` is the ground that it is about: what they share, what moved, or the whole that vanished or appeared.
    """

    __tablename__ = "lineage"
    __table_args__ = (
        CheckConstraint(f"kind in {tuple(CHANGES)}", name="kind"),
        CheckConstraint("before_geom is not null or after_geom is not null", name="sides"),
        Index("lineage_import_id_idx", "import_id"),
        Index("lineage_day_idx", "day"),
        gist("lineage_geom_idx", "geom"),
        gist("lineage_geom_3857_idx", "geom_3857"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("geo.register_import.id"))
    day: Mapped[date]
    kind: Mapped[str]
    before_id: Mapped[str | None]
    before_version: Mapped[str | None]
    after_id: Mapped[str | None]
    after_version: Mapped[str | None]
    before_m2: Mapped[float | None]
    after_m2: Mapped[float | None]
    shared_m2: Mapped[float]
    what: Mapped[list[str]] = mapped_column(ARRAY(Text))
    before_geom: Mapped[Any] = geometry(nullable=True)
    after_geom: Mapped[Any] = geometry(nullable=True)
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()
    geom_3857: Mapped[Any] = served("MULTIPOLYGON", 3857)


class Management(Base):
    """Ground and who keeps or owns it."""

    __tablename__ = "management"
    __table_args__ = (UniqueConstraint("register_id"), gist("management_geom_idx", "geom"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[str]
    keeper: Mapped[str]
    municipal: Mapped[bool]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    geom: Mapped[Any] = geometry()
    import_id: Mapped[int | None] = mapped_column(ForeignKey("geo.register_import.id"))


class Ground(Base):
    """Other ground: streets, water, buildings, housing lots; for the background map and the figures of land use."""

    __tablename__ = "ground"
    __table_args__ = (
        UniqueConstraint("register_id"),
        gist("ground_geom_idx", "geom"),
        gist("ground_geom_3857_idx", "geom_3857"),
        Index("ground_area_m2_idx", "area_m2"),
        begins("ground_street_idx", text("lower(name)"), where=text("family = 'road' and name is not null")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[str]
    family: Mapped[str]
    appearance: Mapped[str]
    name: Mapped[str | None]
    geom: Mapped[Any] = geometry()
    area_m2: Mapped[float] = area()
    geom_3857: Mapped[Any] = served("MULTIPOLYGON", 3857)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("geo.register_import.id"))


class Tree(Base):
    """A municipal tree."""

    __tablename__ = "tree"
    __table_args__ = (UniqueConstraint("register_id"), gist("tree_geom_idx", "geom"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[str]
    species: Mapped[str | None]
    geom: Mapped[Any] = geometry("POINT")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("geo.register_import.id"))


class Address(Base):
    """An address with its households; used to search and to count, never published."""

    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("register_id"),
        gist("address_geom_idx", "geom"),
        begins("address_street_idx", text("lower(street)")),
        begins("address_postcode_idx", text("replace(upper(postcode), ' ', '')")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    register_id: Mapped[str]
    street: Mapped[str]
    number: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str | None]
    households: Mapped[int]
    geom: Mapped[Any] = geometry("POINT")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("geo.register_import.id"))
