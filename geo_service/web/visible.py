"""The layer of an address, for those who may see it. For others a staff layer is not there; nor is a raster without a file, for anyone."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.raster.queries import edition, published
from geo_service.catalogue.registry import NO_LAYER
from geo_service.errors import N_, NotFound
from geo_service.installation import Installation
from geo_service.people.schemas import STAFF, Actor
from geo_service.web.dependencies import DbSession, Here, MaybeActor, who_asks

NOT_YET = N_("{layer} shows nothing on {day}.")
READERS = (*STAFF, "analyst")


def sees_staff_layers(actor: Actor | None) -> bool:
    """Staff and analysts."""
    return actor is not None and any(role in actor.roles for role in READERS)


async def get_layer(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a layer.")], here: Here, actor: MaybeActor
) -> LayerDefinition:
    """The layer, or ``NotFound``."""
    return here.catalogue.find(layer_id, staff=sees_staff_layers(actor))


async def layer_of(request: Request) -> LayerDefinition:
    """As ``get_layer``, for an endpoint that reads its own question."""
    here: Installation = request.app.state.installation
    return here.catalogue.find(request.path_params["layerId"], staff=sees_staff_layers(await who_asks(request)))


def get_of_any_kind(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a layer.")], here: Here, actor: MaybeActor
) -> LayerDefinition | RasterDefinition:
    """The layer or raster, or ``NotFound``."""
    find = here.catalogue.find_raster if layer_id in here.catalogue.rasters else here.catalogue.find
    return find(layer_id, staff=sees_staff_layers(actor))


VisibleOfAnyKind = Annotated[LayerDefinition | RasterDefinition, Depends(get_of_any_kind)]
VisibleLayer = Annotated[LayerDefinition, Depends(get_layer)]
At = Annotated[date | None, Query(description="The day to show (Europe/Amsterdam); today when absent.")]


@dataclass(frozen=True)
class Shown:
    """A raster layer and the edition that shows a day."""

    raster: RasterDefinition
    edition: RasterEdition

    @property
    def staff(self) -> bool:
        """Whether only staff may see it."""
        return self.raster.audience == "staff"


def get_shown(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a raster layer.")],
    here: Here,
    actor: MaybeActor,
    session: DbSession,
    at: At = None,
) -> Shown:
    """The raster as it is on a day, or ``NotFound``."""
    raster = here.catalogue.find_raster(layer_id, staff=sees_staff_layers(actor))
    found = edition(session, raster.id, at)
    if found is None and at is not None and raster.id in published(session):
        raise NotFound(NOT_YET, layer=raster.id, day=at)
    if found is None:
        raise NotFound(NO_LAYER, layer=raster.id)
    return Shown(raster, found)


def get_shown_today(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a raster layer.")], here: Here, actor: MaybeActor, session: DbSession
) -> Shown:
    """The raster as it is today, or ``NotFound``."""
    return get_shown(layer_id, here, actor, session)


RasterOn = Annotated[Shown, Depends(get_shown)]
"""Its address may say ``at``."""
RasterToday = Annotated[Shown, Depends(get_shown_today)]
