"""The ground that a page is about, as it stands in its address: ``groen`` (repeated), ``schets`` or ``plek``."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import FormData, QueryParams

from geo_service.db.base import as_shape
from geo_service.errors import N_, InvalidInput, NotFound
from geo_service.plots import sketches
from geo_service.plots.geojson import MOST_OBJECTS, Asked
from geo_service.plots.queries import by_code
from geo_service.web.pages.page import Page

WHICH = N_("Choose one plot first: on the map or in the list.")


@dataclass(frozen=True)
class Chosen:
    """Whole green objects, a sketch, or a plot with a code; for an initiative (slug) when one is named."""

    green: tuple[str, ...] = ()
    sketch: UUID | None = None
    plot: str | None = None
    initiative: str | None = None

    @property
    def ground(self) -> list[tuple[str, str]]:
        """Names and values of the ground, for an address or hidden fields."""
        named = [("schets", str(self.sketch) if self.sketch else None), ("plek", self.plot)]
        return [*(("groen", one) for one in self.green), *((name, value) for name, value in named if value)]

    @property
    def query(self) -> str:
        """The ground and the initiative as they stand in an address."""
        return urlencode(self.ground + ([("initiatief", self.initiative)] if self.initiative else []))


def read_chosen(told: QueryParams | FormData) -> Chosen:
    """What was chosen, from an address or a form; InvalidInput unless it is exactly one piece of ground."""
    values = [(name, value) for name, value in told.multi_items() if isinstance(value, str) and value]
    green = tuple(dict.fromkeys(value for name, value in values if name == "groen"))[:MOST_OBJECTS]
    found = dict(values)
    chosen = Chosen(green, _uuid(found.get("schets")), found.get("plek", "")[:40] or None, found.get("initiatief", "")[:80] or None)
    if sum(map(bool, (chosen.green, chosen.sketch, chosen.plot))) != 1:
        raise InvalidInput(WHICH)
    return chosen


def asked_for(page: Page, chosen: Chosen) -> Asked:
    """The ground itself; NotFound when the plot or the sketch is not there (any more)."""
    if chosen.sketch:
        return sketches.sketch(page.session, chosen.sketch, page.now)
    if chosen.plot:
        found = by_code(page.session, chosen.plot)
        if found is None:
            raise NotFound(N_("There is no plot {code}."), code=chosen.plot)
        return as_shape(found[1].geom)
    return chosen.green


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        raise NotFound(sketches.GONE, days=sketches.LIVES.days) from None
