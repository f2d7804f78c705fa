"""What happened to a plot, told as one story: the states, the work, the tasks, and what residents and staff told each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions.agreements.queries import versions
from geo_service.adoptions.agreements.schemas import AgreementView
from geo_service.adoptions.schemas import AdoptionView, LogEntry
from geo_service.adoptions.service import log
from geo_service.days import AMSTERDAM, day_of
from geo_service.errors import N_
from geo_service.maintenance import queries
from geo_service.maintenance.schemas import KIND_WORDS, IncidentView, TaskView, WorkView
from geo_service.people.schemas import Actor

HAPPENED = {
    "created": ("document", N_("Request made")),
    "submitted": ("mail", N_("Request sent in")),
    "in_review": ("eye", N_("The municipality looks at the request")),
    "site_visit": ("eye", N_("A visit to the plot is planned")),
    "agreement_draft": ("document", N_("The municipality said yes")),
    "awaiting_signatures": ("pencil", N_("The agreement is ready to sign")),
    "active": ("sprout", N_("The plot is adopted")),
    "improvement": ("flag", N_("Agreed to make it better")),
    "notice_given": ("flag", N_("Notice given")),
    "ended": ("flag", N_("The agreement ended")),
    "refused": ("ban", N_("The request was refused")),
    "withdrawn": ("undo", N_("Request withdrawn")),
    "paused": ("clock", N_("The municipality takes over for a while")),
    "pause_removed": ("clock", N_("A planned pause was taken away")),
}
ICONS = {"help": "lifebuoy", "take_over": "lifebuoy", "hand_back": "undo", "mown": "warning", "question": "question"}
ROLES = {
    "resident": N_("Residents"),
    "wijkregisseur": N_("Wijkregisseur"),
    "toezichthouder": N_("Toezichthouder"),
    "planner": N_("Planner"),
    "analyst": N_("Municipality"),
    "admin": N_("Municipality"),
    "service": N_("This service"),
}
NOON = time(12)
AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Happening:
    """One thing that happened. ``by`` is a key of ``ROLES``; nobody is named."""

    at: datetime
    plot: str
    icon: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None
    by: str = "resident"
    measures: tuple[str, ...] = ()
    photo_id: UUID | None = None


def story(session: Session, actor: Actor, chain: Sequence[AdoptionView], now: datetime) -> list[Happening]:
    """What happened to the adoptions of one plot by one initiative, newest first."""
    ids, name = [view.id for view in chain], chain[0].plot_name
    incidents = queries.incidents_of(session, ids)
    told = [*_incidents(incidents, name), *_work(queries.work_of(session, ids), name)]
    told += _tasks(queries.tasks_of(session, ids, "done"), name)
    told += _agreements((version for view in chain for version in versions(session, view.id)), name)
    followed = {view.follows_id for view in chain}
    calls = [one.created_at for one in incidents if one.kind == "take_over"]
    for view in chain:
        entries = log(session, actor, view.id, day_of(now))
        told += _states(entries, name, calls, is_later_part=view.follows_id is not None, goes_on=view.id in followed)
    return sorted(told, key=lambda one: one.at, reverse=True)


def _states(entries: Iterable[LogEntry], name: str, calls: list[datetime], is_later_part: bool, goes_on: bool) -> list[Happening]:
    """States and pauses; a part that was handed back is told by its call alone."""
    found = []
    for entry in entries:
        called = entry.what == "paused" and any(abs(entry.at - call) < AT_ONCE for call in calls)
        cut = (entry.what == "created" and is_later_part) or (entry.what == "ended" and goes_on)
        if entry.what in HAPPENED and not called and not cut:
            icon, title = HAPPENED[entry.what]
            found.append(Happening(entry.at, name, icon, title, text=entry.reason, by=entry.by))
    return found


def _incidents(incidents: Iterable[IncidentView], name: str) -> list[Happening]:
    found = []
    for one in incidents:
        found.append(Happening(one.created_at, name, ICONS[one.kind], KIND_WORDS[one.kind], text=one.words, photo_id=one.photo_id))
        if one.answered_at is not None:
            found.append(Happening(one.answered_at, name, "mail", N_("Answer of the municipality"), text=one.answer, by="admin"))
        if one.solved_at is not None:
            found.append(Happening(one.solved_at, name, "check", N_("Solved: {what}"), {"what": KIND_WORDS[one.kind]}, by="admin"))
    return found


def _agreements(found: Iterable[AgreementView], name: str) -> list[Happening]:
    """What was signed, each version once: an adoption that follows another one has its versions too."""
    happened = []
    for version in {version.id: version for version in found}.values():
        for signature in version.signatures:
            by = "resident" if signature.side == "residents" else "service" if signature.mandated else "admin"
            values = {"number": version.number}
            happened.append(Happening(signature.signed_at, name, "pencil", N_("Signed the agreement, version {number}"), values, by=by))
    return happened


def _work(work: Iterable[WorkView], name: str) -> list[Happening]:
    return [
        Happening(
            datetime.combine(one.day, NOON, AMSTERDAM),
            name,
            "rake",
            N_("{hours} hours of work"),
            {"hours": in_hours(one.half_hours)},
            text=one.note,
            measures=one.measures,
            photo_id=one.photo_id,
        )
        for one in work
    ]


def in_hours(half_hours: int) -> float:
    """Half hours as hours; whole ones as a whole number, so that they are told without a comma."""
    return half_hours // 2 if half_hours % 2 == 0 else half_hours / 2


def _tasks(tasks: Iterable[TaskView], name: str) -> list[Happening]:
    return [
        Happening(one.done_at, name, "check", N_("Task done: {what}"), {"what": one.what}, text=one.note) for one in tasks if one.done_at
    ]
