"""The declarative base: schema ``geo``, names for constraints, geometry columns in RD (EPSG:28992)."""

from typing import Any

import shapely
from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import Computed, Index, MetaData, Text, type_coerce
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from geo_service.geometry import RD

LONLAT_OF = "st_setsrid(st_transform(geom, 4258), 4326)"
MERCATOR_OF = "st_transform(st_setsrid(st_transform(geom, 4258), 4326), 3857)"


class Base(DeclarativeBase):
    """All tables live in schema ``geo``; constraints have names, because errors are told by name."""

    metadata = MetaData(
        schema="geo",
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        },
    )


def geometry(kind: str = "MULTIPOLYGON", *, nullable: bool = False) -> Mapped[Any]:
    """A geometry column in RD metres; its index is declared beside it, by name."""
    return mapped_column(Geometry(kind, RD, spatial_index=False), nullable=nullable)


def served(kind: str, srid: int) -> Mapped[Any]:
    """A stored copy of ``geom`` in 4326 or 3857: transforming is the floor of serving, so it is done once, when writing."""
    expression = LONLAT_OF if srid == 4326 else MERCATOR_OF
    return mapped_column(Geometry(kind, srid, spatial_index=False), Computed(expression, persisted=True), nullable=True)


def area() -> Mapped[float]:
    """The area of ``geom`` in m², computed in RD."""
    return mapped_column(Computed("st_area(geom)", persisted=True))


def gist(name: str, *columns: str, where: Any = None) -> Index:
    """A GiST index."""
    return Index(name, *columns, postgresql_using="gist", postgresql_where=where)


def begins(name: str, words: Any, where: Any = None) -> Index:
    """An index to find texts by their beginning (``~>=~`` and ``~<~``), whatever the database sorts by."""
    return Index(name, type_coerce(words, Text).label("words"), postgresql_ops={"words": "text_pattern_ops"}, postgresql_where=where)


def as_geometry(shape: Any) -> WKBElement:
    """A shapely geometry in RD as a value for a geometry column or function."""
    return WKBElement(shapely.to_wkb(shape), srid=RD)


def as_ewkb(shape: Any) -> str:
    """A shapely geometry in RD as text for a query of psycopg."""
    return str(shapely.to_wkb(shapely.set_srid(shape, RD), hex=True, include_srid=True))


def as_shape(value: WKBElement) -> Any:
    """A geometry that came from the database as a shapely geometry."""
    return shapely.from_wkb(bytes(value.data))
