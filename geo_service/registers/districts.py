"""What districts need beside a row each: parts joined, stadsdelen derived from wijken, and the ground that two of them claim."""

from sqlalchemy.orm import Session

from geo_service.municipality import Municipality
from geo_service.registers.schemas import Overlap
from geo_service.registers.staging import connection

_WIJKEN = "select code from incoming where level = 'wijk' and year = %(year)s and code = any (%(wijken)s)"
_UNION = """
insert into incoming (layer, code, level, year, name, parent, population, homes, geom)
select %(layer)s, %(code)s, 'stadsdeel', %(year)s, %(name)s, %(parent)s, sum(population), sum(homes), geo.polygons(st_union(geom))
from incoming where level = 'wijk' and year = %(year)s and code = any (%(wijken)s)
"""


def drop_repeats(session: Session) -> dict[int, int]:
    """A district that came twice in the same shape is one district. Returns how many each layer lost by it."""
    rows = connection(session).execute(
        """with again as (
             delete from incoming i using incoming j
             where (i.layer, i.code, i.level, i.year) = (j.layer, j.code, j.level, j.year) and i.n > j.n and i.geom = j.geom
             returning i.n, i.layer)
           select layer, count(distinct n) from again group by layer"""
    )
    return dict(rows.fetchall())


def join_parts(session: Session) -> dict[int, int]:
    """CBS delivers land and water of one district as two rows: make them one. Returns how many each layer lost by it."""
    rows = connection(session).execute(
        """with part as (
             delete from incoming where (layer, code, level, year) in (
               select layer, code, level, year from incoming group by 1, 2, 3, 4 having count(*) > 1) returning *),
           whole as (
             insert into incoming (layer, code, level, year, name, parent, population, homes, geom)
             select layer, code, level, year, min(name), min(parent), max(population), max(homes), st_multi(st_union(geom))
             from part group by 1, 2, 3, 4 returning layer)
           select layer, (select count(*) from part p where p.layer = w.layer) - count(*) from whole w group by 1"""
    )
    return dict(rows.fetchall())


def derive_stadsdelen(session: Session, municipality: Municipality, layer: int) -> tuple[int, list[str]]:
    """Add the stadsdelen of the municipality's file as unions of the wijken in ``incoming``. Returns how many, and wijken it lacks."""
    database = connection(session)
    (year,) = database.execute("select max(year) from incoming where level = 'wijk'").fetchone() or (None,)
    if year is None:
        return 0, []
    derived, missing = 0, []
    for stadsdeel in municipality.stadsdelen:
        values = {"year": year, "wijken": stadsdeel.wijken, "code": stadsdeel.code, "name": stadsdeel.name}
        there = {row[0] for row in database.execute(_WIJKEN, values)}
        missing += [code for code in stadsdeel.wijken if code not in there]
        if there:
            database.execute(
                _UNION,
                {**values, "layer": layer, "parent": municipality.code},
            )
            derived += 1
    return derived, missing


def overlaps(session: Session) -> list[Overlap]:
    """Pairs of districts of one level that both claim ground, largest first; less than 1 m² is rounding."""
    rows = connection(session).execute(
        """select * from (
             select a.level, a.code, b.code, st_area(st_intersection(a.geom, b.geom)) as m2
             from geo.current_district a join geo.current_district b
               on a.level = b.level and a.code < b.code and a.geom && b.geom and st_relate(a.geom, b.geom, 'T********')) pair
           where m2 >= 1 order by m2 desc"""
    )
    return [Overlap(level=level, code=code, other=other, area_m2=m2) for level, code, other, m2 in rows]
