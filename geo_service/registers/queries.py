"""What others ask of the registers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Row, exists, select, text
from sqlalchemy.orm import Session

from geo_service.db.models import Setting
from geo_service.registers.models import District, GreenObject, Management

ADJOINS_M = 0.5
NEAR_M = 400
STREET_M = 40
DESCRIBED = text(
    """select g.register_id as id, g.green_type as kind, g.area_m2,
         (select o.name from geo.ground o where o.name is not null and o.family = 'road' and o.geom && st_expand(g.geom, :street)
          order by o.geom <-> g.geom limit 1) as street
       from geo.green_object g where g.register_id = any(:ids) and g.applies @> cast(:day as date)"""
)
BESIDE = text(
    """select distinct b.register_id, b.area_m2 from geo.green_object c
       join geo.green_object b on b.geom && st_expand(c.geom, :adjoins) and st_dwithin(b.geom, c.geom, :adjoins)
       where c.register_id = any(:ids) and c.applies @> cast(:day as date)
         and b.register_id <> all(:ids) and b.applies @> cast(:day as date)
         and exists (select from geo.green_piece p
                     where p.green_object_id = b.id and p.managed and p.applies_from <= :day and p.applies_to > :day)
       order by b.area_m2 desc limit :most"""
)
NEAREST = text(
    """select g.register_id from geo.green_object g, st_setsrid(st_geomfromwkb(:point), 28992) here(point)
       where g.geom && st_expand(here.point, :near) and g.applies @> cast(:day as date)
         and exists (select from geo.green_piece p
                     where p.green_object_id = g.id and p.managed and p.applies_from <= :day and p.applies_to > :day)
       order by st_distance(g.geom, here.point), g.register_id limit :most"""
)


def current_districts(session: Session, level: str) -> list[Row[tuple[int, str, str, str | None]]]:
    """The districts of a level in force, by code: (id, code, name, parent)."""
    newest = select(District.year).where(District.level == level).order_by(District.year.desc()).limit(1)
    columns = select(District.id, District.code, District.name, District.parent)
    return list(session.execute(columns.where(District.level == level, District.year == newest.scalar_subquery()).order_by(District.code)))


def management_known(session: Session) -> bool:
    """Whether there is a register of who manages what; otherwise managed is an assumption."""
    return bool(session.scalar(select(exists().select_from(Management))))


def municipality_area(session: Session, code: str) -> Any:
    """The ground of a municipality in RD (shapely): its own boundary, or that of all its districts together. None when none is known."""
    area = text(
        """select st_asbinary(coalesce(
             (select geom from geo.current_district where level = 'gemeente' and code = :code),
             (select st_union(geom) from geo.current_district where level <> 'gemeente' and substr(code, 3, 4) = substr(:code, 3))))"""
    )
    wkb = session.scalar(area, {"code": code})
    return None if wkb is None else shapely.from_wkb(bytes(wkb))


def reach(session: Session, first: str) -> tuple[Any, Any] | None:
    """In RD (shapely): a point to begin a map with, in district ``first`` or else in the middle; and the box of all districts."""
    found = session.execute(
        text(
            """select st_asbinary(coalesce((select st_pointonsurface(geom) from geo.current_district where code = :first limit 1),
                                           st_centroid(all_of.box))) as point, st_asbinary(all_of.box) as box
               from (select st_setsrid(st_extent(geom)::geometry, 28992) as box from geo.current_district) all_of where box is not null"""
        ),
        {"first": first},
    ).one_or_none()
    return None if found is None else (shapely.from_wkb(bytes(found.point)), shapely.from_wkb(bytes(found.box)))


def holds_demo(session: Session) -> bool:
    """Whether the schematic demo lies in this database."""
    return bool(session.scalar(select(exists().where(Setting.key == "demo"))))


def holds_real_data(session: Session) -> bool:
    """Whether imported districts or green lie in this database: the demo may not come on top of them."""
    anything = session.scalar(select(exists().select_from(District))) or session.scalar(select(exists().select_from(GreenObject)))
    return bool(anything) and not holds_demo(session)


def green_outside_districts(session: Session, at: date) -> float:
    """Green on a day outside every district, in m²."""
    found = session.scalar(
        text("select sum(area_m2) from geo.green_piece where district_id is null and applies_from <= :at and applies_to > :at"), {"at": at}
    )
    return float(found or 0)


def green_described(session: Session, ids: Sequence[str], day: date) -> list[Row[Any]]:
    """Green objects for a reader, in the order of ``ids``: id, kind, area_m2, and the nearest street (None when there is none near)."""
    rows = {row.id: row for row in session.execute(DESCRIBED, {"ids": list(ids), "day": day, "street": STREET_M})}
    return [rows[name] for name in ids if name in rows]


def green_beside(session: Session, ids: Sequence[str], day: date, most: int) -> list[Row[Any]]:
    """Managed green that adjoins green objects, the largest first; as ``green_described``."""
    rows = session.execute(BESIDE, {"ids": list(ids), "day": day, "adjoins": ADJOINS_M, "most": most})
    return green_described(session, [row.register_id for row in rows], day)


def green_near(session: Session, point: Any, day: date, most: int) -> list[Row[Any]]:
    """Managed green nearest to a point in RD (shapely); as ``green_described``."""
    rows = session.execute(NEAREST, {"point": shapely.to_wkb(point), "day": day, "near": NEAR_M, "most": most})
    return green_described(session, [row.register_id for row in rows], day)
