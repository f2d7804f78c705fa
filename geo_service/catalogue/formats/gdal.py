"""Files that GDAL writes, from Arrow batches; afterwards GDAL must find every feature in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
from sqlalchemy import Select

from geo_service.catalogue.formats.arrow import GEOM, Describe, batches, query_of
from geo_service.catalogue.order import BROKEN, Export, Progress
from geo_service.errors import SetupError


@dataclass(frozen=True)
class Table:
    """What goes in when it is not the plain columns: a query, texts for its fields, and who looks at each batch."""

    query: Select[Any]
    describe: Describe
    watch: Callable[[pa.RecordBatch], None] = lambda _batch: None


def write_layer(
    url: str, wanted: Export, path: Path, driver: str, progress: Progress | None, *, table: Table | None = None, **options: Any
) -> None:
    """One layer in a new file. A full disk is not always an error to GDAL, so what it wrote is counted."""
    given = table or Table(query_of(wanted), described)
    written = 0

    def counted(found: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        nonlocal written
        for batch in found:
            written += batch.num_rows
            given.watch(batch)
            yield batch

    with batches(url, wanted, given.query, given.describe, progress) as (schema, found):
        reader = pa.RecordBatchReader.from_batches(schema, counted(found))
        kind, crs = wanted.layer.geometry, f"EPSG:{wanted.crs}"
        pyogrio.write_arrow(reader, path, driver=driver, geometry_name=GEOM, geometry_type=kind, crs=crs, **options)
        if pyogrio.read_info(path, force_feature_count=True)["features"] != written:
            raise SetupError(BROKEN, fault=path.name)


def described(field: pa.Field, wanted: Export) -> pa.Field:
    """A field with its texts for GDAL instead of the driver's own metadata."""
    if field.name == GEOM:
        return field.with_metadata({"ARROW:extension:name": "geoarrow.wkb"})
    column = wanted.columns[field.name]
    return field.with_metadata({"GDAL:OGR:comment": column.told(), "GDAL:OGR:alternative_name": column.title})
