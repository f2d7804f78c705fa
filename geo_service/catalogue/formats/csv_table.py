"""CSV that a Dutch Excel opens with a double click, and pandas with ``sep=";", decimal=","``.

UTF-8 with a byte order mark, ``;`` between columns, a decimal comma (a Dutch Excel reads 1.5 as the first of May), days as
YYYY-MM-DD, true and false as words, geometry as WKT. A text that begins with a sign that starts a formula gets an apostrophe first.
"""

from contextlib import closing
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal_column

from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.formats.copying import copied
from geo_service.catalogue.formats.shape import decimals
from geo_service.catalogue.order import Export, Pieces, Progress

BOM = b"\xef\xbb\xbf"
HARMLESS: ColumnElement[str] = literal_column(r"E'^(?=[=+\\-@\\t\\r\\n])'")
"""Before a first sign that a spreadsheet takes for the beginning of a formula."""


def wkt_name(wanted: Export) -> str:
    """The geometry column says in which system it is."""
    return f"geom_wkt_{wanted.crs}"


def stream(url: str, wanted: Export, progress: Progress | None = None) -> Pieces:
    """A line with the names of the columns, then one line per feature (more when a text has lines)."""
    head = BOM + ";".join([*wanted.columns, wkt_name(wanted)]).encode() + b"\n"
    with closing(copied(url, wanted, _lines(wanted), "format csv, delimiter ';'", progress)) as pieces:
        for piece in pieces:
            yield head + piece
            head = b""
    if head:
        yield head


def _lines(wanted: Export) -> Select[Any]:
    query = wanted.select()
    part = query.selected_columns
    cells = [_cell(part[name], wanted.kinds[name]).label(name) for name in wanted.columns]
    return query.with_only_columns(*cells, func.st_astext(part[GEOMETRIE], decimals(wanted.crs)).label(wkt_name(wanted)))


def _cell(value: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    if kind == "text":
        return func.regexp_replace(cast(value, Text()), HARMLESS, literal_column("''''"))
    if kind == "number":
        return func.replace(cast(value, Text()), literal_column("'.'"), literal_column("','"))
    return cast(value, Text()) if kind == "boolean" else value
