"""Every select of this room; the figures themselves are SQL functions (``db/sql/coverage.sql``)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import RowMapping, text
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
