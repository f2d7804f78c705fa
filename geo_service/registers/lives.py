"""Versions of green objects: which are in force when, and what becomes of those that a delivery no longer has."""

from datetime import date

from psycopg import sql
from sqlalchemy.orm import Session

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


def absent(session: Session, kind: Kind, recognised_as: str, today: date, *, close: bool) -> tuple[int, list[int]]:
    """Objects of this register that the delivery lacks: how many, and the ids of those that were closed (or deleted) for it."""
    register, database = REGISTERS[kind], connection(session)
    in_force = "coalesce(upper(t.valid), 'infinity') > greatest(%(today)s::date, coalesce(lower(t.valid) + 1, %(today)s::date))"
    still = in_force if register.closes else "true"
    names = {"table": sql.Identifier("geo", register.table), "id": sql.Identifier(register.id_column), "still": sql.SQL(still)}
    missing = sql.SQL(
        """select t.id from {table} t join geo.register_import i on i.id = t.import_id
           where i.report ->> 'recognised_as' = %(name)s and {still} and not exists (select from incoming n where n.{id} = t.{id})"""
    )
    values = {"name": recognised_as, "today": today}
    ids = [row[0] for row in database.execute(missing.format(**names), values).fetchall()]
    if not close:
        return len(ids), []
    if register.closes:
        # a life is at least a day, also when it began today
        both = ("valid", "applies") if kind == "green" else ("valid",)
        change = sql.SQL("{0} = daterange(lower({0}), greatest(%(today)s::date, coalesce(lower(valid) + 1, %(today)s::date)))")
        names["changes"] = sql.SQL(", ").join(change.format(sql.Identifier(column)) for column in both)
        database.execute(sql.SQL("update {table} set {changes} where id = any (%(ids)s)").format(**names), {"today": today, "ids": ids})
    else:
        database.execute(sql.SQL("delete from {table} where id = any (%(ids)s)").format(**names), {"ids": ids})
    return len(ids), ids
