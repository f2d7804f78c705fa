"""Addresses of a municipality that did not import them, from PDOK's Locatieserver or one like it.

The answer (fields ``weergavenaam``, ``type``, ``centroide_rd``) is read as public users of the service read it; what is not understood
is left out. Nothing of it is kept.
"""

import re
from typing import Any

from geo_service import __version__
from geo_service.geometry import RD_BOUNDS
from geo_service.registers.search.schemas import Kind, Spot

TIMEOUT_S = 2.0
LARGEST_ANSWER = 256 * 1024
KINDS: dict[str, Kind] = {"adres": "address", "weg": "street", "postcode": "postcode"}
POINT = re.compile(r"POINT ?\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)")


def ask(url: str, municipality: str, words: str, limit: int) -> list[Spot] | None:
    """The spots that a service at ``url`` (its ``…/search/v3_1``) knows in a municipality (``GM0034``); None when it does not answer."""
    import httpx2 as httpx  # who imported the addresses never asks

    asked: dict[str, str | list[str]] = {
        "q": words,
        "rows": str(limit),
        "fq": [f"gemeentecode:{municipality.removeprefix('GM')}", f"type:({' OR '.join(KINDS)})"],
        "fl": "weergavenaam,type,centroide_rd",
    }
    headers = {"User-Agent": f"zelfbeheer-geo-service/{__version__}", "Accept": "application/json"}
    try:
        answer = httpx.get(f"{url.rstrip('/')}/free", params=asked, headers=headers, timeout=TIMEOUT_S)
        answer.raise_for_status()
        told = answer.json()["response"]["docs"] if len(answer.content) <= LARGEST_ANSWER else []
        spots = [_spot(each, words) for each in told]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError):
        return None
    return [spot for spot in spots if spot][:limit]


def _spot(told: dict[str, Any], words: str) -> Spot | None:
    name, _, within = str(told.get("weergavenaam", "")).partition(", ")
    kind, point = KINDS.get(str(told.get("type"))), POINT.fullmatch(str(told.get("centroide_rd")))
    if not name or kind is None or point is None:
        return None
    x, y = float(point[1]), float(point[2])
    inside = RD_BOUNDS[0] <= x <= RD_BOUNDS[2] and RD_BOUNDS[1] <= y <= RD_BOUNDS[3]
    return Spot(kind, name[:100], within[:100], x, y, name.lower() == words.lower()) if inside else None
