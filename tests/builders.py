"""Rows for tests, as plain functions: shapes are shapely in RD, days are (from, to) with None for open; each returns the row's id."""

from datetime import date
from typing import Any
from uuid import uuid4

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

X, Y = 142_000.0, 483_000.0
"""A corner in Almere Haven to build from."""

Days = tuple[date | None, date | None]
ALWAYS: Days = (None, None)


def box(x: float, y: float, width: float, height: float | None = None) -> BaseGeometry:
    """A rectangle, metres from the corner (X, Y)."""
    return shapely.box(X + x, Y + y, X + x + width, Y + y + (height or width))


def insert(session: Session, table: str, returning: str = "id", **values: Any) -> Any:
    """Insert a row; geometries become multipolygons (points stay points) and pairs of days become ranges."""
    expressions, bound = [], {}
    for name, value in values.items():
        if isinstance(value, BaseGeometry):
            shape = value if value.geom_type in ("Point", "MultiPolygon") else shapely.MultiPolygon([value])
            bound[name] = shapely.to_wkb(shape, hex=True)
            expressions.append(f"st_setsrid(cast(:{name} as geometry), 28992)")
        elif isinstance(value, tuple):
            bound[f"{name}_from"], bound[f"{name}_to"] = value
            expressions.append(f"daterange(:{name}_from, :{name}_to)")
        else:
            bound[name] = value
            expressions.append(f":{name}")
    sql = f"insert into geo.{table} ({', '.join(values)}) values ({', '.join(expressions)}) returning {returning}"
    return session.execute(text(sql), bound).scalar_one()


def add_district(session: Session, code: str, geom: BaseGeometry, *, level: str = "buurt", parent: str | None = None, **more: Any) -> int:
    return insert(
        session,
        "district",
        **{"code": code, "name": f"{level} {code}", "level": level, "parent": parent, "year": 2024, "geom": geom, **more},
    )


def add_green(
    session: Session, register_id: str, geom: BaseGeometry, *, valid: Days = (date(2016, 1, 1), None), applies: Days = ALWAYS, **more: Any
) -> int:
    values = {"version": "1", "category": "green", "appearance": "grasland overig", "bronhouder": "G0034"}
    return insert(session, "green_object", register_id=register_id, valid=valid, applies=applies, geom=geom, **{**values, **more})


def add_management(session: Session, geom: BaseGeometry, *, municipal: bool = True, valid: Days = ALWAYS) -> int:
    return insert(
        session,
        "management",
        register_id=str(uuid4()),
        keeper="Gemeente" if municipal else "Ander",
        municipal=municipal,
        valid=valid,
        geom=geom,
    )


def assume_managed(session: Session, *bronhouders: str) -> None:
    """What is managed as long as there is no management register."""
    insert(
        session,
        "setting",
        returning="key",
        key="managed",
        value=f'{{"bronhouders": {list(bronhouders)}, "not_appearances": []}}'.replace("'", '"'),
    )


def add_initiative(session: Session, name: str = "Groene buren") -> Any:
    slug = f"{name.lower().replace(' ', '-')}-{uuid4().hex[:8]}"
    contact = insert(session, "person", email=f"{slug}@example.nl")
    initiative = insert(session, "initiative", slug=slug, name=name, contact_id=contact)
    insert(session, "initiative_member", returning="initiative_id", initiative_id=initiative, person_id=contact, effort="initiator")
    return initiative


def add_idea(session: Session, name: str, x: float, y: float, **more: Any) -> Any:
    """An initiative with a pin and no ground."""
    idea = add_initiative(session, name)
    values = {"story": f"{name} voor iedereen", "confirmed_at": None, "hidden_at": None, **more}
    told = ", ".join(f"{key} = :{key}" for key in values)
    pin = f"st_setsrid(st_makepoint({X + x}, {Y + y}), 28992)"
    session.execute(text(f"update geo.initiative set pin = {pin}, {told} where id = :id"), {**values, "id": idea})
    return idea


def add_adoption(
    session: Session, geom: BaseGeometry, *, period: Days = (date(2020, 1, 1), None), state: str = "active", **more: Any
) -> Any:
    """An adoption with a plot and, unless given, an initiative of its own."""
    more = {"initiative_id": more.pop("initiative_id", None) or add_initiative(session), **more}
    more = {"plot_id": more.pop("plot_id", None) or insert(session, "plot", name="Plek"), **more}
    return insert(session, "adoption", geom=geom, period=period, state=state, **more)


def rebuild(session: Session) -> None:
    """Split all ground again, as an import does."""
    session.execute(text("select geo.rebuild_pieces()"))
