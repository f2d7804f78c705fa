"""What requests for GeoJSON share: their query, pages with a link to the next, and the headers."""

import math
from typing import Any

import orjson
from fastapi import Request, Response
from pydantic import ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from geo_service.errors import InvalidInput
from geo_service.geometry import RD
from geo_service.plots.geojson import Crs, crs_named
from geo_service.registers.features import Page
from geo_service.web.crs import said
from geo_service.web.schemas import Question

MEDIA_TYPE = "application/geo+json"
FARTHEST = 1e8
GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}, "description": "GeoJSON in the coordinates that Content-Crs tells."}
}


class FeatureQuery(Question):
    """One feature: in which coordinates."""

    model_config = ConfigDict(alias_generator=to_camel)

    crs: str | None = Field(None, max_length=100, description="CRS84 (default) or EPSG:28992 (RD).")

    @field_validator("crs")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        try:
            crs_named(value)
        except InvalidInput:
            raise ValueError("only CRS84 and RD (EPSG:28992) are known here") from None
        return value

    @property
    def system(self) -> Crs:
        """The coordinates that were asked for."""
        return crs_named(self.crs) or "CRS84"

    @property
    def srid(self) -> int:
        """The same as the EPSG code of the stored geometry."""
        return RD if self.system == "RD" else 4326


class PageQuery(FeatureQuery):
    """A page of features."""

    limit: int = Field(100, ge=1, le=1000)
    cursor: str | None = Field(None, max_length=40, description="From the link to the next page.")


def parse_bbox(value: str) -> tuple[float, float, float, float]:
    """``xmin,ymin,xmax,ymax``; raises ValueError."""
    try:
        numbers = [float(number) for number in value.split(",")]
    except ValueError:
        numbers = []
    usable = len(numbers) == 4 and all(math.isfinite(number) and abs(number) < FARTHEST for number in numbers)
    if not usable or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise ValueError("a bbox is four numbers: xmin,ymin,xmax,ymax")
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def answer_page(request: Request, page: Page, crs: Crs) -> Response:
    """A FeatureCollection; the next page is linked in the body and in the header."""
    links, headers = [], dict(said(crs))
    if page.next:
        href = str(request.url.include_query_params(cursor=page.next))
        links.append({"rel": "next", "href": href, "type": MEDIA_TYPE})
        headers["Link"] = f'<{href}>; rel="next"'
    body = (
        f'{{"type":"FeatureCollection","numberReturned":{page.count},"links":{orjson.dumps(links).decode()},"features":[{page.features}]}}'
    )
    return Response(body, headers=headers, media_type=MEDIA_TYPE)


def answer_feature(feature: str, crs: Crs) -> Response:
    """One feature."""
    return Response(feature, headers=said(crs), media_type=MEDIA_TYPE)
