"""What metadata needs of a request: what the database knows of the layers, remembered, and where we are."""

from collections.abc import Iterable

from fastapi import Request
from sqlalchemy.orm import Session

from geo_service.catalogue.dcat import Described
from geo_service.catalogue.dcat_rasters import extent_of, known_of_editions
from geo_service.catalogue.dcat_site import Site
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.extent import Extent, extent
from geo_service.catalogue.licences import LICENCES
from geo_service.catalogue.metadata import Known, known_of_layers
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.queries import edition, editions
from geo_service.catalogue.remembered import Remembered
from geo_service.catalogue.versions import version
from geo_service.installation import Installation
from geo_service.web.links import reached_at

JSON_LD, ATOM = "application/ld+json", "application/atom+xml"


def remembered_extent(request: Request, session: Session, layer: LayerDefinition) -> Extent:
    """The extent of today, computed once per version of the layer."""
    figures: Remembered = request.app.state.figures
    return figures.recall(("extent", layer.id, version(session, layer)), lambda: extent(session, layer))


def known_of(request: Request, session: Session) -> dict[str, Known]:
    """What the database knows of each published layer."""
    figures: Remembered = request.app.state.figures
    return known_of_layers(session, figures)


def site_of(request: Request, here: Installation) -> Site:
    """Where we are, and whose the data is."""
    return Site(reached_at(request, here), here.municipality, request.app.state.schematic)


def described(request: Request, session: Session, layers: Iterable[LayerDefinition]) -> list[Described]:
    """Layers with all that is known of them."""
    known = known_of(request, session)
    return [Described(layer, known.get(layer.id, Known()), remembered_extent(request, session, layer)) for layer in layers]


def described_rasters(session: Session, rasters: Iterable[RasterDefinition]) -> list[Described]:
    """Layers of cells that have a file, under a licence that catalogues know."""
    shown = [(raster, edition(session, raster.id)) for raster in rasters]
    return [
        Described(raster, known_of_editions(editions(session, raster.id)), extent_of(newest), newest)
        for raster, newest in shown
        if newest and newest.licence in LICENCES
    ]
