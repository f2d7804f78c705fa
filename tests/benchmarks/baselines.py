"""What the designs are compared with: the plain way to do the same."""

import psycopg
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

NAIVE = """
create or replace function naive_check() returns trigger language plpgsql as $$
begin
  if exists (select from {table} a where a.geom && new.geom and a.period && new.period and st_relate(a.geom, new.geom, 'T********')) then
    raise exception 'overlap' using errcode = '23P01';
  end if;
  return new;
end $$;
"""


def overlap_by_union(session: Session, shape) -> object:
    """Only one of the questions of a plot check, asked without an index: how much of it is granted?"""
    query = """select st_area(st_intersection(st_union(a.geom), st_geomfromwkb(:shape, 28992)))
               from geo.adoption a where a.granted and st_distance(a.geom, st_geomfromwkb(:shape, 28992)) < 50"""
    return session.execute(text(query), {"shape": shapely.to_wkb(shape)}).scalar()


def coverage_by_overlay(session: Session, day: str) -> object:
    """Coverage per buurt by overlaying the layers when it is asked."""
    query = """
        select d.code, sum(st_area(st_intersection(d.geom, g.geom))),
               sum((select sum(st_area(st_intersection(st_intersection(a.geom, g.geom), d.geom))) from geo.adoption a
                    where a.adopted and a.period @> cast(:day as date) and a.geom && g.geom and st_intersects(a.geom, g.geom)))
        from geo.current_district d
        join geo.green_object g on g.geom && d.geom and st_intersects(g.geom, d.geom) and g.applies @> cast(:day as date)
        where d.level = 'buurt' group by d.code"""
    return session.execute(text(query), {"day": day}).all()


def make_race_tables(url: str) -> list[tuple[str, str]]:
    """Two tables like ``geo.adoption``: check then insert, without and with one lock for all ground."""
    made = []
    with psycopg.connect(url, autocommit=True) as connection:
        for name, table, lock in (
            ("baseline: check, then insert", "public.race_naive", ""),
            ("baseline: one lock for all ground", "public.race_onelock", "perform pg_advisory_xact_lock(1);"),
        ):
            connection.execute(f"create table {table} (initiative_id uuid, plot_id int, state text, period daterange, geom geometry)")
            connection.execute(f"create index on {table} using gist (geom)")
            body = (
                NAIVE.format(table=table).replace("naive_check", table.split(".")[1] + "_check").replace("begin\n", f"begin\n  {lock}\n", 1)
            )
            connection.execute(body)
            check = table.split(".")[1] + "_check"
            connection.execute(f"create trigger guard before insert on {table} for each row execute function {check}()")
            made.append((name, table))
    return made
