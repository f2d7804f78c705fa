"""All public layers as one project for QGIS."""

from typing import Annotated

from fastapi import APIRouter, Response

from geo_service.catalogue.project.plan import load_plan
from geo_service.catalogue.project.service import make_project
from geo_service.catalogue.project.sources import Service
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import DbSession, Here
from geo_service.web.links import reached_at
from geo_service.web.ogc.asked import PATH, Asked, headers_of, tag
from geo_service.web.ogc.tilesets import documents
from geo_service.web.problems import problems

QGZ = "application/x-qgis-project"
NAME = "zelfbeheer.qgz"
router = APIRouter(prefix=PATH, tags=["ogc"])


@router.get(
    "/project.qgz",
    response_class=Response,
    responses={200: {"content": {QGZ: {"schema": {"type": "string", "format": "binary"}}}}, **problems(400)},
)
def get_project(asked: Annotated[Asked, documents("json", page=False)], here: Here, session: DbSession) -> Response:
    """The public layers for QGIS, styled and in groups; the same for everybody, so that it can be passed on."""
    service = Service(reached_at(asked.request, here))
    made = make_project(session, here.catalogue, load_plan(here.content, here.catalogue), service, here.municipality.name)
    headers = {**headers_of(tag("project", made)), "Content-Disposition": f'attachment; filename="{NAME}"'}
    return unchanged(asked.request, headers) or Response(made, headers=headers, media_type=QGZ)
