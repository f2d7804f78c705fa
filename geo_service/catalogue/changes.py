"""What changed that others may know of: layers, the registers that feed them, and editions of rasters. The feed is made of it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.registry import Catalogue
from geo_service.catalogue.sources import named
from geo_service.registers.schemas import Kind

_LAST = """
    select distinct on (layer) layer, title, audience, fingerprint, change = 'removed' as gone from geo.layer_change order by layer, id desc
"""
_NOTE = """
    insert into geo.layer_change (layer, title, audience, change, fingerprint, changed_at) values (%s, %s, %s, %s, %s, coalesce(%s, now()))
"""
_NEWEST = text(
    """
    select 'layer' as about, change as what, changed_at as moment, layer as name, title, cast(null as date) as day,
           cast(null as int) as new, cast(null as int) as changed, cast(null as int) as closed, false as schematic
    from geo.layer_change where audience = 'public' and (cast(:layer as text) is null or layer = :layer)
    union all
    select 'register', kind, imported_at, source, null, null, (report ->> 'new')::int, (report ->> 'changed')::int,
           (report ->> 'closed')::int, (report ->> 'schematic')::boolean is true
    from geo.register_import where kind = any (:kinds) and kind <> 'zones'
    union all
    select 'zones', 'edited', day::timestamp at time zone 'Europe/Amsterdam', '', null, day, null, null, null, false
    from geo.public_zone_day where 'zones' = any (:kinds)
    union all
    select 'raster', 'edition', registered_at, layer, null, day, null, null, null, false
    from geo.raster_edition where layer = any (:rasters)
    order by moment desc, about, name limit :most
    """
)


@dataclass(frozen=True)
class Change:
    """One thing that changed. ``about``: layer (``what``: new, changed, removed), register (``what``: its kind), zones or raster.

    ``name`` is the id of the layer, or the name of the delivery. Objects of a register are counted: ``new``, ``changed`` and ``closed``.
    Of zones, of which some are hidden, only the days are told on which public ones changed. ``day`` is that one, or the one that an
    edition of a raster shows.
    """

    about: str
    what: str
    moment: datetime
    name: str
    title: str | None
    day: date | None
    new: int | None
    changed: int | None
    closed: int | None
    schematic: bool

    @property
    def id(self) -> str:
        """Its own, for good; no number, for numbers that are left out would tell of changes that are not told."""
        return hashlib.sha256(repr((self.about, self.what, self.name, self.moment.timestamp())).encode()).hexdigest()[:16]


def newest(session: Session, most: int, kinds: Collection[Kind], rasters: Collection[str], layer: str | None = None) -> list[Change]:
    """The newest ``most`` changes first: of public layers (or of one), of these registers, and of these raster layers."""
    asked = {"most": most, "kinds": list(kinds), "rasters": list(rasters), "layer": layer}
    return [_change(row) for row in session.execute(_NEWEST, asked).mappings()]


def _change(row: RowMapping) -> Change:
    return Change(**{**row, "name": named(row["name"])})


def remember(owner: psycopg.Connection, catalogue: Catalogue) -> None:
    """Write down how the definitions differ from what was published before, before they are published.

    A database that published without writing it down keeps the moment at which it last did.
    """
    last = {layer: told for layer, *told in owner.execute(_LAST)}
    published: dict[str, datetime] = dict(owner.execute("select id, published_at from geo.published_layer").fetchall())
    for layer in catalogue.values():
        title, audience, fingerprint, gone = last.get(layer.id) or ("", "", "", True)
        if not gone and audience != layer.audience:
            owner.execute(_NOTE, [layer.id, title, audience, "removed", fingerprint, None])
            gone = True
        if gone or fingerprint != layer.fingerprint:
            _note(owner, layer, "new" if gone else "changed", None if layer.id in last else published.get(layer.id))
    for layer_id, (title, audience, fingerprint, gone) in last.items():
        if not gone and layer_id not in catalogue:
            owner.execute(_NOTE, [layer_id, title, audience, "removed", fingerprint, None])


def _note(owner: psycopg.Connection, layer: LayerDefinition, change: str, moment: datetime | None) -> None:
    owner.execute(_NOTE, [layer.id, layer.title, layer.audience, change, layer.fingerprint, moment])
