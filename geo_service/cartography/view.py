"""What of a map is asked for, and what a drawn map consists of: all that can be said of one without Folium."""

from dataclasses import dataclass
from datetime import date

from geo_service.cartography.definition import MapDefinition
from geo_service.errors import N_, InvalidInput
from geo_service.words import Language

UNKNOWN_LEVEL = N_("There is no level {level}; choose one of {levels}.")


@dataclass(frozen=True)
class View:
    """What of a map is asked for: the level (a key of its levels), the day, the language, and the district that it is limited to."""

    level: str
    at: date
    language: Language
    within: str | None = None


@dataclass(frozen=True)
class MapParts:
    """A drawn map, without any address of another host: three pieces of HTML and the assets that they need, in order."""

    title: str
    language: Language
    header: str
    body: str
    script: str
    assets: list[str]


def view_of(definition: MapDefinition, level: str | None, at: date, language: Language, within: str | None = None) -> View:
    """Check what is asked for; without a level it is the default of the map."""
    levels = definition.choropleth.levels
    if level is not None and level not in levels:
        raise InvalidInput(UNKNOWN_LEVEL, level=level, levels=", ".join(levels))
    return View(level or definition.choropleth.default, at, language, within)
