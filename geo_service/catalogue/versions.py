"""When a layer changed: its definition, the tables that it reads, and the day. The material of ETags and cache keys."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.sources import CELLS_OF
from geo_service.db.lookups import Lookup, Lookups, rows

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
    return _short(layer, at, rows(session, Lookup(STATEMENT, {"id": layer.id})))


async def looked_up(lookups: Lookups, layer: LayerDefinition, at: date | None = None) -> str:
    """As ``version``, without a session."""
    # of the day of the content that comes next, though this is the same on every day: the connection is told of a day once
    return _short(layer, at, await lookups.rows(Lookup(STATEMENT, {"id": layer.id}).on(at)))


def _short(layer: LayerDefinition, at: date | None, found: Sequence[Any]) -> str:
    return hashlib.sha256(repr((layer.id, layer.fingerprint, [tuple(row) for row in found], at)).encode()).hexdigest()[:20]


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
