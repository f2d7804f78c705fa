"""Arrow batches straight from PostgreSQL: few objects, flat memory."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import adbc_driver_postgresql.dbapi
import psycopg
import pyarrow as pa
from sqlalchemy import Select, func

from geo_service.catalogue.formats.shape import geometry, plain_columns
from geo_service.catalogue.order import BROKEN, TRANSACTION, Export, Progress, compiled, connected, count
from geo_service.errors import SetupError

GEOM = "geom"
BATCH = 2 * 1024 * 1024
"""Bytes: some thousands of features; more costs memory and saves no time."""
Describe = Callable[[pa.Field, Export], pa.Field]


def query_of(wanted: Export) -> Select[Any]:
    """The columns in plain types, and the geometry as WKB in ``geom``."""
    query = wanted.select()
    return query.with_only_columns(*plain_columns(wanted, query), func.st_asbinary(geometry(wanted, query)).label(GEOM))


@contextmanager
def batches(
    url: str, wanted: Export, query: Select[Any], describe: Describe, progress: Progress | None
) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """The schema with the catalogue's texts (``describe``), and the batches of one read-only transaction.

    What breaks in between, in the database or in the file, is told as ``SetupError``.
    """
    with connected(url, wanted) as checked:  # tells at once what is wrong, in words
        statement = psycopg.ClientCursor(checked).mogrify(*compiled(query))
    faults: list[Exception] = []
    try:
        with closing(adbc_driver_postgresql.dbapi.connect(url)) as connection, closing(connection.cursor()) as cursor:
            for each in TRANSACTION:
                cursor.execute(each)
            cursor.execute("select set_config('geo.as_of', $1, true)", (wanted.at.isoformat(),))
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": BATCH})
            cursor.execute(statement)
            with closing(cursor.fetch_record_batch()) as reader:
                schema = pa.schema([describe(field.with_metadata({}), wanted) for field in reader.schema])
                yield schema, _described(reader, schema, progress, faults)
    except (RuntimeError, OSError, pa.ArrowException, adbc_driver_postgresql.dbapi.Error) as error:  # GDAL's errors are runtime errors
        if wanted.where is not None:
            count(url, wanted)  # these errors tell no state: asked again, a filter that is to blame is told as such
        raise SetupError(BROKEN, fault=str(faults[0] if faults else error).splitlines()[0]) from error


def _described(
    reader: pa.RecordBatchReader, schema: pa.Schema, progress: Progress | None, faults: list[Exception]
) -> Iterator[pa.RecordBatch]:
    """The batches; what goes wrong here is kept, for GDAL only tells that something did."""
    try:
        for batch in reader:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
            if progress:
                progress(batch.num_rows)
    except Exception as error:
        faults.append(error)
        raise
