"""Every select on tasks, work and incidents."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from geo_service.adoptions.models import Adoption, Pause
from geo_service.adoptions.queries import LIES_IN, districts_of, seen_in_full
from geo_service.adoptions.states import FINAL, KEPT
from geo_service.days import day_of
from geo_service.db.base import as_geometry, as_shape
from geo_service.initiatives.models import InitiativeMember
from geo_service.maintenance.models import Incident, Task, Work
from geo_service.maintenance.schemas import IncidentView, TaskView, Told, WorkView
from geo_service.people.models import Person
from geo_service.people.queries import staff_in
from geo_service.people.schemas import STAFF, Actor
from geo_service.plots.models import Plot
from geo_service.registers.models import GreenObject


def kept_now(session: Session, adoption_ids: Collection[UUID]) -> UUID | None:
    """Of the adoptions of a chain, the one that residents keep now."""
    return session.scalar(select(Adoption.id).where(Adoption.id.in_(adoption_ids), Adoption.state.in_(KEPT)).limit(1))


def chain_of(session: Session, adoption_id: UUID) -> set[UUID]:
    """The adoptions of the same plot by the same initiative: what was handed back in part goes on as another adoption."""
    same = select(Adoption.plot_id, Adoption.initiative_id).where(Adoption.id == adoption_id).subquery()
    both = (Adoption.plot_id == same.c.plot_id) & (Adoption.initiative_id == same.c.initiative_id)
    return set(session.scalars(select(Adoption.id).join(same, both)))


def task_for_update(session: Session, task_id: UUID) -> Task | None:
    """A task that nobody else changes until the end of this transaction."""
    statement = select(Task).where(Task.id == task_id).with_for_update(key_share=True)
    return session.scalar(statement.execution_options(populate_existing=True))


def tasks_of(session: Session, adoption_ids: Collection[UUID], *states: str) -> list[TaskView]:
    """The tasks of some adoptions, in the order of their days; in every state unless some are named."""
    statement = _tasks().where(Task.adoption_id.in_(adoption_ids))
    if states:
        statement = statement.where(Task.state.in_(states))
    return [TaskView(**row._asdict()) for row in session.execute(statement.order_by(Task.day, Task.starts, Task.created_at))]


def task(session: Session, task_id: UUID) -> TaskView | None:
    """One task."""
    row = session.execute(_tasks().where(Task.id == task_id)).one_or_none()
    return TaskView(**row._asdict()) if row else None


def tasks_for(session: Session, person_id: UUID, since: datetime) -> list[TaskView]:
    """For a calendar: the tasks of everything that a person keeps now; dropped and done ones for a while."""
    own = select(InitiativeMember.initiative_id).where(InitiativeMember.person_id == person_id)
    later = aliased(Adoption)
    same_plot = (later.plot_id == Adoption.plot_id) & (later.initiative_id == Adoption.initiative_id)
    going_on = exists().where(same_plot, later.state.not_in(FINAL))
    shown = or_(Task.state == "open", Task.changed_at >= since)
    statement = _tasks().where(Adoption.initiative_id.in_(own), going_on, shown)
    return [TaskView(**row._asdict()) for row in session.execute(statement.order_by(Task.day, Task.id))]


def work_of(session: Session, adoption_ids: Collection[UUID]) -> list[WorkView]:
    """The work on some adoptions, newest first."""
    rows = session.execute(
        select(
            Work.id, Work.adoption_id, Work.day, Work.measures, Work.half_hours, Work.people, Work.note, Work.photo_id, Work.created_at
        )
        .where(Work.adoption_id.in_(adoption_ids))
        .order_by(Work.day.desc(), Work.created_at.desc())
    )  # fmt: skip
    return [WorkView(**{**row._asdict(), "measures": tuple(row.measures)}) for row in rows]


def half_hours_since(session: Session, adoption_ids: Collection[UUID], since: date) -> int:
    """How many half hours were worked on some adoptions since a day."""
    total = select(func.sum(Work.half_hours)).where(Work.adoption_id.in_(adoption_ids), Work.day >= since)
    return session.scalar(total) or 0


def incident_for_update(session: Session, incident_id: UUID) -> Incident | None:
    """An incident that nobody else changes until the end of this transaction."""
    statement = select(Incident).where(Incident.id == incident_id).with_for_update(key_share=True)
    return session.scalar(statement.execution_options(populate_existing=True))


def told_already(session: Session, adoption_ids: Collection[UUID], told: Told, now: datetime) -> UUID | None:
    """The incident that somebody who presses twice means: open, of this kind, about the same task and ground.

    Help is asked once until it was answered; taking over once as long as the pause lasts; the rest once in a day.
    """
    same_ground = Incident.geom.is_(None) if told.part is None else func.st_equals(Incident.geom, as_geometry(told.part))
    running = select(Pause.id).where(or_(func.upper_inf(Pause.period), func.upper(Pause.period) > day_of(now)))
    statement = select(Incident.id).where(
        Incident.adoption_id.in_(adoption_ids),
        Incident.kind == told.kind,
        Incident.state == "open",
        Incident.task_id.is_not_distinct_from(told.task_id),
        same_ground,
    )
    if told.kind == "take_over":
        statement = statement.where(Incident.pause_id.in_(running))
    elif told.kind != "help":
        statement = statement.where(Incident.created_at > now - timedelta(days=1), Incident.words.is_not_distinct_from(told.words))
    return session.scalar(statement.limit(1))


def incident(session: Session, incident_id: UUID) -> IncidentView | None:
    """One incident."""
    row = session.execute(_incidents().where(Incident.id == incident_id)).one_or_none()
    return _view(row) if row else None


def incident_of_pause(session: Session, pause_id: UUID) -> Incident | None:
    """The open call to take over that made a pause."""
    statement = select(Incident).where(Incident.pause_id == pause_id, Incident.state != "solved").with_for_update(key_share=True)
    return session.scalar(statement)


def incidents_of(session: Session, adoption_ids: Collection[UUID]) -> list[IncidentView]:
    """What was told about some adoptions, newest first."""
    rows = session.execute(_incidents().where(Incident.adoption_id.in_(adoption_ids)).order_by(Incident.created_at.desc()))
    return [_view(row) for row in rows]


def queue(session: Session, actor: Actor, states: Sequence[str], limit: int = 200) -> list[IncidentView]:
    """What residents told in the districts of this member of staff: open first, the most urgent on top."""
    districts = actor.districts_as(STAFF)
    statement = _incidents(Person.name, Person.email).join(Person, Person.id == Incident.person_id).where(Incident.state.in_(states))
    if districts is not None:
        statement = statement.where(Incident.adoption_id.in_(select(LIES_IN.c.adoption_id).where(LIES_IN.c.code.in_(districts))))
    by_state = func.array_position(func.string_to_array("open,answered,solved", ","), Incident.state)
    return [_view(row) for row in session.execute(statement.order_by(by_state, Incident.answer_by, Incident.created_at).limit(limit))]


def incidents_seen(
    session: Session,
    actor: Actor,
    *,
    adoption_id: UUID | None = None,
    incident_id: UUID | None = None,
    state: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[IncidentView]:
    """What this reader may know of, as a member or as staff of the district, newest first."""
    asked = {Incident.adoption_id: adoption_id, Incident.id: incident_id, Incident.state: state}
    statement = _incidents().where(seen_in_full(actor), *[column == value for column, value in asked.items() if value is not None])
    rows = session.execute(statement.order_by(Incident.created_at.desc(), Incident.id).limit(limit).offset(offset))
    return [_view(row) for row in rows]


def tasks_seen(
    session: Session, actor: Actor, *, adoption_id: UUID | None = None, state: str | None = None, limit: int = 100, offset: int = 0
) -> list[TaskView]:
    """The tasks that this reader may know of, as a member or as staff of the district, in the order of their days."""
    asked = {Task.adoption_id: adoption_id, Task.state: state}
    statement = _tasks().where(seen_in_full(actor), *[column == value for column, value in asked.items() if value is not None])
    rows = session.execute(statement.order_by(Task.day, Task.starts, Task.created_at, Task.id).limit(limit).offset(offset))
    return [TaskView(**row._asdict()) for row in rows]


def green_under(session: Session, adoption_id: UUID, day: date) -> list[tuple[str, str, Any]]:
    """The green objects under an adoption on a day: register id, kind and shape (RD)."""
    kind = func.coalesce(GreenObject.plus_type, GreenObject.appearance)
    rows = session.execute(
        select(GreenObject.register_id, kind, GreenObject.geom)
        .join(Adoption, Adoption.geom.op("&&")(GreenObject.geom))
        .where(Adoption.id == adoption_id, GreenObject.applies.contains(day), func.st_intersects(Adoption.geom, GreenObject.geom))
        .order_by(GreenObject.register_id)
    )
    return [(register_id, kind, as_shape(geom)) for register_id, kind, geom in rows]


def contact_of(session: Session, adoption_id: UUID) -> Person | None:
    """The wijkregisseur of the district of an adoption."""
    return next(iter(staff_in(session, ("wijkregisseur",), districts_of(session, adoption_id))), None)


def person(session: Session, person_id: UUID) -> Person:
    """Somebody who is there."""
    return session.get_one(Person, person_id)


def _tasks() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Task.id, Task.adoption_id, Plot.code.label("plot_code"), Plot.name.label("plot_name"), Task.what, Task.note, Task.day,
            Task.starts, Task.ends, Task.every_weeks, Task.yearly, Task.state, Task.version, Task.done_at, Task.changed_at,
        )
        .join(Adoption, Adoption.id == Task.adoption_id)
        .join(Plot, Plot.id == Adoption.plot_id)
    )  # fmt: skip


def _incidents(*more: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Incident.id, Incident.adoption_id, Plot.code.label("plot_code"), Plot.name.label("plot_name"), Incident.kind, Incident.state,
            Incident.words, Incident.day, Incident.answer_by, func.st_area(Incident.geom).label("part_m2"), Task.what.label("task"),
            Incident.pause_id, Incident.photo_id, Incident.answer, Incident.answered_at, Incident.solved_at, Incident.created_at, *more,
        )
        .join(Adoption, Adoption.id == Incident.adoption_id)
        .join(Plot, Plot.id == Adoption.plot_id)
        .outerjoin(Task, Task.id == Incident.task_id)
    )  # fmt: skip


def _view(row: Row[Any]) -> IncidentView:
    return IncidentView(**row._asdict())
