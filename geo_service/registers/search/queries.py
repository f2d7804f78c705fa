"""Every select of the search. Texts are compared in lower case, by their beginning, through an index."""

# ruff: noqa: S608 - the parts of each query are constants of this module; values are bound

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

_WIJK = """left join lateral (
  select d.name from geo.district d
  where d.level = 'wijk' and d.geom && part.geom and st_intersects(d.geom, part.geom) order by d.year desc limit 1
) wijk on true"""
_STREETS = """
  with hit as ({hit}),
  street as (select name from hit group by 1 order by lower(name) <> :words, length(name), 1 limit :limit),
  part as (select hit.name, hit.geom from hit join street using (name)),
  placed as (select part.name, coalesce(wijk.name, '') as within, st_centroid(st_collect(st_centroid(part.geom))) as point
             from part """ + _WIJK + """ group by 1, 2)
  select name, within, st_x(point) as x, st_y(point) as y, lower(name) = :words as exact
  from placed order by lower(name) <> :words, length(name), name, within limit :limit
"""  # fmt: skip
_STREETS_OF = {
    "addresses": "select street as name, geom from geo.address where {condition}",
    "ground": "select name, geom from geo.ground where family = 'road' and name is not null and {condition}",
}
_CONDITIONS = ("lower({name}) ~>=~ :low and lower({name}) ~<~ :high", "position(:words in lower({name})) > 0")
_ADDRESSES = """
  select part.street || ' ' || part.number as name, coalesce(wijk.name, '') as within, st_x(part.geom) as x, st_y(part.geom) as y,
         lower(part.street) = :street and part.bare = :number as exact
  from (
    select a.street, a.number, a.geom, lower(replace(a.number, ' ', '')) as bare from geo.address a
    where lower(a.street) ~>=~ :low and lower(a.street) ~<~ :high and starts_with(lower(replace(a.number, ' ', '')), :number)
    order by lower(a.street) <> :street, length(a.street), a.street,
             lower(replace(a.number, ' ', '')) <> :number, length(a.number), a.number
    limit :limit
  ) part """ + _WIJK  # fmt: skip
_POSTCODES = """
  select part.name, coalesce(wijk.name, '') as within, st_x(part.geom) as x, st_y(part.geom) as y, part.exact
  from (
    select case when :number = '' then a.postcode else a.street || ' ' || a.number end as name, st_centroid(st_collect(a.geom)) as geom,
           :letters and bool_and(:number = '' or lower(replace(a.number, ' ', '')) = :number) as exact
    from geo.address a
    where replace(upper(a.postcode), ' ', '') ~>=~ :low and replace(upper(a.postcode), ' ', '') ~<~ :high
      and (:number = '' or starts_with(lower(replace(a.number, ' ', '')), :number))
    group by 1 order by 3 desc, length(min(a.number)), 1 limit :limit
  ) part """ + _WIJK  # fmt: skip
_DISTRICTS = """
  select d.name, d.level as within, st_x(p.point) as x, st_y(p.point) as y, lower(d.name) = :words as exact
  from geo.current_district d cross join lateral (select st_pointonsurface(d.geom) as point offset 0) p
  where d.level <> 'gemeente' and position(:words in lower(d.name)) > 0
  order by lower(d.name) <> :words, not starts_with(lower(d.name), :words),
           array_position(array['stadsdeel', 'wijk', 'buurt'], d.level), d.name
  limit :limit
"""
_MIDDLE = """
  with ground as (
    select geom from geo.current_district
    where code = :code or level = 'gemeente' order by code = :code desc limit 1
  ),
  homes as (select st_centroid(st_collect(a.geom)) as point from geo.address a, ground where a.geom && ground.geom)
  select st_x(m.point) as x, st_y(m.point) as y
  from ground, homes, lateral (
    select coalesce((select a.geom from geo.address a order by a.geom <-> homes.point limit 1), st_pointonsurface(ground.geom)) as point
  ) m
"""


def _after(words: str) -> str:
    """The first text after all that begin with these words."""
    return words[:-1] + chr(ord(words[-1]) + 1)


def addresses_known(session: Session) -> bool:
    """Whether addresses were imported."""
    return bool(session.scalar(text("select exists (select from geo.address)")))


def streets(session: Session, words: str, limit: int) -> list[Row[Any]]:
    """Streets that begin with ``words`` (lower case), or else hold them: of the addresses, and without those of the ground."""
    values = {"words": words, "low": words, "high": _after(words), "limit": limit}
    for source, name in (("addresses", "street"), ("ground", "name")):
        for condition in _CONDITIONS:
            hit = _STREETS_OF[source].format(condition=condition.format(name=name))
            if found := list(session.execute(text(_STREETS.format(hit=hit)), values)):
                return found
    return []


def addresses(session: Session, street: str, number: str, limit: int) -> list[Row[Any]]:
    """Addresses in streets that begin with ``street``, whose numbers begin with ``number`` (both lower case)."""
    values = {"street": street, "number": number, "low": street, "high": _after(street), "limit": limit}
    return list(session.execute(text(_ADDRESSES), values))


def postcodes(session: Session, postcode: str, number: str, limit: int) -> list[Row[Any]]:
    """Postcodes (or addresses, with a number) that begin so; ``postcode`` in upper case without spaces."""
    values = {"low": postcode, "high": _after(postcode), "letters": len(postcode) == 6, "number": number, "limit": limit}
    return list(session.execute(text(_POSTCODES), values))


def districts(session: Session, words: str, limit: int) -> list[Row[Any]]:
    """Stadsdelen, wijken and buurten whose names hold ``words`` (lower case)."""
    return list(session.execute(text(_DISTRICTS), {"words": words, "limit": limit}))


def middle(session: Session, code: str | None) -> tuple[float, float] | None:
    """Where people live in the middle of a district, or of the municipality: a point in RD. None before any district is imported."""
    row = session.execute(text(_MIDDLE), {"code": code}).one_or_none()
    return (row.x, row.y) if row else None
