"""What somebody looks for on ``/``, read from the address and written back into one: map and list are two views of it."""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request

from geo_service.adoptions.places.schemas import STATUSES, Wanted
from geo_service.errors import N_, InvalidInput, fault
from geo_service.registers.kinds import KINDS

PAGE = 20
MOST = 200
LONGEST = 100
LARGEST_M2 = 1_000_000.0
NETHERLANDS = (3.0, 50.5, 7.5, 53.8)
NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,3})?")
NO_POINT = N_("Write a point in the Netherlands as longitude,latitude: 5.22,52.34.")
NO_AREA = N_("Write a number of m², such as 50.")
UNKNOWN = N_("Choose one of: {values}.")


@dataclass(frozen=True)
class Search:
    """Words, or a point (longitude, latitude), and what the places must be like. ``shown``: how many the list holds."""

    words: str = ""
    at: tuple[float, float] | None = None
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    as_list: bool = False
    shown: int = PAGE

    @property
    def wanted(self) -> Wanted:
        """The part that the places must fit."""
        return Wanted(self.statuses, self.kinds, self.at_least, self.at_most)

    @property
    def filtered(self) -> bool:
        """Whether any filter is on."""
        return self.wanted != Wanted()

    @property
    def point(self) -> str:
        """The point as the address holds it."""
        return f"{self.at[0]:.6f},{self.at[1]:.6f}" if self.at else ""

    def address(self, **changes: Any) -> str:
        """The address of this search, or of one like it; how many are shown starts anew unless it is named."""
        other = replace(self, **{"shown": PAGE, **changes})
        pairs = [("q", other.words), ("bij", other.point), *(("status", each) for each in other.statuses)]
        pairs += [("soort", each) for each in other.kinds]
        pairs += [("vanaf", _told(other.at_least)), ("tot", _told(other.at_most)), ("weergave", "lijst" if other.as_list else "")]
        pairs += [("toon", str(other.shown) if other.shown > PAGE else "")]
        query = urlencode([(key, value) for key, value in pairs if value], quote_via=quote, safe=",")
        return f"/?{query}" if query else "/"


def read_search(request: Request) -> Search:
    """The search of an address. ``voor`` tells for which words ``bij`` was found: with other words it counts no more."""
    asked = request.query_params
    words = " ".join(asked.get("q", "").split())[:LONGEST]
    faults: list[dict[str, Any]] = []
    point = None if asked.get("voor", words) != words else _point(asked.get("bij", ""), faults)
    search = Search(
        words,
        point,
        _chosen("status", asked.getlist("status"), STATUSES, faults),
        _chosen("soort", asked.getlist("soort"), tuple(KINDS), faults),
        _area("vanaf", asked.get("vanaf", ""), faults),
        _area("tot", asked.get("tot", ""), faults),
        asked.get("weergave") == "lijst",
        min(max(int(shown), PAGE), MOST) if (shown := asked.get("toon", "")).isdecimal() and len(shown) < 5 else PAGE,
    )
    if faults:
        raise InvalidInput(details={"errors": faults})
    return search


def _chosen(key: str, values: list[str], known: tuple[str, ...], faults: list[dict[str, Any]]) -> tuple[str, ...]:
    if not set(values) <= {*known, ""}:
        faults.append(fault(key, UNKNOWN, values=", ".join(known)))
    return tuple(each for each in known if each in values)


def _area(key: str, value: str, faults: list[dict[str, Any]]) -> float | None:
    told = value.strip()
    if not told:
        return None
    if not NUMBER.fullmatch(told) or float(told.replace(",", ".")) > LARGEST_M2:
        faults.append(fault(key, NO_AREA))
        return None
    return float(told.replace(",", ".")) or None


def _point(value: str, faults: list[dict[str, Any]]) -> tuple[float, float] | None:
    if not value.strip():
        return None
    try:
        lon, lat = (float(part) for part in value.split(","))
    except ValueError:
        lon, lat = 0.0, 0.0
    west, south, east, north = NETHERLANDS
    if west <= lon <= east and south <= lat <= north:
        return lon, lat
    faults.append(fault("bij", NO_POINT))
    return None


def _told(area: float | None) -> str:
    return "" if area is None else f"{area:g}"
