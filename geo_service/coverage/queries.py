"""Every select of this room; the figures themselves are SQL functions (``db/sql/coverage.sql``)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.orm import Session

from geo_service.coverage.schemas import Level


def figures(session: Session, level: str, at: date) -> Sequence[RowMapping]:
    """Per district of a level, and last what lies outside every district."""
    return session.execute(text("select * from geo.coverage(:level, :at)"), {"level": level, "at": at}).mappings().all()


def figures_by_type(session: Session, level: str, at: date) -> Sequence[RowMapping]:
    """Per district and green type, the largest type of a district first."""
    query = text("select * from geo.coverage_by_type(:level, :at) order by green_m2 desc, green_type")
    return session.execute(query, {"level": level, "at": at}).mappings().all()


def keepers(session: Session, at: date) -> RowMapping:
    """How many plots and initiatives there are on a day, each once."""
    query = text("""
        select count(distinct plot_id) as plots, count(distinct initiative_id) as initiatives
        from geo.adoption where adopted and period @> cast(:at as date)""")
    return session.execute(query, {"at": at}).mappings().one()


def district_years(session: Session) -> dict[Level, int]:
    """The edition in force per level, the largest level first."""
    query = text("select level, max(year) as year from geo.district group by level order by geo.level_rank(level) desc")
    return {row.level: row.year for row in session.execute(query)}


def land_use(session: Session, code: str, at: date) -> RowMapping | None:
    """What one district consists of on a day, summed over the smallest districts in it; None when there is no such district."""
    query = text("""
        with piece as materialized (
          select p.district_id, p.geom, p.area_m2 from geo.district_piece p
          join geo.district_ancestor a on a.district_id = p.district_id
          join geo.current_district d on d.id = a.ancestor_id and d.code = :code
        ),
        green as (
          select sum(g.area_m2) filter (where o.category = 'green') as green,
                 sum(g.area_m2) filter (where o.category = 'recreation') as recreation
          from geo.green_piece g join geo.green_object o on o.id = g.green_object_id
          where g.district_id in (select district_id from piece) and g.applies_from <= :at and g.applies_to > :at
        ),
        housing as (
          select sum(case when st_contains(p.geom, o.geom) then o.area_m2 else st_area(geo.shared_ground(o.geom, p.geom)) end) as area
          from piece p join geo.ground o on o.family = 'housing' and o.geom && p.geom and st_intersects(p.geom, o.geom)
        )
        select d.code, d.name, d.level, d.year, d.population, d.homes, coalesce((select sum(area_m2) from piece), 0) as area_m2,
               coalesce(green.green, 0) as green_m2, coalesce(green.recreation, 0) as recreation_m2, coalesce(housing.area, 0) as housing_m2
        from geo.current_district d, green, housing where d.code = :code""")
    return session.execute(query, {"code": code, "at": at}).mappings().one_or_none()


AT_ONCE = 2000
"""Pieces that are held at the same time."""
Box = tuple[float, float, float, float]


def extent(session: Session) -> Box | None:
    """xmin, ymin, xmax, ymax (RD) of the districts and of the green of any day; None where nothing was imported."""
    query = text("""
        with ground as (select geom from geo.district_piece union all select geom from geo.green_object),
             whole as (select st_extent(geom) as e from ground)
        select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) from whole where e is not null""")
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def green_pieces(session: Session, at: date, box: Box) -> Iterator[Sequence[Any]]:
    """The pieces of green that figures are sums of, near a box (RD): shape (WKB), and whether the municipality manages it."""
    query = text("""
        select st_asbinary(coalesce(p.geom, g.geom)), p.managed
        from geo.green_object g join geo.green_piece p on p.green_object_id = g.id
        where g.geom && st_makeenvelope(:west, :south, :east, :north, 28992) and p.applies_from <= :at and p.applies_to > :at""")
    yield from _in_parts(session, query, at, box)


def adopted_pieces(session: Session, at: date, box: Box) -> Iterator[Sequence[Any]]:
    """What adoptions of the day cover of the managed pieces, near a box (RD): shape (WKB), and whether the care is full."""
    query = text("""
        select st_asbinary(geo.shared_ground(a.geom, coalesce(p.geom, g.geom))), a.care = 'full'
        from geo.adoption a join geo.adoption_piece k on k.adoption_id = a.id
        join geo.green_piece p on p.id = k.green_piece_id join geo.green_object g on g.id = p.green_object_id
        where a.geom && st_makeenvelope(:west, :south, :east, :north, 28992) and a.adopted and a.period @> cast(:at as date)
          and k.applies_from <= :at and k.applies_to > :at""")
    yield from _in_parts(session, query, at, box)


def _in_parts(session: Session, query: TextClause, at: date, box: Box) -> Iterator[Sequence[Any]]:
    west, south, east, north = box
    bound = {"at": at, "west": west, "south": south, "east": east, "north": north}
    yield from session.execute(query, bound, execution_options={"yield_per": AT_ONCE}).partitions()
