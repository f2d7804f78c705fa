"""Metadata for programs: ``/catalogus.jsonld`` and ``/catalogus/{layer}.jsonld`` (DCAT-AP-NL), and the feed ``/wijzigingen.atom``.

For everybody, so only public layers; pages elsewhere may read it too.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo_service.catalogue import dcat
from geo_service.catalogue.changes import newest
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.registry import Catalogue
from geo_service.catalogue.sources import kinds_of, rasters_of
from geo_service.errors import N_, NotFound
from geo_service.registers.schemas import KINDS
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import DbSession, Here, Lang
from geo_service.web.feed import Feed
from geo_service.web.metadata import ATOM, JSON_LD, described, described_rasters, site_of
from geo_service.web.ogc.asked import PATH, headers_of, tag

NO_FILE = N_("{layer} has no file yet.")
MOST = 100
"""How many entries the feed holds."""
router = APIRouter(include_in_schema=False)
PublicId = Annotated[str, Path(alias="layerId")]


@router.get("/catalogus.jsonld")
def catalogue(request: Request, here: Here, session: DbSession) -> Response:
    """Everything that is published."""
    rasters = described_rasters(session, here.catalogue.visible_rasters(staff=False))
    layers = described(request, session, here.catalogue.visible(staff=False))
    return _json_ld(request, dcat.catalogue(site_of(request, here), [*layers, *rasters]))


@router.get("/catalogus/{layerId}.jsonld")
def dataset(layer_id: PublicId, request: Request, here: Here, session: DbSession) -> Response:
    """One layer."""
    layer = _find(here.catalogue, layer_id)
    told = described(request, session, [layer]) if isinstance(layer, LayerDefinition) else described_rasters(session, [layer])
    if not told:
        raise NotFound(NO_FILE, layer=layer.id)
    return _json_ld(request, dcat.dataset(site_of(request, here), told[0]))


@router.get("/catalogus/{layerId}")
def layer_of_catalogue(layer_id: PublicId, request: Request, here: Here) -> RedirectResponse:
    """The address that stands for a layer leads people to its page, and programs to its metadata."""
    layer = _find(here.catalogue, layer_id)
    wants_metadata = JSON_LD in request.headers.get("accept", "")
    place = f"/catalogus/{layer.id}.jsonld" if wants_metadata else f"{PATH}/collections/{layer.id}?f=html"
    return RedirectResponse(place, 303, {"Vary": "Accept"})


@router.get("/wijzigingen.atom")
def changes(
    request: Request, here: Here, session: DbSession, language: Lang, laag: Annotated[str | None, Query(min_length=1, max_length=60)] = None
) -> Response:
    """What changed last: layers and the registers that feed them. ``laag`` asks for one layer."""
    layers = [_find(here.catalogue, laag)] if laag else here.catalogue.visible(staff=False)
    fed = kinds_of(session)
    read = {kind for layer in layers for kind in fed.get(layer.id, ())}
    told = newest(session, MOST, [kind for kind in KINDS if kind in read], _rasters(session, here.catalogue, laag), laag)
    body = Feed(site_of(request, here), here.catalogue, language, laag).xml(told)
    return _answer(request, body, f"{ATOM};charset=utf-8", tag(body))


def _find(catalogue: Catalogue, layer_id: str) -> LayerDefinition | RasterDefinition:
    known = layer_id in catalogue.rasters
    return catalogue.find_raster(layer_id, staff=False) if known else catalogue.find(layer_id, staff=False)


def _rasters(session: Session, catalogue: Catalogue, asked: str | None) -> list[str]:
    """All public ones; of one layer itself, or those that its figures come from."""
    public = [raster.id for raster in catalogue.visible_rasters(staff=False)]
    return public if asked is None else [raster for raster in public if raster == asked or raster in rasters_of(session, asked)]


def _json_ld(request: Request, document: Mapping[str, Any]) -> Response:
    body = orjson.dumps(document)
    return _answer(request, body, JSON_LD, tag(body))


def _answer(request: Request, body: bytes, media: str, etag: str) -> Response:
    headers = {**headers_of(etag), "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}
    return unchanged(request, headers) or Response(body, headers=headers, media_type=media)
