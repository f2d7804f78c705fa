"""Rows go into a temporary table first (COPY), and from there in a few statements into the register: new, changed or unchanged."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
import shapely
from psycopg import sql
from sqlalchemy.orm import Session

from geo_service.errors import N_, Conflict
from geo_service.geometry import RD
from geo_service.registers.schemas import Kind

LOCK = 20253  # the namespace of the advisory locks of imports


@dataclass(frozen=True)
class Register:
    """A table of ``geo``: what identifies a row, what else a source tells of it, and how long-gone rows leave."""

    table: str
    key: tuple[str, ...]
    columns: dict[str, str]
    point: bool = False
    closes: bool = False

    @property
    def id_column(self) -> str:
        """What reports call a row by."""
        return self.key[0]


_TEXT, _WHOLE, _RANGE = "text", "int", "daterange"
REGISTERS: dict[Kind, Register] = {
    "districts": Register(
        "district",
        ("code", "level", "year"),
        {"name": _TEXT, "parent": _TEXT, "population": _WHOLE, "homes": _WHOLE},
    ),
    "green": Register(
        "green_object",
        ("register_id", "version"),
        {
            "category": _TEXT, "appearance": _TEXT, "plus_type": _TEXT, "bronhouder": _TEXT, "quality_target": _TEXT,
            "constructed": _WHOLE, "replacement": _WHOLE, "valid": _RANGE, "applies": _RANGE,
        },
        closes=True,
    ),
    "management": Register("management", ("register_id",), {"keeper": _TEXT, "municipal": "boolean", "valid": _RANGE}, closes=True),
    "zones": Register(
        "zone",
        ("register_id",),
        {"kind": _TEXT, "effect": _TEXT, "disclosure": _TEXT, "name": _TEXT, "source": _TEXT, "valid": _RANGE},
        closes=True,
    ),
    "ground": Register("ground", ("register_id",), {"family": _TEXT, "appearance": _TEXT, "name": _TEXT}),
    "trees": Register("tree", ("register_id",), {"species": _TEXT}, point=True),
    "addresses": Register(
        "address", ("register_id",), {"street": _TEXT, "number": _TEXT, "postcode": _TEXT, "households": _WHOLE}, point=True
    ),
}  # fmt: skip
_EXTRA = {"green": {"starts": "date", "ends": "date"}}


def connection(session: Session) -> psycopg.Connection[Any]:
    """The session's own psycopg connection, in its transaction."""
    return session.connection().connection.driver_connection  # type: ignore[return-value]


def prepare(session: Session, kind: Kind) -> None:
    """One import at a time, and an empty table ``incoming``, gone at the end of the transaction."""
    database = connection(session)
    if not database.execute("select pg_try_advisory_xact_lock(%s, 0)", [LOCK]).fetchone()[0]:  # type: ignore[index]
        raise Conflict(N_("Another import is running. Try again when it is done."))
    columns = [sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind_of)) for name, kind_of in _staged(kind).items()]
    database.execute(
        sql.SQL("create temporary table incoming (n int generated always as identity, layer int, {}, geom geometry) on commit drop").format(
            sql.SQL(", ").join(columns)
        )
    )


@contextmanager
def copying(session: Session, kind: Kind) -> Iterator["Copy"]:
    """Write rows into ``incoming``."""
    names = ["layer", *_staged(kind), "geom"]
    statement = sql.SQL("copy incoming ({}) from stdin").format(sql.SQL(", ").join(map(sql.Identifier, names)))
    with connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        yield Copy(copy, names[1:-1])


class Copy:
    """A running COPY."""

    def __init__(self, copy: psycopg.Copy, names: list[str]) -> None:
        self._copy, self._names = copy, names

    def write(self, layer: int, rows: list[dict[str, Any]], shapes: np.ndarray) -> None:
        """Add rows with their geometry in RD."""
        for row, wkb in zip(rows, shapely.to_wkb(shapely.set_srid(shapes, RD), hex=True, include_srid=True), strict=True):
            self._copy.write_row((layer, *(row.get(name) for name in self._names), wkb))


def drop_duplicates(session: Session, kind: Kind) -> dict[int, int]:
    """Keep one row of each key (of a version the row that knows its end, else the first); return how many each layer lost."""
    key = _list(REGISTERS[kind].key)
    rows = connection(session).execute(
        sql.SQL(
            "with ranked as (select n, row_number() over (partition by {key} order by {best} layer, n) as nth from incoming), "
            "again as (delete from incoming i using ranked r where r.n = i.n and r.nth > 1 returning i.layer) "
            "select layer, count(*) from again group by layer"
        ).format(key=key, best=sql.SQL("ends is null," if kind == "green" else ""))
    )
    return dict(rows.fetchall())


@dataclass(frozen=True)
class Merged:
    """What a merge did. ``layers``: layer -> (new, unchanged, changed, m²)."""

    added: list[int]
    changed: list[int]
    layers: dict[int, tuple[int, int, int, float]]


def merge(session: Session, kind: Kind, imports: dict[int, int]) -> Merged:
    """Bring ``incoming`` into the register. ``imports``: layer -> id of its ``register_import``."""
    register, database = REGISTERS[kind], connection(session)
    columns = [*register.columns, "geom"]
    names = {
        "imports": sql.SQL("(select unnest(%s::int[]) as layer, unnest(%s::int[]) as import_id) o"),
        "table": sql.Identifier("geo", register.table),
        "key": _list(register.key),
        "columns": _list(columns),
        "theirs": sql.SQL(", ").join(sql.SQL("m.{}").format(sql.Identifier(name)) for name in columns),
        "old": sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in columns),
        "new": sql.SQL(", ").join(sql.SQL("i.{}").format(sql.Identifier(name)) for name in columns),
        "set": sql.SQL(", ").join(sql.SQL("{0} = m.{0}").format(sql.Identifier(name)) for name in columns),
    }

    def run(statement: str, values: list[Any] | None = None) -> list[Any]:
        return database.execute(sql.SQL(statement).format(**names), values).fetchall()

    database.execute("analyze incoming")
    database.execute(
        sql.SQL(
            "create temporary table matched on commit drop as select i.*, t.id as target, "
            "t.id is not null and row({old}) is not distinct from row({new}) as same from incoming i left join {table} t using ({key})"
        ).format(**names)
    )
    import_of = [list(imports), list(imports.values())]
    changed = run(
        "update {table} t set {set}, import_id = o.import_id from matched m join {imports} using (layer) "
        "where t.id = m.target and not m.same returning t.id",
        import_of,
    )
    added = run(
        "insert into {table} ({key}, {columns}, import_id) select {key}, {theirs}, o.import_id from matched m "
        "join {imports} using (layer) where m.target is null order by m.n returning id",
        import_of,
    )
    counts = run(
        "select layer, count(*) filter (where target is null), count(*) filter (where same), "
        "count(*) filter (where not same and target is not null), sum(st_area(geom)) from matched group by layer"
    )
    return Merged([row[0] for row in added], [row[0] for row in changed], {row[0]: tuple(row[1:]) for row in counts})


def _staged(kind: Kind) -> dict[str, str]:
    register = REGISTERS[kind]
    key = {name: _WHOLE if name == "year" else _TEXT for name in register.key}
    return {**key, **register.columns, **_EXTRA.get(kind, {})}


def _list(names: Any) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))
