"""One feature as GeoJSON text, made in SQL. Texts are put together: building JSON of JSON would read every geometry again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal_column


def feature_text(
    row: Mapping[str, ColumnElement[Any]] | Any,
    key: str,
    shape: ColumnElement[Any],
    columns: Sequence[str],
    decimals: int,
    *,
    latitude_first: bool = False,
) -> ColumnElement[str]:
    """``{"type":"Feature","id":…,"geometry":…,"properties":{…}}``; outer rings run counterclockwise in the order x, y."""
    turned = func.st_forcepolygonccw(shape)
    if latitude_first:
        turned = func.st_flipcoordinates(turned)
    geometry = func.coalesce(func.st_asgeojson(turned, decimals, 0), "null")
    pairs = [part for name in columns for part in (_word(name), row[name])]
    properties = cast(func.json_build_object(*pairs), String)
    head = _word('{"type":"Feature","id":').op("||")(cast(func.to_json(row[key]), String))
    return (
        head.op("||")(_word(',"geometry":')).op("||")(geometry).op("||")(_word(',"properties":')).op("||")(properties).op("||")(_word("}"))
    )


def _word(text: str) -> ColumnElement[str]:
    """A checked name or fixed word in the text of the query."""
    return literal_column(f"'{text}'", String)
