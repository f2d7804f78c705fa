"""Part 4: staff makes, replaces, changes and removes features, each seen to be a change of what she saw."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.days import day_of
from geo_service.errors import NotAllowed, NotSignedIn, Outdated
from geo_service.history.schemas import StoredAnswer
from geo_service.history.service import once
from geo_service.installation import Installation
from geo_service.people.schemas import Actor
from geo_service.registers.zones import service as zones
from geo_service.web.dependencies import DbSession, Here, MaybeActor, Now
from geo_service.web.ogc.asked import GEOJSON, PATH, Asked, asking
from geo_service.web.ogc.edited import PARTS, WHOLE, Sent, check_type, seen
from geo_service.web.ogc.items import etag_of, feature_now, version_now
from geo_service.web.once import IdempotencyKey
from geo_service.web.problems import handle_error, problems
from geo_service.web.visible import VisibleLayer, sees_staff_layers

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
)
READ = "GET, HEAD, OPTIONS"
WRITE = {True: "GET, HEAD, POST, OPTIONS", False: "GET, HEAD, PUT, DELETE, OPTIONS"}
"""Of a collection, and of a feature. PATCH works as well, as ``Accept-Patch`` says, but is not named here: QGIS would then send patches
that do not tell which version they change, and without it sends whole features, which do."""
ITEMS, ITEM = "/collections/{layerId}/items", "/collections/{layerId}/items/{featureId:path}"
FeatureId = Annotated[str, Path(alias="featureId", description="Id of a feature: its value in the key of the layer.")]
router = APIRouter(prefix=PATH, tags=["ogc"])


async def body_of(request: Request) -> bytes:
    """The bytes as they came; read by a reader that trusts nobody."""
    return await request.body()


async def get_editable(
    layer_id: Annotated[str, Path(alias="layerId", description="Id of a layer.")], here: Here, actor: MaybeActor
) -> LayerDefinition:
    """A layer whose features this person may edit. What is only read refuses the method; what is not to be seen is not there."""
    known = here.catalogue.get(layer_id)
    if actor is None and (known is None or known.audience == "staff"):
        raise NotSignedIn
    layer = here.catalogue.find(layer_id, staff=sees_staff_layers(actor))
    if layer.edits is None:
        raise HTTPException(405, headers={"Allow": READ})
    if not zones.may_edit(actor):
        raise NotAllowed
    return layer


@dataclass(frozen=True)
class Edit:
    """One request of an editor for a layer."""

    request: Request
    here: Installation
    layer: LayerDefinition
    editor: Actor
    session: Session
    now: datetime

    @property
    def asked(self) -> Asked:
        """For links and tags, as who reads the feature as GeoJSON gets them."""
        return asking(self.request, self.here, GEOJSON)

    def change(self, feature_id: str, body: bytes, types: tuple[str, ...]) -> Response:
        """Put what was sent in the place of the feature, or of parts of it."""
        check_type(self.request, types)
        sent = Sent(self.request, body, self.layer, feature_id)
        seen_by_editor = seen(self.request, sent.version)
        try:
            zone = zones.change_zone(self.session, self.editor, feature_id, sent.draft(), seen_by_editor, day_of(self.now))
        except Outdated as error:
            return self.outdated(feature_id, error)
        return Response(status_code=204, headers={"ETag": etag_of(self.asked, zones.version_of(zone))})

    def outdated(self, feature_id: str, error: Outdated) -> Response:
        """412 with the feature as it is now, so that the editor sees what changed and can make her change again."""
        error.details["current"] = feature_now(self.session, self.layer, feature_id)
        answer = handle_error(self.request, error)
        answer.headers["ETag"] = etag_of(self.asked, version_now(self.session, self.layer, feature_id))
        return answer


async def get_edit(
    request: Request,
    here: Here,
    layer: Annotated[LayerDefinition, Depends(get_editable)],
    actor: MaybeActor,
    session: DbSession,
    now: Now,
) -> Edit:
    """The edit of somebody who may edit the layer; refused as ``get_editable`` refuses."""
    assert actor is not None, "get_editable refused who is not signed in"
    return Edit(request, here, layer, actor, session, now)


AskedEdit = Annotated[Edit, Depends(get_edit)]
Body = Annotated[bytes, Depends(body_of)]


def _takes(types: tuple[str, ...], *headers: tuple[str, str]) -> dict[str, Any]:
    """What an operation reads, for the definition of this API."""
    text = {"type": "string"}
    return {
        "requestBody": {"required": True, "content": {media: {"schema": {"type": "object"}} for media in types}},
        "parameters": [{"name": name, "in": "header", "required": False, "description": told, "schema": text} for name, told in headers],
    }


CRS = ("Content-Crs", "Het coördinatenstelsel van de geometrie, als URI: een van die van de laag. Anders CRS84.")
MATCH = ("If-Match", "De ETag van het object zoals je het kreeg. Zonder telt de kolom versie van wat je stuurt.")
DONE = {"description": "Done; ETag tells the new version.", "headers": {"ETag": {"schema": {"type": "string"}}}}
REFUSED = (400, 401, 403, 404, 405, 406, 413, 415, 503)
CHANGED: dict[str, Any] = {"status_code": 204, "response_class": Response, "responses": {204: DONE, **problems(*REFUSED, 412, 428)}}


@router.options(ITEMS, include_in_schema=False)
@router.options(ITEM, include_in_schema=False)
def options(request: Request, layer: VisibleLayer, actor: MaybeActor) -> Response:
    """What this person may do here."""
    if layer.edits is None or not zones.may_edit(actor):
        return Response(headers={"Allow": READ})
    collection = "featureId" not in request.path_params
    accepted = {"Accept-Post": ", ".join(WHOLE)} if collection else {"Accept-Patch": ", ".join(PARTS)}
    return Response(headers={"Allow": WRITE[collection], **accepted})


@router.post(
    ITEMS, status_code=201, response_class=Response, openapi_extra=_takes(WHOLE, CRS),
    responses={201: {"description": "Made; Location tells where.", "headers": DONE["headers"]}, **problems(*REFUSED, 409)},
)  # fmt: skip
def create(edit: AskedEdit, body: Body, key: IdempotencyKey = None) -> Response:
    """Make a feature."""
    check_type(edit.request, WHOLE)
    sent = Sent(edit.request, body, edit.layer)

    def work() -> StoredAnswer:
        zone = zones.create_zone(edit.session, edit.editor, sent.draft())
        return StoredAnswer(201, orjson.dumps({"id": zone.register_id, "version": zones.version_of(zone)}))

    said = hashlib.sha256(f"{edit.request.url.path} {edit.request.headers.get('content-crs', '')} ".encode() + body).hexdigest()
    made = work() if key is None else once(edit.session, edit.editor.person_id, key, said, work, edit.now)
    told = orjson.loads(made.body)
    place = edit.asked.href("collections", edit.layer.id, "items", told["id"])
    return Response(status_code=201, headers={"Location": place, "ETag": etag_of(edit.asked, told["version"], place)})


@router.put(ITEM, openapi_extra=_takes(WHOLE, CRS, MATCH), **CHANGED)
def replace(edit: AskedEdit, body: Body, feature_id: FeatureId) -> Response:
    """Replace a feature: what is not sent becomes empty."""
    return edit.change(feature_id, body, WHOLE)


@router.patch(ITEM, openapi_extra=_takes(PARTS, CRS, MATCH), **CHANGED)
def update(edit: AskedEdit, body: Body, feature_id: FeatureId) -> Response:
    """Change parts of a feature (RFC 7396): what is not sent stays, null becomes empty."""
    return edit.change(feature_id, body, PARTS)


@router.delete(
    ITEM,
    status_code=204,
    response_class=Response,
    openapi_extra={"parameters": _takes((), MATCH)["parameters"]},
    responses=problems(401, 403, 404, 405, 406, 412, 428, 503),
)
def delete(edit: AskedEdit, feature_id: FeatureId) -> Response:
    """End a feature today; for the days before it stays as it was."""
    try:
        zones.end_zone(edit.session, edit.editor, feature_id, seen(edit.request), day_of(edit.now))
    except Outdated as error:
        return edit.outdated(feature_id, error)
    return Response(status_code=204)
