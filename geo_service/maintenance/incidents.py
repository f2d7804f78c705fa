"""What residents tell the municipality about their plot, and what staff answer. None of it is ever public.

The noodknop works at once: taking over makes a pause in the staff plan, and handing back ends the adoption or makes it smaller.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions import parts
from geo_service.adoptions import queries as adoption_queries
from geo_service.adoptions import service as adoptions
from geo_service.adoptions.rights import check, known
from geo_service.adoptions.states import KEPT
from geo_service.days import day_of
from geo_service.db.base import as_geometry
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, InvalidInput, NotFound, fault
from geo_service.maintenance import mails, queries, working_days
from geo_service.maintenance.models import Incident
from geo_service.maintenance.schemas import KINDS, NOODKNOP, IncidentView, Told
from geo_service.maintenance.service import ENDED, LONGEST_NOTE, member
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Sender
from geo_service.people.schemas import STAFF, Actor
from geo_service.words import Language, say

GIVEN_BACK = N_("The residents gave it back with the help button.")


def tell(
    session: Session,
    actor: Actor,
    adoption_id: UUID,
    told: Told,
    sender: Sender,
    language: Language,
) -> IncidentView:
    """Tell the municipality something; it does at once what was asked. Told twice while it is open, it is the first one.

    Staff of the district and the resident get a mail. Only handing back changes what is public, and it changes that for good.
    """
    municipality, now = sender.municipality, sender.now
    today = day_of(now)
    member(session, actor, adoption_id, today)
    _check(told, today)
    adoption = adoption_queries.for_update(session, adoption_id)  # from here on a second press waits for the first
    chain = queries.chain_of(session, adoption_id)
    first = queries.told_already(session, chain, told, now)
    if first is not None:
        return _one(session, first)
    if adoption.state not in KEPT and told.kind != "question":
        raise Conflict(ENDED)
    made = Incident(
        adoption_id=adoption_id,
        person_id=actor.person_id,
        kind=told.kind,
        words=told.words,
        day=told.day or today,
        answer_by=working_days.after(today, int(municipality.help.answer_working_days.value)),
        geom=None if told.part is None else as_geometry(told.part),
        task_id=_own_task(session, told.task_id, chain),
        pause_id=_take_over(session, actor, adoption_id, told, now) if told.kind == "take_over" else None,
        photo_id=told.photo_id,
        created_at=now,
    )
    if told.kind == "hand_back":
        _hand_back(session, actor, adoption_id, told, municipality, language, now)
    act_for(session, actor.person_id)
    session.add(made)
    session.flush()
    view = _one(session, made.id)
    mails.told(session, view, actor, sender)
    return view


def answer(
    session: Session,
    actor: Actor,
    incident_id: UUID,
    words: str,
    solved: bool,
    pause_ends_on: date | None,
    sender: Sender,
) -> IncidentView:
    """Staff of the district answer, call it solved, or plan the day on which the residents go on. The resident hears of it by mail."""
    now = sender.now
    incident = queries.incident_for_update(session, incident_id)
    if incident is None:
        raise NotFound()
    check(session, actor, known(session, actor, incident.adoption_id, day_of(now)), STAFF)
    if not words and not solved and pause_ends_on is None:
        raise InvalidInput(details={"errors": [fault("antwoord", N_("Write an answer, or call it solved."))]})
    if len(words) > LONGEST_NOTE:
        raise InvalidInput(details={"errors": [fault("antwoord", N_("Keep it under {longest} characters."), longest=LONGEST_NOTE)]})
    if pause_ends_on is not None:
        _end_pause(session, actor, incident, pause_ends_on, now)
    act_for(session, actor.person_id)
    if words:
        incident.answer, incident.answered_by, incident.answered_at = words, actor.person_id, now
        incident.state = "answered" if incident.state == "open" else incident.state
    if solved:
        incident.state, incident.solved_at = "solved", incident.solved_at or now
    session.flush()
    view = _one(session, incident.id)
    mails.answered(session, view, incident.person_id, sender)
    return view


def go_on(session: Session, actor: Actor, adoption_id: UUID, pause_id: UUID, ends_on: date, now: datetime) -> None:
    """The residents take it up again on a day: the pause ends there, and the call that made it is solved."""
    member(session, actor, adoption_id, day_of(now))
    adoption_queries.for_update(session, adoption_id)
    call = queries.incident_of_pause(session, pause_id)
    parts.end_pause(session, actor, adoption_id, pause_id, ends_on, now)
    if call is not None:
        call.state, call.solved_at = "solved", now
        session.flush()


def _take_over(session: Session, actor: Actor, adoption_id: UUID, told: Told, now: datetime) -> UUID:
    return parts.pause(session, actor, adoption_id, day_of(now), told.until, told.part, told.words, now).id


def _hand_back(
    session: Session, actor: Actor, adoption_id: UUID, told: Told, municipality: Municipality, language: Language, now: datetime
) -> None:
    reason = told.words or say(GIVEN_BACK, language)
    if told.part is None:
        adoptions.change_state(session, actor, adoption_id, "ended", reason, municipality, language, now)
    else:
        parts.hand_back(session, actor, adoption_id, told.part, reason, municipality, now)


def _end_pause(session: Session, actor: Actor, incident: Incident, ends_on: date, now: datetime) -> None:
    """The pause of an incident; after a part was handed back it goes on with the adoption that follows."""
    kept = queries.kept_now(session, queries.chain_of(session, incident.adoption_id))
    found = adoption_queries.pauses_of(session, kept) if kept else []
    going_on = [one for one in found if one.period.upper is None or one.period.upper > day_of(now)]
    one = next((one for one in going_on if one.id == incident.pause_id), next(iter(going_on), None))
    if kept is None or one is None:
        raise Conflict(N_("There is no pause to end."))
    parts.end_pause(session, actor, kept, one.id, ends_on, now)
    session.refresh(incident)


def _own_task(session: Session, task_id: UUID | None, chain: set[UUID]) -> UUID | None:
    if task_id is None:
        return None
    task = queries.task(session, task_id)
    if task is None or task.adoption_id not in chain:
        raise NotFound()
    return task.id


def _one(session: Session, incident_id: UUID) -> IncidentView:
    view = queries.incident(session, incident_id)
    assert view is not None
    return view


def _check(told: Told, today: date) -> None:
    faults = []
    if told.kind not in KINDS:
        faults.append(fault("kies", N_("Choose what you want us to do.")))
    if told.kind == "question" and not told.words:
        faults.append(fault("woorden", N_("Write your question.")))
    if len(told.words or "") > LONGEST_NOTE:
        faults.append(fault("woorden", N_("Keep it under {longest} characters."), longest=LONGEST_NOTE))
    if told.kind == "take_over" and told.until is not None and told.until <= today:
        faults.append(fault("tot", N_("Choose a day after today, or leave it open.")))
    if told.kind == "mown" and (told.day is None or told.day > today):
        faults.append(fault("dag", N_("Choose a day that is not in the future.")))
    if told.part is not None and told.kind not in (*NOODKNOP, "mown"):
        faults.append(fault("deel", N_("A part can be taken over or given back.")))
    if faults:
        raise InvalidInput(details={"errors": faults})
