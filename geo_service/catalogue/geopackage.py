"""GeoPackage: Arrow batches from PostgreSQL straight to GDAL, with the catalogue's texts inside the file.

Names and geometry follow PDOK's GeoPackage rules: lower case, column ``geom``, one geometry type, outer rings counterclockwise.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import pyarrow as pa
import pyogrio
from sqlalchemy import func
from sqlalchemy.dialects.postgresql.base import PGDialect

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.order import BROKEN, Export, Progress, connected
from geo_service.errors import SetupError

GEOM = "geom"


def write_geopackage(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """Write one layer to a new GeoPackage."""
    with connected(url, wanted):  # tells at once what is wrong
        pass
    try:
        with closing(adbc_driver_postgresql.dbapi.connect(url)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("set transaction read only")
            cursor.execute("set local role geo_app")
            cursor.execute("select set_config('geo.as_of', $1, true)", (wanted.at.isoformat(),))
            cursor.execute(*_query(wanted))
            with closing(cursor.fetch_record_batch()) as reader:
                _write(reader, wanted, path, progress)
    except (RuntimeError, adbc_driver_postgresql.dbapi.Error) as error:  # GDAL's errors are runtime errors
        raise SetupError(BROKEN, fault=str(error).splitlines()[0]) from error


def _write(reader: pa.RecordBatchReader, wanted: Export, path: Path, progress: Progress | None) -> None:
    layer = wanted.layer
    schema = _described(reader.schema, layer)
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, _batches(reader, schema, progress)),
        path,
        driver="GPKG",
        layer=layer.id,
        geometry_name=GEOM,
        geometry_type=layer.geometry,
        crs=f"EPSG:{wanted.crs}",
        layer_options={"IDENTIFIER": layer.title, "DESCRIPTION": f"{layer.described()} Stand op {wanted.at:%d-%m-%Y}."},
    )


def _query(wanted: Export) -> tuple[str, tuple[Any, ...]]:
    query = wanted.select()
    shape = query.selected_columns[GEOMETRIE]
    if wanted.layer.geometry.startswith("Multi"):
        shape = func.st_multi(shape)
    columns = [*list(query.selected_columns)[:-1], func.st_asbinary(func.st_forcepolygonccw(shape)).label(GEOM)]
    made = query.with_only_columns(*columns).compile(dialect=PGDialect(paramstyle="numeric_dollar"))
    return str(made), tuple(made.params[name] for name in made.positiontup or ())


def _described(schema: pa.Schema, layer: LayerDefinition) -> pa.Schema:
    """The fields with their texts for GDAL instead of the driver's own metadata."""
    fields = []
    for field in schema:
        if field.name == GEOM:
            fields.append(field.with_metadata({"ARROW:extension:name": "geoarrow.wkb"}))
            continue
        column = layer.columns[field.name]
        fields.append(field.with_metadata({"GDAL:OGR:comment": column.told(), "GDAL:OGR:alternative_name": column.title}))
    return pa.schema(fields)


def _batches(reader: pa.RecordBatchReader, schema: pa.Schema, progress: Progress | None) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
        if progress:
            progress(batch.num_rows)
