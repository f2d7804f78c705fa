"""What others ask of the registers."""

from datetime import date
from typing import Any

import shapely
from sqlalchemy import Row, exists, select, text
from sqlalchemy.orm import Session

from geo_service.db.models import Setting
from geo_service.registers.models import LEVELS, District, GreenObject, Management


def current_districts(session: Session, level: str) -> list[Row[tuple[int, str, str, str | None]]]:
    """The districts of a level in force, by code: (id, code, name, parent)."""
    newest = select(District.year).where(District.level == level).order_by(District.year.desc()).limit(1)
    columns = select(District.id, District.code, District.name, District.parent)
    return list(session.execute(columns.where(District.level == level, District.year == newest.scalar_subquery()).order_by(District.code)))


def smallest_level(session: Session) -> str | None:
    """The finest level that was imported: figures are sums over it."""
    known = set(session.scalars(select(District.level).distinct()))
    return next((level for level in reversed(LEVELS) if level in known), None)


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
