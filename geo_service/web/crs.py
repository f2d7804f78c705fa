"""In which coordinates somebody asks and is answered: longitude/latitude (CRS84), or RD."""

from typing import Annotated

from fastapi import Depends, Header, Query

from geo_service.geometry import CRS84_URI, RD_URI
from geo_service.plots.geojson import Crs, crs_named

URIS: dict[Crs, str] = {"CRS84": CRS84_URI, "RD": RD_URI}


def asked_crs(
    crs: Annotated[str | None, Query(description="CRS84 (default) or EPSG:28992 (RD).", examples=[RD_URI], max_length=100)] = None,
    content_crs: Annotated[str | None, Header(alias="Content-Crs", description="The same, as a header.", max_length=100)] = None,
) -> Crs:
    """The coordinates of this request and its answer."""
    return crs_named(crs) or crs_named(content_crs) or "CRS84"


AskedCrs = Annotated[Crs, Depends(asked_crs)]


def said(crs: Crs) -> dict[str, str]:
    """The header that tells the coordinates of an answer."""
    return {"Content-Crs": f"<{URIS[crs]}>"}
