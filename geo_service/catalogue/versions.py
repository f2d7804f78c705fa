"""When a layer changed: its definition, the tables that it reads, and the day. The material of ETags and cache keys."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.sources import CELLS_OF
from geo_service.db.engine import is_open

STATEMENT = """
    select p.fingerprint, (now() at time zone 'Europe/Amsterdam')::date,
           coalesce((select sum(c.changes) from geo.table_change c where c.table_name = any (p.tables)), 0)
    from geo.published_layer p where p.id = %(id)s
"""

CELLS = {"raster_edition", "raster_figure", "raster_class"}
"""Tables that hold cells or figures of any raster; a layer follows the rasters that it names."""


def version(session: Session, layer: LayerDefinition, at: date | None = None) -> str:
    """A short text that changes with every commit that can change the layer, at midnight in Amsterdam, and with ``at``.

    Read it before the content: the content may then be newer than its version, never older.
    """
    row = session.connection().exec_driver_sql(STATEMENT, {"id": layer.id}).one_or_none()
    return _short(layer, at, tuple(row or ()))


class Versions:
    """The same on a connection of its own, without a transaction or a thread: a tenth of the cost, for who asks often."""

    def __init__(self, url: str) -> None:
        self._url, self._turn = url, asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def version(self, layer: LayerDefinition, at: date | None = None) -> str:
        """As ``version``."""
        async with self._turn:
            connection = await self._connected()
            row = await (await connection.execute(STATEMENT, {"id": layer.id})).fetchone()
        return _short(layer, at, row or ())

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or not is_open(self._connection):
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, options="-c timezone=UTC")
            await self._connection.execute("set role geo_app")
        return self._connection

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.close()


def _short(layer: LayerDefinition, at: date | None, row: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr((layer.id, layer.fingerprint, row, at)).encode()).hexdigest()[:20]


def tables_read(owner: psycopg.Connection, layer_id: str) -> list[str]:
    """The tables in ``geo`` that a view reads: by itself, through other views, and through functions (found by name in their text)."""
    rows = owner.execute(
        """
        with recursive part (class, id) as (
          select 'pg_class'::regclass::oid, format('layers.%%I', %s::text)::regclass::oid
          union
          select next.class, next.id from part
          cross join lateral (
            select d.refclassid as class, d.refobjid as id
            from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
            where part.class = 'pg_class'::regclass and r.ev_class = part.id
            union all
            select 'pg_proc'::regclass, f.oid
            from pg_proc body join pg_proc f on f.pronamespace = 'geo'::regnamespace and body.prosrc ~ ('\\m' || f.proname || '\\M')
            where part.class = 'pg_proc'::regclass and body.oid = part.id
            union all
            select 'pg_class'::regclass, t.oid
            from pg_proc body join pg_class t on t.relnamespace = 'geo'::regnamespace
              and replace(body.prosrc, 'time zone', '') ~ ('\\m' || t.relname || '\\M')
            where part.class = 'pg_proc'::regclass and body.oid = part.id and body.pronamespace = 'geo'::regnamespace
          ) next
        )
        select distinct c.relname from part join pg_class c on c.oid = part.id
        where part.class = 'pg_class'::regclass and c.relnamespace = 'geo'::regnamespace and c.relkind = 'r'
        order by 1
        """,
        [layer_id],
    )
    return [name for (name,) in rows]


def followed(owner: psycopg.Connection, layer: LayerDefinition, rasters: Iterable[str]) -> list[str]:
    """What the version of a layer counts: the tables that it reads. Of tables that hold more than others may see, a public layer counts
    only the public part (``geo.public_part`` in db/sql/history.sql), so that its version tells nothing of the rest.
    """
    tables = tables_read(owner, layer.id)
    if layer.audience != "public":
        return tables
    parts = {name for (name,) in owner.execute("select table_name from geo.public_part")}
    cells = [f"{CELLS_OF}{raster}" for raster in rasters if f"'{raster}'" in layer.select] if parts & CELLS & set(tables) else []
    return sorted([*cells, *(name if name not in parts else f"{name}: public" for name in tables if not cells or name not in CELLS)])


def compact(owner: psycopg.Connection) -> None:
    """Fold the counted changes of each table into one row; the sum that everyone sees stays the same."""
    owner.execute(
        """
        with folded as (
          delete from geo.table_change
          where id in (select id from geo.table_change where (select count(*) from geo.table_change) > 1000 for update skip locked)
          returning table_name, changes
        )
        insert into geo.table_change (table_name, changes) select table_name, sum(changes) from folded group by 1
        """
    )
