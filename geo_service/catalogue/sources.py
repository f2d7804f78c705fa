"""Which registers feed a layer, and what was delivered of each: the lineage of what is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.registers.schemas import KINDS, Kind

_FIGURES: tuple[Kind, ...] = ("districts", "green", "management")
FED_BY: dict[str, tuple[Kind, ...]] = {
    "district": ("districts",),
    "district_piece": ("districts",),
    "district_ancestor": ("districts",),
    "green_object": ("green",),
    "green_object_coarse": ("green",),
    "lineage": ("green",),
    "green_piece": _FIGURES,
    "green_sum": _FIGURES,
    "adoption_piece": _FIGURES,
    "adoption_district": _FIGURES,
    "management": ("management",),
    "zone": ("zones",),
    "ground": ("ground",),
    "ground_coarse": ("ground",),
    "tree": ("trees",),
    "raster_figure": ("districts",),
    "raster_class": ("districts",),
    "raster": ("districts",),
}
"""Tables of ``geo`` (or the public part of one) that hold a register, or are made of some. Addresses feed nothing that is published."""
CELLS_OF = "raster: "
"""Before the id of a raster, where a layer has figures of it."""
_TABLES = text("select id, tables from geo.published_layer")
_HELD = """
    select 'districts' as kind, import_id, max(year)::text as edition, count(*) as objects from geo.current_district group by import_id
    union all
    select 'green', import_id, max(lower(valid))::text, count(*) from geo.green_object where upper_inf(valid) group by import_id
    union all
    select 'management', import_id, null, count(*) from geo.management where upper_inf(valid) group by import_id
    union all
    select 'zones', import_id, null, count(*) from geo.zone where upper_inf(valid) and disclosure = 'public' group by import_id
    union all
    select 'ground', import_id, null, count(*) from geo.ground group by import_id
    union all
    select 'trees', import_id, null, count(*) from geo.tree group by import_id
"""
_ORIGINS = text(
    f"""
    with delivery as (
      select id, kind, source, imported_at, (report ->> 'schematic')::boolean is true as schematic,
             case when kind = 'districts' then source else coalesce(report ->> 'recognised_as', source) end as line
      from geo.register_import
    ),
    newest as (
      select distinct on (kind, line) * from delivery
      where kind <> 'zones' or id in (select import_id from geo.zone where disclosure = 'public')
      order by kind, line, imported_at desc, id desc
    )
    select h.kind, n.source, n.imported_at, max(h.edition) as edition, sum(h.objects)::int as objects,
           coalesce(n.schematic, false) as schematic
    from ({_HELD}) h left join delivery d on d.id = h.import_id left join newest n on n.kind = d.kind and n.line = d.line
    group by h.kind, n.source, n.imported_at, n.schematic, n.line order by h.kind, n.line
    """  # noqa: S608 - the parts are constants of this module
)
_STATE = text(
    """
    select coalesce((select max(id) from geo.register_import), 0),
           coalesce((select sum(changes) from geo.table_change where table_name = any (:tables)), 0)
    """
)


@dataclass(frozen=True)
class Origin:
    """What a register holds now of one delivery: the name of its newest file (or ``pdok:…``) and when that came; None: written here.

    ``edition`` is the year of districts, or the day of the newest version of green. Of zones only the public ones are counted, and only
    deliveries of those are told.
    """

    kind: Kind
    source: str | None
    imported_at: datetime | None
    edition: str | None
    objects: int
    schematic: bool


def kinds_of(session: Session) -> dict[str, tuple[Kind, ...]]:
    """The registers that each published layer is made of, in the order of ``KINDS``."""
    return {layer: feeding(tables) for layer, tables in session.execute(_TABLES)}


def rasters_of(session: Session, layer: str) -> tuple[str, ...]:
    """The rasters that a published layer has figures of."""
    read: dict[str, list[str]] = dict(iter(session.execute(_TABLES)))
    return tuple(name.removeprefix(CELLS_OF) for name in read.get(layer, ()) if name.startswith(CELLS_OF))


def feeding(tables: Iterable[str]) -> tuple[Kind, ...]:
    """The registers behind some tables."""
    known = {kind for table in tables for kind in FED_BY.get(table.partition(":")[0], ())}
    return tuple(kind for kind in KINDS if kind in known)


def origins(session: Session) -> list[Origin]:
    """What every register holds."""
    rows = session.execute(_ORIGINS).mappings()
    return [Origin(**{**row, "source": row["source"] and named(row["source"])}) for row in rows]


def named(source: str) -> str:
    """A delivery without the folder that it lay in."""
    return PurePath(source).name


def state_of_registers(session: Session) -> str:
    """Changes with every change of a register."""
    return repr(tuple(session.execute(_STATE, {"tables": list(FED_BY)}).one()))
