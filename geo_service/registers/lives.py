"""Versions of green objects: which are in force when, and what becomes of those that a delivery no longer has."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import sql
from sqlalchemy.orm import Session

from geo_service.db.base import as_ewkb
from geo_service.registers.schemas import Kind
from geo_service.registers.staging import REGISTERS, connection

# Every version of the objects that came in, known before or not; each ends where the next begins. The earliest stands for all time before.
_LIVES = """
create temporary table life on commit drop as
with version as (
  select register_id, version, starts, ends, n from incoming
  union all
  select g.register_id, g.version, lower(g.valid), upper(g.valid), null from geo.green_object g
  where g.register_id in (select register_id from incoming)
    and not exists (select from incoming i where i.register_id = g.register_id and i.version = g.version)
),
followed as (
  select *, least(ends, lead(starts) over (partition by register_id order by version)) as until from version
),
alive as (
  select *, row_number() over (partition by register_id order by version) = 1 as first from followed where starts < until or until is null
)
select v.register_id, v.version, v.n, daterange(v.starts, a.until) as valid,
       daterange(case when not a.first then v.starts end, a.until) as applies, a.register_id is not null as alive
from version v left join alive a using (register_id, version)
"""


def drop_older_versions(session: Session) -> dict[int, int]:
    """Take out versions that ended, except those that we hold (their end is news); return how many each layer lost."""
    rows = connection(session).execute(
        """with gone as (
             delete from incoming i where i.ends is not null and not exists (
               select from geo.green_object g where g.register_id = i.register_id and g.version = i.version) returning layer)
           select layer, count(*) from gone group by layer"""
    )
    return dict(rows.fetchall())


def settle_lives(session: Session) -> tuple[dict[int, int], list[int]]:
    """Give every version its life. Returns the versions per layer that lived less than a day, and the ids of known ones that changed."""
    database = connection(session)
    database.execute("analyze incoming")
    database.execute(_LIVES)
    database.execute("update incoming i set valid = l.valid, applies = l.applies from life l where l.n = i.n and l.alive")
    short = database.execute(
        "with gone as (delete from incoming where valid is null returning layer) select layer, count(*) from gone group by layer"
    ).fetchall()
    database.execute(
        "delete from geo.green_object g using life l where l.register_id = g.register_id and l.version = g.version and not l.alive"
    )
    closed = database.execute(
        """update geo.green_object g set valid = l.valid, applies = l.applies from life l
           where l.n is null and l.alive and l.register_id = g.register_id and l.version = g.version
             and (g.valid, g.applies) is distinct from (l.valid, l.applies) returning g.id"""
    ).fetchall()
    return dict(short), [row[0] for row in closed]


@dataclass(frozen=True)
class Absent:
    """Objects of a register that a delivery lacks, of how many that are known where it is complete."""

    ids: list[int]
    known: int


def absent(session: Session, kind: Kind, recognised_as: str, today: date, area: Any = None) -> Absent:
    """Objects of this register that the delivery lacks. ``area``: only those that lie for the most part in it (RD)."""
    register, database = REGISTERS[kind], connection(session)
    in_force = "coalesce(upper(t.valid), 'infinity') > greatest(%(today)s::date, coalesce(lower(t.valid) + 1, %(today)s::date))"
    still = in_force if register.closes else "true"
    names = {"table": sql.Identifier("geo", register.table), "id": sql.Identifier(register.id_column), "still": sql.SQL(still)}
    there = sql.SQL(
        """select t.id, not exists (select from incoming n where n.{id} = t.{id})
           from {table} t join geo.register_import i on i.id = t.import_id
           where i.report ->> 'recognised_as' = %(name)s and {still} and (%(area)s::geometry is null or (
             t.geom && %(area)s::geometry and (st_contains(%(area)s::geometry, t.geom)
               or st_area(st_intersection(%(area)s::geometry, t.geom)) * 2 > st_area(t.geom))))"""
    )
    values = {"name": recognised_as, "today": today, "area": None if area is None else as_ewkb(area)}
    rows = database.execute(there.format(**names), values).fetchall()
    return Absent([row[0] for row in rows if row[1]], len(rows))


def close(session: Session, kind: Kind, ids: list[int], today: date) -> None:
    """End these objects today, or delete them where the register keeps no lives."""
    register, database = REGISTERS[kind], connection(session)
    names = {"table": sql.Identifier("geo", register.table)}
    if register.closes:
        # a life is at least a day, also when it began today
        both = ("valid", "applies") if kind == "green" else ("valid",)
        change = sql.SQL("{0} = daterange(lower({0}), greatest(%(today)s::date, coalesce(lower(valid) + 1, %(today)s::date)))")
        changes = sql.SQL(", ").join(change.format(sql.Identifier(column)) for column in both)
        update = sql.SQL("update {table} set {changes} where id = any (%(ids)s)").format(changes=changes, **names)
        database.execute(update, {"today": today, "ids": ids})
    else:
        database.execute(sql.SQL("delete from {table} where id = any (%(ids)s)").format(**names), {"ids": ids})
