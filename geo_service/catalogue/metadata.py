"""What there is to know of a published layer beside its definition: since when, of which registers, and how fresh."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.catalogue.remembered import Remembered
from geo_service.catalogue.sources import Origin, kinds_of, origins, state_of_registers
from geo_service.registers.queries import management_known
from geo_service.registers.schemas import Kind

_DEFINED = text(
    """
    select layer, min(changed_at) filter (where change = 'new') as created, max(changed_at) as updated
    from geo.layer_change l
    where id >= (select max(n.id) from geo.layer_change n where n.layer = l.layer and n.change = 'new') group by layer
    """
)
_DELIVERED = text(
    """
    select kind, max(imported_at) from geo.register_import
    where kind <> 'zones' and coalesce((report ->> 'new')::int + (report ->> 'changed')::int + (report ->> 'closed')::int, 1) > 0
    group by kind
    union all
    select 'zones', max(day)::timestamp at time zone 'Europe/Amsterdam' from geo.public_zone_day having count(*) > 0
    """
)
_RASTERS = text(
    """
    select p.id, max(e.registered_at) from geo.published_layer p join geo.raster_edition e on 'raster: ' || e.layer = any (p.tables)
    group by p.id
    """
)


@dataclass(frozen=True)
class Known:
    """``created``: first published. ``updated``: the newest change that the feed tells of it: its definition, a register or raster behind
    it, the day on which public zones were edited. What residents do comes on top and has no date.

    ``managed_basis`` says for layers on who manages the green whether a register tells that, or the municipality's assumption.
    """

    created: datetime | None = None
    updated: datetime | None = None
    kinds: tuple[Kind, ...] = ()
    origins: tuple[Origin, ...] = ()
    managed_basis: Literal["register", "assumption"] | None = None


def known_of_layers(session: Session, figures: Remembered) -> dict[str, Known]:
    """By layer. Registers are only counted again when one changed."""
    held, delivered = figures.recall(("registers", state_of_registers(session)), lambda: (origins(session), _delivered(session)))
    rasters: dict[str, datetime] = dict(iter(session.execute(_RASTERS)))
    basis: Literal["register", "assumption"] = "register" if management_known(session) else "assumption"
    kinds = kinds_of(session)
    told = {}
    for layer, created, updated in session.execute(_DEFINED):
        fed = kinds.get(layer, ())
        told[layer] = Known(
            created,
            max([updated, *(delivered[kind] for kind in fed if kind in delivered), rasters.get(layer, updated)]),
            fed,
            tuple(origin for origin in held if origin.kind in fed),
            basis if "management" in fed else None,
        )
    return told


def _delivered(session: Session) -> dict[Kind, datetime]:
    return dict(iter(session.execute(_DELIVERED)))
