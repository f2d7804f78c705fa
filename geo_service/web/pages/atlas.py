"""The map of residents in a page: its options, as ``js/atlas.js`` documents them. The template ``_atlas.html`` shows it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from shapely import Point

from geo_service.cartography.queries import is_schematic
from geo_service.errors import N_
from geo_service.geometry import to_lonlat
from geo_service.installation import Installation
from geo_service.registers.queries import reach
from geo_service.registers.search.queries import middle
from geo_service.web.pages.page import Page
from geo_service.web.pages.render import PDOK
from geo_service.words import say

Mode = Literal["view", "choose", "draw", "pin"]
Shown = Literal["free", "plots", "ideas", "districts"]
TILES = "/ogc/v1/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}"
GROUND = "achtergrond"
IDEAS = "ideeen"
NEAR, CLOSE = 16.0, 17.5
MARGIN = 0.05
MIDDLE_OF_THE_COUNTRY = (5.387206, 52.155174)
PDOK_BACKGROUND = {
    "url": f"{PDOK}/brt/achtergrondkaart/wmts/v2_0/standaard/EPSG:3857/{{z}}/{{x}}/{{y}}.png",
    "maxZoom": 19,
}
WORDS = {
    "locating": N_("Looking for your location…"),
    "notLocated": N_("We do not know where you are. Search for your street."),
    "nothingHere": N_("There is nothing to choose here."),
    "noGreen": N_("There is no green here that we know."),
    "added": N_("Added"),
    "takenAway": N_("Taken away"),
    "corner": N_("Corner"),
    "moreCorners": N_("An area needs three corners."),
    "closed": N_("The area is closed. Drag a corner to change it."),
    "undone": N_("One step back."),
    "pinned": N_("The pin is put here."),
}
STATUS_WORDS = {
    "vrij": N_("Free"),
    "gereserveerd": N_("Reserved"),
    "aangevraagd": N_("Requested"),
    "geadopteerd": N_("Adopted"),
}


def atlas(
    page: Page,
    *,
    mode: Mode = "view",
    center: tuple[float, float] | None = None,
    zoom: float | None = None,
    bounds: Sequence[float] | None = None,
    fit: Mapping[str, Any] | None = None,
    layers: Sequence[Shown] = ("districts", "free", "plots", "ideas"),
    **more: Any,
) -> dict[str, Any]:
    """Options of a map: around ``center`` (longitude, latitude) with ``zoom``, or fitted to ``bounds`` (W, S, E, N) or a GeoJSON geometry.

    Without any of these it shows the middle of the first stadsdeel. ``more``: selected, shape, chosen, input.
    """
    shown = [layer for layer in layers if layer != "ideas" or IDEAS in page.here.catalogue]
    start, extent = _reach(page)
    place, close = (center, zoom or CLOSE) if center else (start, zoom or NEAR)
    return {
        "mode": mode,
        "center": place,
        "zoom": close,
        **({"bounds": list(bounds)} if bounds else {}),
        **({"fit": fit} if fit else {}),
        "extent": extent,
        "layers": shown,
        "largest": page.municipality.rules.maximum_area.value,
        "tiles": TILES,
        "ground": _looks(page.here),
        "background": PDOK_BACKGROUND if page.here.settings.background == "pdok" else None,
        "schematic": is_schematic(page.session),
        "language": page.language,
        "words": {
            **{name: say(text, page.language) for name, text in WORDS.items()},
            "status": {name: say(text, page.language) for name, text in STATUS_WORDS.items()},
        },
        **{name: value for name, value in more.items() if value is not None},
    }


def _looks(here: Installation) -> dict[str, dict[str, Any]]:
    """The colours of each kind of ground, from its layer: one source for tiles, QGIS and this map."""
    layer = here.catalogue.get(GROUND)
    values = layer.style.values if layer else {}
    return {kind: {"fill": look.fill, "line": look.line, "width": look.width} for kind, look in values.items()}


def _reach(page: Page) -> tuple[tuple[float, float], list[float] | None]:
    """Where a map begins (where people live in the first stadsdeel of the municipality's file), and how far it goes: W, S, E, N."""
    first = page.municipality.stadsdelen[0].code if page.municipality.stadsdelen else ""
    found = reach(page.session, first)
    if found is None:
        return MIDDLE_OF_THE_COUNTRY, None
    homes = middle(page.session, first)
    point, box = to_lonlat(Point(homes) if homes else found[0]), to_lonlat(found[1])
    west, south, east, north = box.bounds
    return (round(point.x, 6), round(point.y, 6)), [west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN]
