"""The raster layers with their editions, and taking a file away, whole or in parts."""

from datetime import date

from fastapi import APIRouter, Request, Response

from geo_service.catalogue.raster import queries
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.files import path_of, rasters_folder
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import DbSession, Here, MaybeActor
from geo_service.web.links import reached_at
from geo_service.web.ogc.rasters import COG
from geo_service.web.parts import FileInParts
from geo_service.web.problems import problems
from geo_service.web.schemas import Answer
from geo_service.web.visible import RasterOn, sees_staff_layers

router = APIRouter(tags=["layers"])


class EditionAnswer(Answer):
    """One file: the raster as it was from a day on. The box and the cell are in metres (RD); ``cog`` is its address."""

    day: date
    width: int
    height: int
    cell_m: float
    bbox: tuple[float, float, float, float]
    nodata: float | None
    size_bytes: int
    sha256: str
    source: str
    licence: str
    owner: str
    cog: str


class RasterAnswer(Answer):
    """A published raster layer; titles are Dutch, as in the data. ``audience``: public or staff. Editions from old to new."""

    id: str
    title: str
    summary: str
    audience: str
    unit: str
    licence: str
    owner: str
    source: str
    updated: str
    editions: list[EditionAnswer]
    tiles: str


class RastersAnswer(Answer):
    """All raster layers that the asker may see and that have a file."""

    rasters: list[RasterAnswer]


@router.get("/rasters", responses=problems(401))
def list_rasters(request: Request, here: Here, actor: MaybeActor, session: DbSession) -> RastersAnswer:
    """The raster layers with their files, licences and addresses."""
    base, published = reached_at(request, here), queries.published(session)
    visible = [raster for raster in here.catalogue.visible_rasters(staff=sees_staff_layers(actor)) if raster.id in published]
    editions = queries.editions(session)
    return RastersAnswer(rasters=[_told(raster, [each for each in editions if each.layer == raster.id], base) for raster in visible])


@router.get(
    "/rasters/{layerId}/cog",
    response_class=Response,
    responses={
        200: {"content": {COG: {}}},
        206: {"description": "The parts that were asked for (Range); of more than one as multipart/byteranges."},
        304: {"description": "Unchanged."},
        **problems(400, 401, 404, 416, 503),
    },
)
def get_cog(request: Request, shown: RasterOn, here: Here) -> Response:
    """The file of today or of the day ``at``: a cloud-optimised GeoTIFF, of which programs may read the parts that they need."""
    edition = shown.edition
    path = path_of(rasters_folder(here.settings.data_dir), edition)
    headers = {
        "ETag": f'"{edition.sha256}"',
        "Cache-Control": "private, no-cache" if shown.staff else "no-cache",
        "Vary": "Authorization",
    }
    return unchanged(request, headers) or FileInParts(request, path, headers=headers, media_type=COG, filename=edition.file)


def _told(raster: RasterDefinition, editions: list[RasterEdition], base: str) -> RasterAnswer:
    told = [
        EditionAnswer(
            **{name: getattr(each, name) for name in EditionAnswer.model_fields.keys() - {"bbox", "nodata", "cog"}},
            bbox=each.box,
            nodata=each.nodata if each.nodata == each.nodata else None,
            cog=f"{base}/api/v1/rasters/{raster.id}/cog?at={each.day.isoformat()}",
        )
        for each in editions
    ]
    names = ("id", "title", "summary", "audience", "licence", "owner", "source", "updated")
    tiles = f"{base}/ogc/v1/collections/{raster.id}/map/tiles/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    return RasterAnswer(**{name: getattr(raster, name) for name in names}, unit=raster.raster.unit, editions=told, tiles=tiles)
