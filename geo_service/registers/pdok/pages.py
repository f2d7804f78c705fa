"""Pages as they were answered, as a layer with rows. What is no feature, or not what was asked, is refused by name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from geo_service.errors import N_, UnusableSource
from geo_service.registers.pdok.questions import KNOWN

UNREADABLE = bytes(5)
"""Stands for a geometry that is there, but of no known type (a curve of JSON-FG, say)."""
# the axes of the EPSG codes for degrees are latitude, longitude; CRS84 and the projected ones are x, y
_CRS = {
    "EPSG/28992": ("EPSG:28992", False),
    "OGC/CRS84": ("OGC:CRS84", False),
    "EPSG/4258": ("EPSG:4258", True),
    "EPSG/4326": ("EPSG:4326", True),
    "EPSG/3857": ("EPSG:3857", False),
}
_URI = re.compile(r"<?https?://www\.opengis\.net/def/crs/(EPSG|OGC)/[^/<>]*/([A-Za-z0-9]+)>?")


def check(collection: str, content: Any) -> list[dict[str, Any]]:
    """The features of an answer, each an object with properties."""
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection" or not isinstance(content.get("features"), list):
        raise UnusableSource(N_("{collection}: the answer is no GeoJSON FeatureCollection."), collection=collection)
    for feature in content["features"]:
        if not isinstance(feature, dict) or feature.get("type") != "Feature" or not isinstance(feature.get("properties"), dict):
            raise UnusableSource(N_("{collection}: the answer holds something that is no GeoJSON Feature."), collection=collection)
    return content["features"]


def crs_of(collection: str, header: str | None, told: str | None) -> str:
    """The CRS that a Content-Crs header names, as a key of ours; "told" where the server says nothing and the user does."""
    named = _URI.fullmatch((header or "").strip())
    key = f"{named[1]}/{named[2]}" if named else ""
    if not header and told:
        return "told"
    if key not in _CRS:
        raise UnusableSource(
            N_("{collection}: the answer names no CRS that is known (Content-Crs: {header}). When it is surely RD: --crs EPSG:28992"),
            collection=collection, header=(header or "-")[:80],
        )  # fmt: skip
    return key


@dataclass(frozen=True)
class PagesLayer:
    """All pages of a collection, on disk. ``crs``: as the user would write it, None where only the user can tell."""

    name: str
    source: str
    files: list[Path]
    fields: list[str]
    features: int
    crs_key: str
    cut: int | None = None

    @property
    def crs(self) -> str | None:
        """The CRS of the coordinates as they come out of ``batches``: x, y or longitude, latitude."""
        return _CRS[self.crs_key][0] if self.crs_key in _CRS else None

    def strange(self, used: set[str]) -> list[str]:
        """Properties that are neither used nor known."""
        return sorted(set(self.fields) - used - KNOWN)

    def batches(self, columns: list[str]) -> Iterator[tuple[dict[str, list[Any]], list[bytes | None]]]:
        """A page at a time: a list per column and the geometries as WKB."""
        for file in self.files:
            features = orjson.loads(file.read_bytes())["features"]
            values = {name: [_plain(feature["properties"].get(name)) for feature in features] for name in columns}
            yield values, self._geometries([feature.get("geometry") for feature in features])

    def _geometries(self, told: list[Any]) -> list[bytes | None]:
        shapes = shapely.from_geojson(np.array([orjson.dumps(one) if one else None for one in told], dtype=object), on_invalid="ignore")
        if _CRS.get(self.crs_key, ("", False))[1]:
            shapes = shapely.transform(shapes, lambda yx: yx[:, ::-1])
        wkbs = shapely.to_wkb(shapes)
        return [None if not one else wkb or UNREADABLE for one, wkb in zip(told, wkbs, strict=True)]


def _plain(value: Any) -> Any:
    """A value of a property; lists and objects are none of ours, and a database takes no zero byte."""
    if isinstance(value, str):
        return value.replace("\0", "")
    return value if isinstance(value, int | float) else None
