"""What the pages of somebody's own plots share: which plots these are, what comes next, and how a form is answered."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from geo_service.adoptions import parts
from geo_service.adoptions.queries import own
from geo_service.adoptions.schemas import AdoptionView, PauseView
from geo_service.adoptions.states import FINAL, KEPT
from geo_service.adoptions.waiting import WAITING, Waiting
from geo_service.errors import N_, NotFound
from geo_service.maintenance import queries
from geo_service.maintenance.schemas import TaskView
from geo_service.municipality import Municipality
from geo_service.web.pages.page import Page, SignedInPage

NOT_YOURS = N_("You have no plot {code}.")


@dataclass(frozen=True)
class OwnPlot:
    """A plot of the visitor: the adoption that goes on (or else the last one), and all of them."""

    now: AdoptionView
    chain: tuple[AdoptionView, ...]

    @property
    def code(self) -> str:
        return self.now.plot_code

    @property
    def kept(self) -> bool:
        """Whether the visitor looks after it now."""
        return self.now.state in KEPT

    @property
    def over(self) -> bool:
        """Whether nothing follows any more."""
        return self.now.state in FINAL

    @property
    def waiting(self) -> Waiting:
        """What follows, and who has the ball."""
        return WAITING[self.now.state]

    def values(self, municipality: Municipality) -> dict[str, Any]:
        """What the words about what follows may name."""
        return {"until": self.now.reserved_until, "weeks": int(municipality.answer.answer_weeks.value)}


def own_plots(page: SignedInPage) -> list[OwnPlot]:
    """The plots of the initiatives of the visitor: first those that they keep, then requests, then what is over."""
    chains: dict[tuple[str, Any], list[AdoptionView]] = {}
    for view in own(page.session, page.actor, page.today):
        chains.setdefault((view.plot_code, view.initiative_id), []).append(view)
    plots = [
        OwnPlot(next((view for view in reversed(chain) if view.state not in FINAL), chain[-1]), tuple(chain)) for chain in chains.values()
    ]
    return sorted(plots, key=lambda plot: (not plot.kept, plot.over, plot.now.starts_on or date.max, plot.code))


def own_plot(page: SignedInPage, code: str) -> OwnPlot:
    """The plot with this code, when it is the visitor's; for anybody else it is not there."""
    found = next((plot for plot in own_plots(page) if plot.code == code), None)
    if found is None:
        raise NotFound(NOT_YOURS, code=code)
    return found


def open_tasks(page: Page, plots: list[OwnPlot]) -> list[TaskView]:
    """What is to be done on plots that are not over, by day."""
    ids = [view.id for plot in plots if not plot.over for view in plot.chain]
    return queries.tasks_of(page.session, ids, "open")


def pauses_to_come(page: SignedInPage, plot: OwnPlot) -> list[PauseView]:
    """The pauses of a plot that last or are planned."""
    if not plot.kept:
        return []
    return [
        one for one in parts.pauses(page.session, page.actor, plot.now.id, page.today) if one.ends_on is None or one.ends_on > page.today
    ]


def as_day(text: str) -> date | None:
    """``2026-11-28``, or None when it is no day that anybody here lives to see: one can reckon with it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year < 2200 else None


def as_time(text: str) -> time | None:
    """``10:00``, or None when it is no time of the day."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError:
        return None


def as_number(text: str) -> float:
    """``1,5`` or ``1.5``; 0 when it is no number."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return 0
    return found if 0 <= found < 10_000 else 0
