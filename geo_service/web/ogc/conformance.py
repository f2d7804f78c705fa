"""Which classes of which standards we conform to: what every module declares, and its tests show."""

from typing import Any

from fastapi import APIRouter, Response

from geo_service.catalogue import cql
from geo_service.web.ogc import api, collections, editing, items, landing, map_tiles, schemas, styles, tiles, tilesets
from geo_service.web.ogc.asked import PATH, Plain, answer
from geo_service.web.problems import problems

router = APIRouter(prefix=PATH, tags=["ogc"])
DECLARING = (cql, landing, api, collections, schemas, items, editing, tiles, tilesets, map_tiles, styles)
CLASSES = sorted({name for module in DECLARING for name in module.CONFORMANCE})


@router.get("/conformance", response_model=dict[str, Any], responses=problems(400, 406))
def get_conformance(asked: Plain) -> Response:
    """The conformance classes."""
    return answer(asked, {"conformsTo": CLASSES, "links": asked.links()}, "conformance")
