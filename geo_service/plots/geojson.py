"""Reading what somebody drew: GeoJSON from strangers, to a MultiPolygon in RD. Every fault is told, all of them at once.

Longitude/latitude (CRS84) unless the asker says RD, in the request or in the old ``crs`` member that GIS programs write. Heights (a third
number) are left out. Repeated points and the direction of rings do not matter.
"""

from typing import Any, Literal, TypeAlias

import orjson
from shapely import MultiPolygon

from geo_service.errors import N_, InvalidGeometry, InvalidInput, TooLarge, fault
from geo_service.geometry import CRS84_URI, RD_URI, multipolygon, snap, to_rd
from geo_service.plots.rings import Reader

Crs = Literal["CRS84", "RD"]
Asked: TypeAlias = MultiPolygon | tuple[str, ...]
"""A drawn shape in RD, or the register ids of whole green objects."""

LARGEST = 2 * 1024 * 1024
LARGEST_EXTENT_M = 2000
MOST_OBJECTS = 100
CRS_NAMES: dict[str, Crs] = {
    CRS84_URI: "CRS84",
    "urn:ogc:def:crs:OGC:1.3:CRS84": "CRS84",
    "urn:ogc:def:crs:OGC::CRS84": "CRS84",
    "CRS84": "CRS84",
    RD_URI: "RD",
    "https://www.opengis.net/def/crs/EPSG/0/28992": "RD",
    "urn:ogc:def:crs:EPSG::28992": "RD",
    "EPSG:28992": "RD",
}
CRS_NAMES |= {uri.replace("http:", "https:"): crs for uri, crs in ((CRS84_URI, "CRS84"), (RD_URI, "RD"))}  # type: ignore[misc]


def crs_named(name: str | None) -> Crs | None:
    """The CRS of a URI, URN or short name; None when nothing was said. Others are InvalidInput."""
    if not name:
        return None
    if (known := CRS_NAMES.get(name.strip(" <>"))) is None:
        raise InvalidInput(details={"errors": [fault("crs", N_("Only CRS84 and RD (EPSG:28992) are known here."))]})
    return known


def parse(payload: bytes) -> Any:
    """JSON from strangers: at most 2 MB, UTF-8, nested no deeper than the parser's limit. Errors: TooLarge, InvalidInput."""
    if len(payload) > LARGEST:
        raise TooLarge(N_("The request is larger than 2 MB."))
    try:
        return orjson.loads(payload.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise InvalidInput(details={"errors": [_no_json(error)]}) from None


def _no_json(error: orjson.JSONDecodeError) -> dict[str, Any]:
    where = f"line {error.lineno}, column {error.colno}"
    if "UTF-8" in error.msg:
        return fault("body", N_("The text is not in UTF-8."))
    if "depth" in error.msg:
        return fault(where, N_("This is nested too deep."))
    if "infinity" in error.msg or error.doc[error.pos : error.pos + 4].lstrip("-").startswith(("NaN", "Inf")):
        return fault(where, N_("NaN and Infinity are not numbers."))
    return fault(where, N_("This is not JSON."))


def read_request(payload: bytes, crs: Crs | None = None) -> Asked:
    """What a plot check asks: a GeoJSON Feature or geometry, or ``{"greenObjectIds": […]}``."""
    document = parse(payload)
    if isinstance(document, dict) and "greenObjectIds" in document:
        return read_ids(document)
    return read_geometry(document, crs)


def read_ids(document: dict[str, Any]) -> tuple[str, ...]:
    """The register ids of ``greenObjectIds``, each once."""
    ids, faults = document["greenObjectIds"], []
    if unknown := sorted(set(document) - {"greenObjectIds"}):
        faults.append(fault(", ".join(unknown)[:200], N_("Send green objects or a geometry, not both.")))
    if not isinstance(ids, list) or not ids:
        faults.append(fault("greenObjectIds", N_("Give at least one register id.")))
    elif len(ids) > MOST_OBJECTS:
        faults.append(fault("greenObjectIds", N_("At most {most} green objects at once."), most=MOST_OBJECTS))
    else:
        text = N_("A register id is a text of 1 to 100 characters.")
        faults += [fault(f"greenObjectIds[{number}]", text) for number, item in enumerate(ids) if not _is_id(item)]
    if faults:
        raise InvalidInput(details={"errors": faults})
    return tuple(dict.fromkeys(ids))


def _is_id(item: Any) -> bool:
    return isinstance(item, str) and 0 < len(item) <= 100 and "\x00" not in item


def read_geometry(document: Any, crs: Crs | None = None) -> MultiPolygon:
    """A parsed GeoJSON Feature, Polygon or MultiPolygon as a valid MultiPolygon in RD on the 1 mm grid.

    ``crs`` is what the asker said beside the document; None: what its ``crs`` member says, or CRS84. Raises InvalidGeometry.
    """
    reader = Reader()
    crs = _crs_of(document, crs, reader)
    geometry = document.get("geometry") if isinstance(document, dict) and document.get("type") == "Feature" else document
    shape = reader.polygons(geometry, "geometry" if geometry is not document else "", crs)
    if shape is None or reader.faults:
        raise InvalidGeometry(details={"errors": reader.faults})
    shape = multipolygon(snap(shape) if crs == "RD" else to_rd(shape))
    check_extent(shape)
    return shape


def check_extent(shape: MultiPolygon) -> None:
    """A plot has an area, and is no wider than what residents can look after by any measure (and what can be judged at once)."""
    if shape.is_empty or shape.area <= 0:
        raise InvalidGeometry(details={"errors": [fault("coordinates", N_("The shape has no area."))]})
    x0, y0, x1, y1 = shape.bounds
    if max(x1 - x0, y1 - y0) > LARGEST_EXTENT_M:
        text = N_("The shape is {size} m across. At most {most} m can be checked at once.")
        size = round(max(x1 - x0, y1 - y0))
        raise InvalidGeometry(details={"errors": [fault("coordinates", text, size=size, most=LARGEST_EXTENT_M)]})


def _crs_of(document: Any, told: Crs | None, reader: Reader) -> Crs:
    member = document.get("crs") if isinstance(document, dict) else None
    if member is None:
        return told or "CRS84"
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    named = CRS_NAMES.get(name) if isinstance(name, str) else None
    if named is None:
        reader.tell("crs", N_("Only CRS84 and RD (EPSG:28992) are known here."))
    elif told and told != named:
        reader.tell("crs", N_("The document says another coordinate system than the request."))
    return told or named or "CRS84"
