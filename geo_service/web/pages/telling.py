"""A place in words: the lines of a list, a card or a page."""

from dataclasses import dataclass
from datetime import datetime

from geo_service.adoptions.places.schemas import Place
from geo_service.errors import N_
from geo_service.registers.kinds import kind_name, kind_of, name_of
from geo_service.words import Language, number, say

HERE_M = 5


@dataclass(frozen=True)
class ToldPlace:
    """A place as a list shows it; ``meta`` are its parts in words, ``until`` a moment."""

    key: str
    name: str
    status: str
    distance: str
    meta: tuple[str, ...]
    address: str
    picture: str
    lon: float
    lat: float


def told_place(place: Place, language: Language, now: datetime, *, distance: bool = True) -> ToldPlace:
    """A place for a reader of this language."""
    meta = [kind_name(kind_of(place.green_type), language)] if place.name else []
    meta.append(f"{number(max(place.area_m2, 1), language)} m²")
    if place.consent:
        meta.append(say(N_("permission needed"), language))
    if place.group:
        meta.append(say(N_("by {group}"), language, group=place.group))
    if place.status == "gereserveerd" and place.reserved_until and place.reserved_until > now:
        meta.append(say(N_("free again if it is not confirmed by {moment}"), language, moment=place.reserved_until))
    return ToldPlace(
        place.key,
        place.name or name_of(place.green_type, place.street, language),
        place.status,
        told_distance(place.distance_m, language) if distance else "",
        tuple(meta),
        f"/{place.key}",
        f"/{place.key}/kaart.svg",
        place.lon,
        place.lat,
    )


def told_distance(metres: float, language: Language) -> str:
    """``40 m`` or ``1,2 km``."""
    if metres < HERE_M:
        return say(N_("here"), language)
    if metres < 1000:
        return f"{number(max(round(metres, -1), 10), language)} m"
    return f"{number(metres / 1000, language, 1)} km"
