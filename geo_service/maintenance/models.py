"""Tables of the life of a plot: tasks, work that was done, and what residents tell the municipality."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base, geometry
from geo_service.maintenance.schemas import INCIDENT_STATES, KINDS, TASK_STATES


class Task(Base):
    """Something to do on a plot, on a day. A task that comes back keeps its id: what was done is a copy of it.

    ``version`` counts its changes, so that calendars take the newest.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(f"state in {TASK_STATES}", name="state"),
        CheckConstraint("ends > starts", name="window"),
        CheckConstraint("every_weeks between 1 and 26 and not yearly", name="repeat"),
        Index("task_adoption_id_idx", "adoption_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id"))
    what: Mapped[str]
    note: Mapped[str | None]
    day: Mapped[date]
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    every_weeks: Mapped[int | None]
    yearly: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[str] = mapped_column(server_default=text("'open'"))
    version: Mapped[int] = mapped_column(server_default=text("0"))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id"))
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id"))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Work(Base):
    """What residents did on a day. ``half_hours`` is what all of them worked together."""

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("half_hours > 0 and people > 0", name="amount"),
        Index("work_adoption_id_idx", "adoption_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id"))
    day: Mapped[date]
    measures: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    half_hours: Mapped[int]
    people: Mapped[int] = mapped_column(server_default=text("1"))
    note: Mapped[str | None]
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.photo.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Incident(Base):
    """What residents tell the municipality about their plot: the noodknop, a plot that was mown, a question. Never public."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {INCIDENT_STATES}", name="state"),
        Index("incident_adoption_id_idx", "adoption_id"),
        Index("incident_open_idx", "answer_by", postgresql_where=text("state <> 'solved'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'open'"))
    words: Mapped[str | None]
    day: Mapped[date]
    answer_by: Mapped[date]
    geom: Mapped[Any] = geometry(nullable=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.task.id"))
    pause_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.pause.id", ondelete="SET NULL"))
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.photo.id", ondelete="SET NULL"))
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    solved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
