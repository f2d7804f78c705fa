"""GeoParquet 1.1 with a box per feature, along a space-filling curve: readers skip the row groups that lie elsewhere."""

import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
from sqlalchemy import Select, func

from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.formats.arrow import GEOM, batches
from geo_service.catalogue.formats.shape import geometry, plain_columns
from geo_service.catalogue.order import Export, Pieces, Progress
from geo_service.catalogue.selection import as_texts

SIDES = ("xmin", "ymin", "xmax", "ymax")
BOX = "bbox"


def stream(url: str, wanted: Export, progress: Progress | None = None) -> Pieces:
    """A row group per piece. What the file holds stands at its end: a file that is cut off cannot be opened."""
    sink, bounds = _Sink(), np.array([np.inf, np.inf, -np.inf, -np.inf])
    with batches(url, wanted, _query(wanted), _described, progress) as (schema, found):
        writer = pq.ParquetWriter(sink, _boxed(pa.RecordBatch.from_pylist([], schema=schema)).schema, compression="zstd")
        for batch in found:
            bounds = _grown(bounds, batch)
            writer.write_batch(_boxed(batch))
            yield sink.taken()
        writer.add_key_value_metadata(_metadata(wanted, bounds))
        writer.close()
        yield sink.taken()


def _query(wanted: Export) -> Select[Any]:
    """PostGIS sorts geometries along a Hilbert curve."""
    query = wanted.select()
    shape = query.selected_columns[GEOMETRIE]
    sides = [getattr(func, f"st_{side}")(shape).label(side) for side in SIDES]
    columns = [*plain_columns(wanted, query), func.st_asbinary(geometry(wanted, query)).label(GEOM), *sides]
    return query.with_only_columns(*columns).order_by(shape)


def _described(field: pa.Field, wanted: Export) -> pa.Field:
    if field.name not in wanted.columns:
        return field
    column = wanted.columns[field.name]
    return field.with_metadata({"title": column.title, "description": column.told(), **({"unit": column.unit} if column.unit else {})})


def _boxed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The four sides as one column."""
    box = pa.StructArray.from_arrays([batch.column(side) for side in SIDES], names=list(SIDES))
    kept = batch.drop_columns(list(SIDES))
    schema = pa.schema([*kept.schema, pa.field(BOX, box.type)])
    return pa.RecordBatch.from_arrays([*kept.columns, box], schema=schema)


def _grown(bounds: Any, batch: pa.RecordBatch) -> Any:
    """The box that holds this batch too; features without a geometry have no sides."""
    sides = [batch.column(side).to_numpy(zero_copy_only=False).astype(float) for side in SIDES]
    low = [np.fmin.reduce(side, initial=start) for side, start in zip(sides[:2], bounds[:2], strict=True)]
    high = [np.fmax.reduce(side, initial=start) for side, start in zip(sides[2:], bounds[2:], strict=True)]
    return np.array([*low, *high])


def _metadata(wanted: Export, bounds: Any) -> dict[str, str]:
    """The ``geo`` text of the format, and what the catalogue tells, each under its own name."""
    column = {
        "encoding": "WKB",
        "geometry_types": [wanted.layer.geometry],
        "crs": pyproj.CRS.from_epsg(wanted.crs).to_json_dict(),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {BOX: {side: [BOX, side] for side in SIDES}},
        **({BOX: bounds.tolist()} if np.isfinite(bounds).all() else {}),
    }
    return {"geo": json.dumps({"version": "1.1.0", "primary_column": GEOM, "columns": {GEOM: column}}), **as_texts(wanted.told())}


class _Sink(io.RawIOBase):
    """Keeps what the writer writes until it is taken."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._kept += data
        return len(data)

    def taken(self) -> bytes:
        kept, self._kept = bytes(self._kept), bytearray()
        return kept
