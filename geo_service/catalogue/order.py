"""What is asked of an export, and the connection that it works on: what every format shares."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import Select, func
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect

from geo_service.catalogue.cql import blaming_the_filter
from geo_service.catalogue.query import CRS84
from geo_service.catalogue.selection import Selection
from geo_service.errors import N_, Busy, InvalidInput
from geo_service.geometry import RD

Progress: TypeAlias = Callable[[int], None]
"""Called with the number of features that were written since the last call."""
Pieces: TypeAlias = Generator[bytes, None, None]
BROKEN = N_("The export broke off, no file was written: {fault}")
TRANSACTION = (
    "set transaction isolation level repeatable read read only",
    "set local role geo_app",
    "set local search_path = public",
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO'",
    "set local statement_timeout = 0",
)
"""Every export looks at one moment, and can change nothing."""


@dataclass(frozen=True)
class Format:
    """A kind of file. It is made in pieces that can leave at once (``stream``), or needs a file of its own (``write``)."""

    name: str
    media_type: str
    extension: str
    crs: int
    stream: Callable[[str, "Export", Progress | None], Pieces] | None = None
    write: Callable[[str, "Export", Path, Progress | None], None] | None = None


@dataclass(frozen=True)
class Export(Selection):
    """A selection as one file; with ``style`` ``qgis`` a GeoPackage brings its style along."""

    _: KW_ONLY
    format: Format
    style: str | None = None

    @property
    def file_name(self) -> str:
        """``zelfbeheerplekken_20261121_rd.gpkg``: layer, day, system."""
        system = {RD: "rd", CRS84: "crs84"}.get(self.crs, f"epsg{self.crs}")
        return f"{self.layer.id}_{self.at:%Y%m%d}_{system}.{self.format.extension}"


@contextmanager
def connected(url: str, wanted: Export) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, read-only, that looks at one moment and at the day of the export."""
    try:
        connection = psycopg.connect(url)
    except psycopg.OperationalError as error:
        raise Busy(N_("The database takes no more work. Try again in {retry_after} seconds."), retry_after=10) from error
    with connection:
        for statement in TRANSACTION:
            connection.execute(statement)
        connection.execute("select set_config('geo.as_of', %s, true)", [wanted.at.isoformat()])
        if not connection.execute("select 1 from spatial_ref_sys where srid = %s", [wanted.crs]).fetchone():
            raise InvalidInput(N_("The database does not know {crs}."), crs=f"EPSG:{wanted.crs}")
        with blaming_the_filter(wanted.where):
            yield connection


def compiled(query: Select[Any]) -> tuple[str, dict[str, Any]]:
    """The text of a query and its bound values, for psycopg."""
    made = query.compile(dialect=psycopg_dialect())
    return str(made), dict(made.params)


def count(url: str, wanted: Export) -> int:
    """How many features the export will hold."""
    query = wanted.select().subquery()
    with connected(url, wanted) as connection:
        row = connection.execute(*compiled(func.count().select().select_from(query))).fetchone()
    return int(row[0]) if row else 0
