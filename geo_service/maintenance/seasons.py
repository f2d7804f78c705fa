"""What the time of the year asks for. Pure.

Breeding: 15 March to 15 July is a rule of thumb; the law protects a nest whenever it is in use, so this warns and blocks nothing
(Vogelbescherming, 14-3-2024 and 2-4-2024). Planting: mid-October to mid-March (Zoetermeer, adoptiegroen).
"""

from dataclasses import dataclass
from datetime import date

from geo_service.errors import N_


@dataclass(frozen=True)
class Season:
    """A part of the year, from its first day to the first day after it (month, day)."""

    key: str
    first: tuple[int, int]
    end: tuple[int, int]
    title: str
    hint: str
    source: str

    def holds(self, day: date) -> bool:
        """Whether a day lies in it; a season may run over New Year."""
        today = (day.month, day.day)
        return self.first <= today < self.end if self.first < self.end else today >= self.first or today < self.end

    def next_start(self, day: date) -> date:
        """The next first day, after ``day``."""
        this_year = date(day.year, *self.first)
        return this_year if this_year > day else date(day.year + 1, *self.first)


SEASONS = (
    Season(
        "breeding",
        (3, 15),
        (7, 16),
        N_("Check for nests first"),
        N_("Found a nest? Prune later. A nest that is in use is protected all year."),
        N_("Rule of thumb of Vogelbescherming: 15 March to 15 July"),
    ),
    Season(
        "planting",
        (10, 15),
        (3, 15),
        N_("Time to plant"),
        N_("Shrubs and perennials take root best from mid-October to mid-March."),
        N_("Example: Zoetermeer, planting season"),
    ),
)


def now_and_next(day: date) -> tuple[list[Season], list[tuple[date, Season]]]:
    """The seasons that hold on a day, and those that come, by date."""
    holding = [season for season in SEASONS if season.holds(day)]
    coming = sorted(((season.next_start(day), season) for season in SEASONS if season not in holding), key=lambda pair: pair[0])
    return holding, coming
