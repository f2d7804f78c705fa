"""What residents do with their plot: plan tasks, do them, and tell what they did."""

from datetime import date, datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from geo_service.adoptions.rights import check, known, seen_in_full
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.states import FINAL, RESIDENT
from geo_service.days import day_of
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, InvalidInput, NotFound, fault
from geo_service.maintenance import queries
from geo_service.maintenance.models import Task, Work
from geo_service.maintenance.schemas import MEASURES, TaskAsked, TaskView, WorkAsked, WorkView
from geo_service.people.schemas import Actor

LONGEST_WHAT, LONGEST_NOTE = 120, 1000
FARTHEST = timedelta(days=2 * 366)
MOST_HALF_HOURS, MOST_PEOPLE = 400, 200
ENDED = N_("You do not look after this plot any more.")


def member(session: Session, actor: Actor, adoption_id: UUID, today: date) -> AdoptionView:
    """The adoption, for somebody who keeps or asks for it; NotAllowed for everybody else, staff too."""
    view = seen_in_full(session, actor, adoption_id, today)
    check(session, actor, view, (RESIDENT,))
    return view


def add_task(session: Session, actor: Actor, adoption_id: UUID, asked: TaskAsked, now: datetime) -> TaskView:
    """Plan a task on a plot."""
    _going_on(member(session, actor, adoption_id, day_of(now)))
    _check_task(asked, day_of(now))
    act_for(session, actor.person_id)
    made = Task(adoption_id=adoption_id, made_by=actor.person_id, **vars(asked), created_at=now, changed_at=now)
    session.add(made)
    session.flush()
    return _told(session, made.id)


def change_task(session: Session, actor: Actor, task_id: UUID, asked: TaskAsked, now: datetime) -> TaskView:
    """Write a task anew; calendars follow."""
    task = _open_task(session, actor, task_id, now)
    _check_task(asked, day_of(now))
    for name, value in vars(asked).items():
        setattr(task, name, value)
    return _changed(session, task, now)


def task_done(session: Session, actor: Actor, task_id: UUID, seen_day: date, now: datetime) -> bool:
    """Mark a task as done, as it was seen: on ``seen_day``. False when somebody else did so before: that is no fault.

    A task that comes back moves to its next day, and what was done stays as a copy.
    """
    task = _task(session, actor, task_id, now)
    if task.state != "open" or task.day != seen_day:
        return False
    act_for(session, actor.person_id)
    if task.every_weeks is None and not task.yearly:
        task.state, task.done_by, task.done_at = "done", actor.person_id, now
    else:
        kept = {name: getattr(task, name) for name in ("adoption_id", "what", "note", "day", "starts", "ends", "made_by")}
        session.add(Task(**kept, state="done", done_by=actor.person_id, done_at=now, created_at=now, changed_at=now))
        task.day = next_day(task.day, task.every_weeks, day_of(now))
    _changed(session, task, now)
    return True


def drop_task(session: Session, actor: Actor, task_id: UUID, now: datetime) -> None:
    """Take a task away; calendars show it as cancelled."""
    task = _open_task(session, actor, task_id, now)
    task.state = "dropped"
    _changed(session, task, now)


def next_day(day: date, every_weeks: int | None, today: date) -> date:
    """The next day of a task that comes back every so many weeks, or else every year: after ``day``, and not before ``today``."""
    times = 1
    while (found := day + (timedelta(weeks=every_weeks * times) if every_weeks else relativedelta(years=times))) < today:
        times += 1
    return found


def log_work(session: Session, actor: Actor, adoption_id: UUID, asked: WorkAsked, now: datetime) -> WorkView:
    """Tell what was done."""
    today = day_of(now)
    _going_on(member(session, actor, adoption_id, today))
    _check_work(asked, today)
    act_for(session, actor.person_id)
    values = {**vars(asked), "measures": [name for name in MEASURES if name in asked.measures]}
    session.add(Work(adoption_id=adoption_id, person_id=actor.person_id, **values, created_at=now))
    session.flush()
    return queries.work_of(session, [adoption_id])[0]


def _going_on(view: AdoptionView) -> None:
    if view.state in FINAL:
        raise Conflict(ENDED)


def _task(session: Session, actor: Actor, task_id: UUID, now: datetime) -> Task:
    task = queries.task_for_update(session, task_id)
    if task is None:
        raise NotFound()
    known(session, actor, task.adoption_id, day_of(now))
    member(session, actor, task.adoption_id, day_of(now))
    return task


def _open_task(session: Session, actor: Actor, task_id: UUID, now: datetime) -> Task:
    task = _task(session, actor, task_id, now)
    if task.state != "open":
        raise Conflict(N_("This task is done already, or it was taken away."))
    act_for(session, actor.person_id)
    return task


def _changed(session: Session, task: Task, now: datetime) -> TaskView:
    task.version, task.changed_at = task.version + 1, now
    session.flush()
    return _told(session, task.id)


def _told(session: Session, task_id: UUID) -> TaskView:
    view = queries.task(session, task_id)
    assert view is not None
    return view


def _check_task(asked: TaskAsked, today: date) -> None:
    faults = []
    if not asked.what or len(asked.what) > LONGEST_WHAT:
        faults.append(fault("klus", N_("Write in a few words what you will do."), longest=LONGEST_WHAT))
    if len(asked.note or "") > LONGEST_NOTE:
        faults.append(fault("toelichting", N_("Keep it under {longest} characters."), longest=LONGEST_NOTE))
    if asked.day is None or not today <= asked.day <= today + FARTHEST:
        faults.append(fault("dag", N_("Choose a day from today, at most two years ahead.")))
    if asked.starts and asked.ends and asked.ends <= asked.starts:
        faults.append(fault("tot", N_("The task ends before it begins.")))
    if asked.ends and not asked.starts:
        faults.append(fault("van", N_("Tell when it begins as well.")))
    if asked.every_weeks is not None and not 1 <= asked.every_weeks <= 26:
        faults.append(fault("herhaal", N_("Choose how often the task comes back.")))
    if faults:
        raise InvalidInput(details={"errors": faults})


def _check_work(asked: WorkAsked, today: date) -> None:
    faults = []
    if not asked.measures and not asked.note:
        faults.append(fault("maatregelen", N_("Choose what you did, or write it down.")))
    if not set(asked.measures) <= MEASURES.keys():
        faults.append(fault("maatregelen", N_("Choose from the list.")))
    if not 1 <= asked.half_hours <= MOST_HALF_HOURS:
        faults.append(fault("uren", N_("Tell how many hours, in halves: for example 1.5.")))
    if not 1 <= asked.people <= MOST_PEOPLE:
        faults.append(fault("mensen", N_("Tell with how many people you were.")))
    if asked.day is None or asked.day > today or asked.day < today - FARTHEST:
        faults.append(fault("dag", N_("Choose a day that is not in the future.")))
    if len(asked.note or "") > LONGEST_NOTE:
        faults.append(fault("toelichting", N_("Keep it under {longest} characters."), longest=LONGEST_NOTE))
    if faults:
        raise InvalidInput(details={"errors": faults})
