"""The features of a layer: pages of them, and one."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from geo_service.catalogue import features, kinds, versions
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.features import Page, Question, Shown
from geo_service.catalogue.keyset import read_value, write_cursor
from geo_service.catalogue.remembered import Remembered
from geo_service.db.engine import look_at
from geo_service.db.lookups import Lookups
from geo_service.errors import N_, InvalidInput, NotFound
from geo_service.web.conditional import unchanged
from geo_service.web.dependencies import DbSession, Here
from geo_service.web.ogc.asked import GEOJSON, HTML, PATH, Asked, Link, asking, headers_of, rendered, tag
from geo_service.web.ogc.described import LAYER, told
from geo_service.web.ogc.parameters import OF_A_FEATURE, RESERVED, Items, read_feature, read_items
from geo_service.web.ogc.systems import CRS84
from geo_service.web.problems import language_of, problems
from geo_service.web.visible import VisibleLayer, layer_of

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
)
NEXT, PREVIOUS, OF_LAYER = N_("The next page"), N_("The page before"), N_("This layer")
NO_FEATURE = N_("There is no feature {id} in {layer} on this day.")
OLD_CRS_MEMBER = (28992, 3857)
"""Where the old ``crs`` member of GeoJSON cannot be misread: x is first for everyone."""
router = APIRouter(prefix=PATH, tags=["ogc"])
DECLARED: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {
            "content": {GEOJSON: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
            "description": "GeoJSON in the coordinates that Content-Crs tells.",
        },
        304: {"description": "Unchanged."},
        **problems(400, 401, 404, 406),
    },
}


@router.get("/collections/{layerId}/items", openapi_extra={"parameters": [LAYER, *told(RESERVED)["parameters"]]}, **DECLARED)
async def get_items(request: Request) -> Response:
    """A page of features; every parameter is told in the definition of this API."""
    layer, state = await layer_of(request), request.app.state
    lookups: Lookups = state.lookups
    wanted = read_items(request, layer, await kinds.looked_up(lookups, layer))
    asked = asking(request, state.installation, GEOJSON)
    current = await versions.looked_up(lookups, layer, wanted.at)
    headers = _headers(asked, layer, wanted, current)
    if (known := unchanged(request, headers)) is not None:
        return known
    found, matched = await _page(state.figures, lookups, wanted, current)
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        **_system(wanted),
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberMatched": matched,
        "numberReturned": len(found.features),
        "links": [*asked.links(), asked.link("collection", "collections", layer.id, title=OF_LAYER), *_pages(asked, wanted, found)],
    }
    body = orjson.dumps(head)[:-1] + b',"features":[' + ",".join(found.features).encode() + b"]}"
    if asked.format == "html":
        return await run_sync(rendered, asked, body, "items", headers)
    return rendered(asked, body, "items", headers)


@router.get("/collections/{layerId}/items/{featureId:path}", openapi_extra=told((*OF_A_FEATURE, "at")), **DECLARED)
def get_feature(
    request: Request,
    here: Here,
    layer: VisibleLayer,
    session: DbSession,
    feature_id: Annotated[str, Path(alias="featureId", description="Id of a feature: its value in the key of the layer.")],
) -> Response:
    """One feature, by its id."""
    wanted, asked = read_feature(request, layer), asking(request, here, GEOJSON)
    headers = _headers(asked, layer, wanted, versions.version(session, layer, wanted.at))
    if wanted.at:
        look_at(session, wanted.at)
    if layer.edits:
        headers["ETag"] = etag_of(asked, version_now(session, layer, feature_id))
    if (known := unchanged(request, headers)) is not None:
        return known
    found = _found(session, wanted.question, feature_id)
    head = {**_system(wanted), "links": [*asked.links(), asked.link("collection", "collections", layer.id, title=OF_LAYER)]}
    return rendered(asked, found[:-1].encode() + b"," + orjson.dumps(head)[1:], "feature", headers)


def etag_of(asked: Asked, version: str, address: str | None = None) -> str:
    """The strong ETag of a feature that can be edited. Its version comes first, whatever the representation, so that who read it in one
    system, format or language may change it in another."""
    return f'"{version}.{tag(address or asked.this(), asked.format, language_of(asked.request))}"'


def version_now(session: Session, layer: LayerDefinition, feature_id: str) -> str:
    """The version of a feature on the session's day (``look_at``); NotFound when it is not there."""
    found = features.version(session, layer, _key(session, layer, feature_id))
    if found is None:
        raise NotFound(NO_FEATURE, id=feature_id[:100], layer=layer.id)
    return found


def feature_now(session: Session, layer: LayerDefinition, feature_id: str) -> Any:
    """A feature as it is today, in CRS84."""
    shown = Shown(tuple(layer.columns), CRS84.stored, CRS84.decimals)
    return orjson.loads(_found(session, Question(layer, shown), feature_id))


def _found(session: Session, question: Question, feature_id: str) -> str:
    found = features.feature(session, question, _key(session, question.layer, feature_id))
    if found is None:
        raise NotFound(NO_FEATURE, id=feature_id[:100], layer=question.layer.id)
    return found


def _key(session: Session, layer: LayerDefinition, feature_id: str) -> Any:
    try:
        return read_value(feature_id, kinds.kinds(session, layer)[layer.key])
    except InvalidInput:
        raise NotFound(NO_FEATURE, id=feature_id[:100], layer=layer.id) from None


def _headers(asked: Asked, layer: LayerDefinition, wanted: Items, current: str) -> dict[str, str]:
    """The ETag: the version of the layer and the whole question, before anything was looked up."""
    etag = tag(current, asked.this(), asked.format, language_of(asked.request))
    return {**headers_of(etag, staff=layer.audience == "staff"), **wanted.system.header}


async def _page(figures: Remembered, lookups: Lookups, wanted: Items, current: str) -> tuple[Page, int]:
    """A page, and how many match in all. That is counted once per version of the layer: on the way when something is left out,
    for then the page has to look at all that match, else by itself."""
    place = ("count", wanted.question.layer.id, current, wanted.id)
    known = figures.get(place)
    on_the_way = known is None and not wanted.question.all_of_it and wanted.start is None
    found = await features.page(lookups, wanted.question, wanted.limit, wanted.start, wanted.offset, at=wanted.at, counted=on_the_way)
    if isinstance(known, int):
        return found, known
    matched = found.matched if found.matched is not None else await features.count(lookups, wanted.question, wanted.at)
    figures.put(place, matched)
    return found, matched


def _pages(asked: Asked, wanted: Items, found: Page) -> list[Link]:
    """Where the page before and the next one start, by the rows at their borders."""
    links: list[Link] = []
    back = wanted.start is not None and wanted.start.back
    if found.features and (found.more or back):
        links.append(_turn(asked, wanted, "next", NEXT, found.last, back=False))
    if found.features and (found.more if back else wanted.start is not None or wanted.offset > 0):
        links.append(_turn(asked, wanted, "prev", PREVIOUS, found.first, back=True))
    return links


def _turn(asked: Asked, wanted: Items, rel: str, title: str, values: tuple[str | None, ...], *, back: bool) -> Link:
    href = asked.this(cursor=write_cursor(wanted.id, values, back=back), offset=None)
    return {"rel": rel, "href": href, "type": GEOJSON if asked.format == "json" else HTML, "title": asked.say(title)}


def _system(wanted: Items) -> dict[str, Any]:
    code = wanted.question.shown.stored
    named = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
    return {"crs": named} if code in OLD_CRS_MEMBER else {}
