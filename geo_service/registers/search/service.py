"""What one does here: say in a few words where, and get the places that may be meant."""

import re
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from geo_service.municipality import Municipality
from geo_service.registers.search import locatieserver, queries
from geo_service.registers.search.schemas import Found, Kind, Spot

LONGEST = 100
POSTCODE = re.compile(r"(\d{4})(?: ?([a-z]{2}))?(?:[ ,]+(\d+ ?[a-z0-9-]*))?")
ADDRESS = re.compile(r"(.*?[^\d\s,])[\s,]+(\d.*)")


def search(session: Session, words: str, municipality: Municipality, elsewhere: str = "", limit: int = 8) -> Found:
    """Addresses, streets, postcodes and districts that fit ``words``, best first.

    ``elsewhere`` is the address of a Locatieserver that is asked where no addresses were imported.
    """
    asked = " ".join(words[:LONGEST].lower().split())
    if not asked:
        return Found(())
    spots = _registered(session, asked, limit)
    if elsewhere and not queries.addresses_known(session):
        more = locatieserver.ask(elsewhere, municipality.code, asked, limit)
        return Found(tuple(_once([*(more or []), *spots]))[:limit], complete=more is not None)
    return Found(tuple(spots[:limit]))


def _registered(session: Session, asked: str, limit: int) -> list[Spot]:
    if match := POSTCODE.fullmatch(asked):
        postcode, number = (match[1] + (match[2] or "")).upper(), (match[3] or "").replace(" ", "")
        return _spots("address" if number else "postcode", queries.postcodes(session, postcode, number, limit))
    found: list[Spot] = []
    if match := ADDRESS.fullmatch(asked):
        found = _spots("address", queries.addresses(session, match[1], match[2].replace(" ", ""), limit))
        asked = asked if found else match[1]
    if not found:
        found = _spots("street", queries.streets(session, asked, limit))
    return sorted([*found, *_spots("district", queries.districts(session, asked, limit))], key=lambda spot: not spot.exact)


def _spots(kind: Kind, rows: list[Row[Any]]) -> list[Spot]:
    return [Spot(kind, row.name, row.within, row.x, row.y, row.exact) for row in rows]


def _once(spots: list[Spot]) -> list[Spot]:
    """The first of each name: a service and the registers may know the same street."""
    return list({(spot.kind, spot.name.lower()): spot for spot in reversed(spots)}.values())[::-1]
