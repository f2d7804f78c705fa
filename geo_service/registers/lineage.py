"""What a refresh of the green did: which old objects became which new ones, with the m² that they share.

Old and new versions are laid over each other in RD. Shared ground counts when it is somewhere as wide as the tolerance, because
borders of the register are no more accurate than that; versions with the same register id are always one object.
"""

# ruff: noqa: S608 - the parts of each query are constants of this module; values are bound

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo_service.registers.schemas import Change
from geo_service.registers.staging import REGISTERS, connection

_COLUMNS = [*(name for name in REGISTERS["green"].columns if name not in ("valid", "applies")), "geom"]
_THEIRS, _OURS = (", ".join(f"{table}.{name}" for name in _COLUMNS) for table in "gk")
_SAME = f"row({_THEIRS}) is not distinct from row({_OURS})"
_WHAT = ", ".join(f"case when o.{name} is distinct from n.{name} then '{name}' end" for name in _COLUMNS)

_KNOWN = f"""
create temporary table known on commit drop as
select g.id, g.register_id, g.version, {_THEIRS}, i.report ->> 'recognised_as' as register
from geo.green_object g left join geo.register_import i on i.id = g.import_id where upper_inf(g.valid)
"""
_GONE = f"""
create temporary table gone on commit drop as
select k.* from known k where not exists (select from geo.green_object g where g.id = k.id and upper_inf(g.valid) and {_SAME})
"""
_COME = f"""
create temporary table come on commit drop as
select g.id, g.register_id, g.version, {_THEIRS}, i.report ->> 'recognised_as' as register
from geo.green_object g left join geo.register_import i on i.id = g.import_id
where upper_inf(g.valid) and not exists (select from known k where k.id = g.id and {_SAME})
"""
_PAIRS = """
create temporary table pair on commit drop as
with met as (
  select o.id as old_id, n.id as new_id, true as same from gone o join come n using (register_id)
  union all
  select o.id, n.id, false from gone o join come n on o.geom && n.geom and st_intersects(o.geom, n.geom) and o.register_id <> n.register_id
),
shared as (
  select m.*, geo.shared_ground(o.geom, n.geom) as geom from met m join gone o on o.id = m.old_id join come n on n.id = m.new_id
)
select *, count(*) over (partition by old_id) as became, count(*) over (partition by new_id) as came_from
from shared where same or geo.is_wide(geom, %(tolerance)s)
"""
_RELATIONS = f"""
with relation as (
  select o.register_id as before_id, o.version as before_version, n.register_id as after_id, n.version as after_version,
         o.geom as before_geom, n.geom as after_geom, p.geom as shared, difference.geom as difference,
         array_remove(array[{_WHAT}], null) as what,
         case when p.became > 1 and p.came_from > 1 then 'redivided' when p.became > 1 then 'split' when p.came_from > 1 then 'merged'
              when not p.same then 'replaced' when geo.is_wide(difference.geom, %(tolerance)s) then 'moved' else 'changed' end as kind
  from pair p join gone o on o.id = p.old_id join come n on n.id = p.new_id
  cross join lateral (select geo.polygons(st_symdifference(o.geom, n.geom, 1e-7)) as geom) difference
  union all
  select o.register_id, o.version, null, null, o.geom, null, null, null, '{{}}', 'vanished'
  from gone o where not exists (select from pair p where p.old_id = o.id)
  union all
  select null, null, n.register_id, n.version, null, n.geom, null, null, '{{}}', 'appeared'
  from come n where not exists (select from pair p where p.new_id = n.id) and n.register in (select register from known)
)
insert into geo.lineage (import_id, day, kind, before_id, before_version, after_id, after_version, before_m2, after_m2, shared_m2, what,
                         before_geom, after_geom, geom)
select %(import_id)s, %(day)s, kind, before_id, before_version, after_id, after_version, st_area(before_geom), st_area(after_geom),
       coalesce(st_area(shared), 0), what, before_geom, after_geom,
       case when kind = 'moved' then difference when st_isempty(shared) then geo.polygons(st_union(before_geom, after_geom, 1e-7))
            else coalesce(shared, before_geom, after_geom) end
from relation where kind <> 'changed' or what <> '{{}}'
order by coalesce(before_id, after_id), after_id
returning id, kind, before_id, before_version, after_id, after_version, before_m2, after_m2, shared_m2, what
"""


def remember(session: Session) -> None:
    """Keep what is in force until the end of this transaction, before an import changes it."""
    connection(session).execute(_KNOWN)


def compare(session: Session, import_id: int, day: date, tolerance: float) -> list[Change]:
    """Write what became of what ``remember`` kept, and tell it. The first delivery of a register is no news."""
    database = connection(session)
    for statement in (_GONE, _COME):
        database.execute(statement)
    for name in ("gone", "come"):
        database.execute(f"create index on {name} using gist (geom)")
        database.execute(f"analyze {name}")
    values: dict[str, Any] = {"tolerance": tolerance, "import_id": import_id, "day": day}
    database.execute(_PAIRS, values)
    cursor = database.execute(_RELATIONS, values)
    names = [column.name for column in cursor.description or ()]
    return [Change(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
