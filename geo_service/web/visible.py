"""The layer of an address, for those who may see it. For others a staff layer is not there."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query

from geo_service.catalogue.definition import LayerDefinition
from geo_service.people.schemas import STAFF, Actor
from geo_service.web.dependencies import Here, MaybeActor

READERS = (*STAFF, "analyst")


def sees_staff_layers(actor: Actor | None) -> bool:
    """Staff and analysts."""
    return actor is not None and any(role in actor.roles for role in READERS)


async def get_layer(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a layer.")], here: Here, actor: MaybeActor
) -> LayerDefinition:
    """The layer, or ``NotFound``."""
    return here.catalogue.find(layer_id, staff=sees_staff_layers(actor))


VisibleLayer = Annotated[LayerDefinition, Depends(get_layer)]
At = Annotated[date | None, Query(description="The day to show (Europe/Amsterdam); today when absent.")]
