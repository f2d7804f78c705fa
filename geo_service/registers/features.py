"""Districts and green objects as GeoJSON, built by the database from stored geometry: a page is one string."""

# ruff: noqa: S608 - the parts of each query are constants of this module; values are bound

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

Box = tuple[float, float, float, float]
GEOMETRY = {4326: "st_asgeojson({0}.geom_4326, 7)", 28992: "st_asgeojson({0}.geom, 3, 0)"}
"""Longitude/latitude to 7 decimals (a centimetre), RD to the millimetre that it is stored with."""
DISTRICT = """json_build_object('code', d.code, 'name', d.name, 'level', d.level, 'parent', d.parent, 'year', d.year,
  'population', d.population, 'homes', d.homes, 'areaM2', round(d.area_m2::numeric, 3))"""
GREEN = """json_build_object('registerId', g.register_id, 'version', g.version, 'category', g.category, 'appearance', g.appearance,
  'plusType', g.plus_type, 'greenType', g.green_type, 'bronhouder', g.bronhouder, 'qualityTarget', g.quality_target,
  'constructed', g.constructed, 'replacement', g.replacement, 'validFrom', lower(g.valid), 'validTo', upper(g.valid),
  'areaM2', round(g.area_m2::numeric, 3))"""


@dataclass(frozen=True)
class Page:
    """GeoJSON features, comma-separated, and the cursor of the next page."""

    features: str
    count: int
    next: str | None


def districts(session: Session, level: str | None, crs: int, limit: int, cursor: str | None) -> Page:
    """Districts in force, by code; ``crs`` is 4326 or 28992."""
    rows = f"""select d.code as key, {_feature("d", "d.code", DISTRICT, crs)} as feature from geo.current_district d
               where (cast(:level as text) is null or d.level = :level) and d.code > :cursor"""
    return _page(session, rows, limit, level=level, cursor=cursor or "")


def green_objects(session: Session, at: date, bbox: Box | None, crs: int, limit: int, cursor: str | None) -> Page:
    """Green objects that apply on a day and touch a box (in ``crs``), in the order of their registration."""
    column = "geom_4326" if crs == 4326 else "geom"
    inside = f"and st_intersects(g.{column}, st_makeenvelope(:west, :south, :east, :north, {crs}))" if bbox else ""
    corners = dict(zip(("west", "south", "east", "north"), bbox or (), strict=False))
    rows = f"""select g.id as key, {_feature("g", "g.register_id", GREEN, crs)} as feature from geo.green_object g
               where g.applies @> cast(:at as date) and g.id > :cursor {inside}"""
    return _page(session, rows, limit, at=at, cursor=int(cursor or 0), **corners)


def district(session: Session, code: str, crs: int) -> str | None:
    """One district in force as a GeoJSON feature."""
    query = f"select {_feature('d', 'd.code', DISTRICT, crs)} from geo.current_district d where d.code = :code"
    return session.scalar(text(query), {"code": code})


def green_object(session: Session, register_id: str, at: date, crs: int) -> str | None:
    """The version of a green object that applies on a day, as a GeoJSON feature."""
    query = f"""select {_feature("g", "g.register_id", GREEN, crs)} from geo.green_object g
                where g.register_id = :id and g.applies @> cast(:at as date)"""
    return session.scalar(text(query), {"id": register_id, "at": at})


def _feature(alias: str, key: str, properties: str, crs: int) -> str:
    geometry = GEOMETRY[crs].format(alias)
    head = f"""'{{"type":"Feature","id":' || to_json({key})::text"""
    return f"""{head} || ',"geometry":' || {geometry} || ',"properties":' || {properties}::text || '}}'"""


def _page(session: Session, rows: str, limit: int, **values: Any) -> Page:
    query = f"""
        with page as materialized (
          select key, feature, row_number() over (order by key) as number from ({rows} order by key limit :limit + 1) wanted
        )
        select string_agg(feature, ',' order by number) filter (where number <= :limit), count(*) filter (where number <= :limit),
               max(key) filter (where number = :limit), count(*)
        from page"""
    features, count, last, found = session.execute(text(query), {"limit": limit, **values}).one()
    return Page(features or "", count, str(last) if found > limit else None)
