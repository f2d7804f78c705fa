"""GeoJSON (RFC 7946) and GeoJSON text sequences (RFC 8142), as PostgreSQL makes them."""

from contextlib import closing
from typing import Any

import orjson
from sqlalchemy import Select, String, literal_column

from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.formats.copying import copied
from geo_service.catalogue.formats.shape import decimals
from geo_service.catalogue.geojson import feature_text
from geo_service.catalogue.order import Export, Pieces, Progress
from geo_service.catalogue.query import CRS84

PLAIN = "format csv, delimiter e'\\x02', quote e'\\x01'"
"""JSON holds no control characters, so with these nothing is quoted and the pieces can be passed on as they are."""


def stream(url: str, wanted: Export, progress: Progress | None = None) -> Pieces:
    """A FeatureCollection. The closing bracket comes only after the last feature."""
    head = _head(wanted)
    with closing(copied(url, wanted, _features(wanted, ","), PLAIN, progress)) as pieces:
        for piece in pieces:
            yield head + piece.removeprefix(b",") if head else piece
            head = b""
    yield head + b"]}\n"


def stream_sequence(url: str, wanted: Export, progress: Progress | None = None) -> Pieces:
    """One feature per line, each after a record separator: readers notice a feature that is cut off."""
    return copied(url, wanted, _features(wanted, "\x1e"), PLAIN, progress)


def _head(wanted: Export) -> bytes:
    told: dict[str, Any] = {"type": "FeatureCollection", **wanted.told()}
    if wanted.crs != CRS84:
        told["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{wanted.crs}"}}
    return orjson.dumps(told)[:-1] + b',"features":['


def _features(wanted: Export, before: str) -> Select[Any]:
    """One feature per row with ``before`` in front of it; outer rings run counterclockwise."""
    query = wanted.select()
    part = query.selected_columns
    feature = feature_text(part, wanted.layer.key, part[GEOMETRIE], list(wanted.columns), decimals(wanted.crs))
    return query.with_only_columns(literal_column(f"'{before}'", String).op("||")(feature))
