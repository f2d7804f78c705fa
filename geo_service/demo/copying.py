"""Bulk inserts: rows and shapes by COPY, in the session's own transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from psycopg import sql
from sqlalchemy.orm import Session

from geo_service.geometry import RD
from geo_service.registers.staging import connection


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a table of schema geo."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("geo", table), names)
    with connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def as_wkb(shapes: Sequence[shapely.Geometry] | np.ndarray) -> list[str]:
    """Shapes (EPSG:28992) as PostGIS reads them: polygons become multipolygons, points stay."""
    parts, index = shapely.get_parts(np.asarray(shapes, object), return_index=True)
    if shapely.get_type_id(parts[0]) == shapely.GeometryType.POLYGON:
        parts = shapely.multipolygons(parts, indices=index)
    return shapely.to_wkb(shapely.set_srid(parts, RD), hex=True, include_srid=True).tolist()


def days(start: object, end: object) -> str:
    """A half-open range of days as PostgreSQL reads it; None is open."""
    return f"[{start or ''},{end or ''})"
