"""What is asked of PDOK: addresses and parameters (docs/pdok-import.md tells where each is known from)."""

import hashlib
import math
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import shapely

from geo_service.errors import N_, UnusableSource
from geo_service.geometry import RD_URI
from geo_service.registers.schemas import Kind

PREFIX = "pdok:"
PAGE = 1000
BGT = "/lv/bgt/ogc/v1/collections/{collection}/items"
CBS = "/cbs/wijken-en-buurten-{year}/ogc/v1/collections/{collection}/items"
GREEN = ("begroeidterreindeel", "ondersteunendwegdeel")
DISTRICTS = ("gemeenten", "wijken", "buurten")
# properties that PDOK is known to have and that we have no use for
KNOWN = {
    "op_talud", "status", "bgt_status", "plus_status", "in_onderzoek", "lv_publicatiedatum", "creation_date", "termination_date", "version",
    "gemeentecode", "wijkcode", "gemeentenaam", "wijknaam",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """One collection, asked in RD. ``optional``: parameters that narrow the answer, and that a server may not know."""

    collection: str
    path: str
    parameters: dict[str, str]
    optional: tuple[str, ...] = ()

    def url(self, base: str) -> str:
        """The address of the first page; the next ones are told by the server."""
        return f"{base}{self.path}?{urlencode(self.parameters)}"

    def broader(self) -> "Question":
        """The same without what a server may not know."""
        return replace(self, parameters={name: value for name, value in self.parameters.items() if name not in self.optional}, optional=())

    def fingerprint(self, base: str) -> str:
        """Pages of another question are never mixed with these."""
        return hashlib.sha256(self.url(base).encode()).hexdigest()


def understand(source: str, year: int | None) -> tuple[str, int | None]:
    """The municipality and the edition of ``pdok:GM0034`` or ``pdok:GM0034@2024``."""
    told = re.fullmatch(r"pdok:(GM\d{4})(?:@((?:19|20)\d{2}))?", source.strip(), re.IGNORECASE)
    if not told:
        raise UnusableSource(N_("{source} is not understood. Write pdok:GM0034, or with a year pdok:GM0034@2024."), source=source[:80])
    return told[1].upper(), int(told[2]) if told[2] else year


def questions(kind: Kind, code: str, year: int | None, area: Any) -> list[Question]:
    """What to ask for a kind. ``area``: the municipality in RD, for green."""
    common = {"f": "json", "limit": str(PAGE), "crs": RD_URI}
    if kind == "green":
        west, south, east, north = shapely.bounds(area)
        bbox = f"{math.floor(west)},{math.floor(south)},{math.ceil(east)},{math.ceil(north)}"
        return [Question(name, BGT.format(collection=name), {**common, "bbox": bbox, "bbox-crs": RD_URI}) for name in GREEN]
    if kind == "districts":
        if year is None:
            raise UnusableSource(N_("Districts come in yearly editions: pdok:{code}@2024, or --year 2024."), code=code)
        wanted = {**common, "gemeentecode": code}
        return [Question(name, CBS.format(year=year, collection=name), wanted, optional=("gemeentecode",)) for name in DISTRICTS]
    raise UnusableSource(N_("From PDOK come districts and green; {kind} must come from a file."), kind=kind)
