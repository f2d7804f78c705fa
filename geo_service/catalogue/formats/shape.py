"""The columns and the geometry of an export as every file wants them."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, Select, Text, cast, func

from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.order import Export
from geo_service.catalogue.query import CRS84
from geo_service.geometry import LONLAT


def decimals(crs: int) -> int:
    """As many as the data is exact to: 1 mm in metres, 1.1 mm in degrees."""
    return 8 if crs in (CRS84, LONLAT) else 3


def geometry(wanted: Export, query: Select[Any]) -> ColumnElement[Any]:
    """Outer rings run counterclockwise; where the layer says Multi, all are."""
    shape = query.selected_columns[GEOMETRIE]
    return func.st_forcepolygonccw(func.st_multi(shape) if wanted.layer.geometry.startswith("Multi") else shape)


def plain_columns(wanted: Export, query: Select[Any]) -> list[ColumnElement[Any]]:
    """The columns in types that every file knows: text, whole numbers, numbers, true or false, days, moments."""
    part = query.selected_columns
    types: dict[str, Any] = {"text": Text(), "integer": BigInteger(), "number": Double()}
    kinds = wanted.kinds
    return [cast(part[name], types[kinds[name]]).label(name) if kinds[name] in types else part[name] for name in wanted.columns]


def described(wanted: Export) -> str:
    """One text about the file, with the day that it shows."""
    return f"{wanted.layer.described()} Stand op {wanted.at:%d-%m-%Y}."


def label_rows(wanted: Export) -> list[tuple[str, str]]:
    """What a reader should know, as pairs for a sheet or a readme; Dutch, as the layers are."""
    layer = wanted.layer
    return [
        ("Titel", layer.title),
        ("Omschrijving", layer.summary),
        ("Stand op", f"{wanted.at:%d-%m-%Y}"),
        ("Licentie", layer.licence + (f" ({layer.licence_url})" if layer.licence_url else "")),
        ("Bron", layer.source),
        ("Eigenaar", layer.owner),
        ("Bijgewerkt", layer.updated),
        ("Coördinaten", f"EPSG:{wanted.crs}"),
    ]
