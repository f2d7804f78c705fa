"""A layer as a file to take away. Memory stays flat, and a file that is not whole never looks whole."""

import tempfile
from collections.abc import Generator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import psycopg
from sqlalchemy import ColumnElement, Select, String, cast, func, literal_column
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.order import BROKEN, Export, Progress, connected
from geo_service.catalogue.query import CRS84, Box
from geo_service.errors import N_, Conflict, InvalidInput, SetupError
from geo_service.geometry import RD

FORMATS = {"gpkg": "application/geopackage+sqlite3", "geojson": "application/geo+json"}


def order(
    layer: LayerDefinition,
    format: str,
    at: date,
    crs: int | None = None,
    bbox: Box | None = None,
    where: ColumnElement[bool] | None = None,
) -> Export:
    """An export; without ``crs`` a GeoPackage is in RD and GeoJSON in CRS84, as RFC 7946 wants."""
    if format not in FORMATS:
        raise InvalidInput(N_("There is no format {format}; choose one of: {formats}."), format=format[:40], formats=", ".join(FORMATS))
    return Export(layer, format, at, crs or (CRS84 if format == "geojson" else RD), bbox, where)


def save(url: str, wanted: Export, target: Path, *, force: bool = False, progress: Progress | None = None) -> None:
    """Write the export to ``target``. It appears under its name only when it is whole."""
    require_free(target, force=force)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
        part = Path(folder) / f"part.{wanted.format}"
        try:
            write_file(url, wanted, part, progress)
        except (psycopg.Error, OSError) as error:
            raise SetupError(BROKEN, fault=str(error).splitlines()[0]) from error
        part.replace(target)


def require_free(target: Path, *, force: bool) -> None:
    """Refuse a name that is taken, and a folder that is not there, before any work is done."""
    if target.exists() and not force:
        raise Conflict(N_("{path} exists already; --force replaces it."), path=str(target))
    if not target.parent.is_dir():
        raise InvalidInput(N_("There is no folder {path}."), path=str(target.parent))


def write_file(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """Write the export to a new file."""
    if wanted.format == "gpkg":
        from geo_service.catalogue.geopackage import write_geopackage  # pyarrow and GDAL take a second to import

        write_geopackage(url, wanted, path, progress)
        return
    with path.open("wb") as file:
        for chunk in stream_geojson(url, wanted, progress):
            file.write(chunk)


def count(url: str, wanted: Export) -> int:
    """How many features the export will hold."""
    query = wanted.select().subquery()
    with connected(url, wanted) as connection:
        row = connection.execute(*compiled(func.count().select().select_from(query))).fetchone()
    return int(row[0]) if row else 0


def stream_geojson(url: str, wanted: Export, progress: Progress | None = None) -> Generator[bytes, None, None]:
    """GeoJSON as PostgreSQL makes it, in pieces. The closing bracket comes only after the last feature."""
    copy, values = compiled(_features(wanted))
    first = True
    with (
        connected(url, wanted) as connection,
        connection.cursor() as cursor,
        # JSON holds no control characters, so with these nothing is quoted and the pieces can be passed on as they are
        cursor.copy(f"copy ({copy}) to stdout with (format csv, delimiter e'\\x02', quote e'\\x01')", values) as pieces,
    ):
        yield _head(wanted)
        for piece in pieces:
            chunk = bytes(piece)
            if progress:
                progress(chunk.count(b"\n"))
            yield chunk.removeprefix(b",") if first else chunk
            first = False
    yield b"]}\n"


def _head(wanted: Export) -> bytes:
    layer = wanted.layer
    told: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": layer.id,
        "title": layer.title,
        "description": layer.summary,
        "at": wanted.at.isoformat(),
        "license": layer.licence,
        "source": layer.source,
        "columns": {name: column.told() for name, column in layer.columns.items()},
    }
    if wanted.crs != CRS84:
        told["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{wanted.crs}"}}
    return orjson.dumps(told)[:-1] + b',"features":['


def _features(wanted: Export) -> Select[Any]:
    """One feature per row, each with a comma before it; 1.1 mm in degrees, 1 mm in metres; outer rings run counterclockwise."""
    query = wanted.select()
    part = query.selected_columns
    decimals = 8 if wanted.crs in (CRS84, 4258) else 3
    shape = func.st_asgeojson(func.st_forcepolygonccw(part[GEOMETRIE]), decimals, 0)
    properties = [item for name in wanted.layer.columns for item in (_word(name), part[name])]
    feature = func.json_build_object(
        _word("type"), _word("Feature"), _word("id"), part[wanted.layer.key],
        _word("geometry"), cast(shape, _Json()), _word("properties"), func.json_build_object(*properties),
    )  # fmt: skip
    return query.with_only_columns(_word(",").op("||")(cast(feature, String)))


def _word(text: str) -> ColumnElement[str]:
    """A checked name or fixed word in the text of the query."""
    return literal_column(f"'{text}'")


class _Json(String):
    """``json`` as text, without SQLAlchemy's own reading of it."""

    __visit_name__ = "JSON"


def compiled(query: Select[Any]) -> tuple[str, dict[str, Any]]:
    """The text of a query and its bound values, for psycopg."""
    made = query.compile(dialect=psycopg_dialect())
    return str(made), dict(made.params)
