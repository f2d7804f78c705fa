"""What enters and leaves: tasks, work and incidents, with the words for them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from shapely import MultiPolygon

from geo_service.errors import N_

TASK_STATES = ("open", "done", "dropped")
KINDS = ("help", "take_over", "hand_back", "mown", "question")
NOODKNOP = ("help", "take_over", "hand_back")
INCIDENT_STATES = ("open", "answered", "solved")

MEASURES = {
    "weeding": N_("Weeding"),
    "pruning": N_("Pruning"),
    "leaves": N_("Clearing leaves"),
    "planting": N_("Planting"),
    "watering": N_("Watering"),
    "litter": N_("Picking up litter"),
    "mowing": N_("Mowing"),
}
"""What residents do, in the order in which it is offered."""

KIND_WORDS = {
    "help": N_("Asked for help"),
    "take_over": N_("Asked to take over for a while"),
    "hand_back": N_("Gave ground back"),
    "mown": N_("Told that the plot was mown"),
    "question": N_("Asked a question"),
}
STATE_WORDS = {"open": N_("No answer yet"), "answered": N_("Answered"), "solved": N_("Solved")}


@dataclass(frozen=True)
class TaskAsked:
    """A task as somebody writes it. It comes back after ``every_weeks``, or ``yearly``, or not."""

    what: str
    day: date | None
    starts: time | None = None
    ends: time | None = None
    note: str | None = None
    every_weeks: int | None = None
    yearly: bool = False


@dataclass(frozen=True)
class TaskView:
    """A task with the plot that it belongs to. ``by`` tells a role."""

    id: UUID
    adoption_id: UUID
    plot_code: str
    plot_name: str
    what: str
    note: str | None
    day: date
    starts: time | None
    ends: time | None
    every_weeks: int | None
    yearly: bool
    state: str
    version: int
    done_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True)
class WorkAsked:
    """Work as somebody tells it: ``half_hours`` of all people together."""

    day: date | None
    half_hours: int
    measures: tuple[str, ...] = ()
    people: int = 1
    note: str | None = None
    photo_id: UUID | None = None


@dataclass(frozen=True)
class WorkView:
    """Work that was done, without who did it."""

    id: UUID
    adoption_id: UUID
    day: date
    measures: tuple[str, ...]
    half_hours: int
    people: int
    note: str | None
    photo_id: UUID | None
    created_at: datetime


@dataclass(frozen=True)
class Told:
    """What a resident tells. ``part`` (RD) is None for the whole plot; ``until`` is the first day on which they take it up again."""

    kind: str
    words: str | None = None
    part: MultiPolygon | None = None
    until: date | None = None
    task_id: UUID | None = None
    day: date | None = None
    photo_id: UUID | None = None


@dataclass(frozen=True)
class IncidentView:
    """An incident as members and staff of the district see it. ``name`` and ``email`` are for staff who answer."""

    id: UUID
    adoption_id: UUID
    plot_code: str
    plot_name: str
    kind: str
    state: str
    words: str | None
    day: date
    answer_by: date
    part_m2: float | None
    task: str | None
    pause_id: UUID | None
    photo_id: UUID | None
    answer: str | None
    answered_at: datetime | None
    solved_at: datetime | None
    created_at: datetime
    name: str | None = field(default=None, repr=False)
    email: str = field(default="", repr=False)

    @property
    def is_noodknop(self) -> bool:
        """Whether the resident cannot manage for now."""
        return self.kind in NOODKNOP
