"""What somebody does with a project: take one away."""

from sqlalchemy.orm import Session

from geo_service.catalogue.extent import municipality_box
from geo_service.catalogue.project.document import AnyLayer, Wanted, project
from geo_service.catalogue.project.plan import Plan
from geo_service.catalogue.project.sources import Service
from geo_service.catalogue.raster.queries import published
from geo_service.catalogue.registry import Catalogue


def make_project(session: Session, catalogue: Catalogue, plan: Plan, service: Service, municipality: str, *, staff: bool = False) -> bytes:
    """A ``.qgz`` of the public layers, or with ``staff`` of all; of rasters those that have a file. ``municipality`` is its name."""
    there = published(session)
    rasters = [raster for raster in catalogue.visible_rasters(staff=staff) if raster.id in there]
    layers: list[AnyLayer] = [*catalogue.visible(staff=staff), *rasters]
    return project(Wanted(plan, layers, service, municipality, municipality_box(session)))
