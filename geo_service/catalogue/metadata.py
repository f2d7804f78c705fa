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
    where coalesce((report ->> 'new')::int + (report ->> 'changed')::int + (report ->> 'closed')::int, 1) > 0 group by kind
    """
)


@dataclass(frozen=True)
class Known:
    """``created``: first published. ``updated``: the definition or a register behind it changed; what residents and staff do comes on top.

    ``managed_basis`` says for layers on who manages the green whether a register tells that, or the municipality's assumption.
    """

    created: datetime | None = None
    updated: datetime | None = None
    kinds: tuple[Kind, ...] = ()
    origins: tuple[Origin, ...] = ()
    managed_basis: Literal["register", "assumption"] | None = None


def known_of_layers(session: Session, figures: Remembered) -> dict[str, Known]:
    """By layer. Registers are only counted again when one changed."""
    held = figures.recall(("origins", state_of_registers(session)), lambda: origins(session))
    delivered: dict[Kind, datetime] = dict(iter(session.execute(_DELIVERED)))
    basis: Literal["register", "assumption"] = "register" if management_known(session) else "assumption"
    kinds = kinds_of(session)
    told = {}
    for layer, created, updated in session.execute(_DEFINED):
        fed = kinds.get(layer, ())
        told[layer] = Known(
            created,
            max([updated, *(delivered[kind] for kind in fed if kind in delivered)]),
            fed,
            tuple(origin for origin in held if origin.kind in fed),
            basis if "management" in fed else None,
        )
    return told
