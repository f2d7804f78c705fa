"""Tasks for the calendar on somebody's phone or computer (RFC 5545): days and hours in Amsterdam, and no person in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo_service.days import AMSTERDAM
from geo_service.errors import N_
from geo_service.maintenance import queries
from geo_service.maintenance.schemas import TaskView
from geo_service.people import links
from geo_service.people.models import MailedLink
from geo_service.people.schemas import Visitor
from geo_service.words import Language, say

if TYPE_CHECKING:
    from icalendar import Event

PURPOSE = "agenda"
LIVES = timedelta(days=10 * 365)
REMEMBERED = timedelta(days=60)
"""So long a calendar hears that a task is done or cancelled."""
NAME = N_("My plots")


def new_address(session: Session, visitor: Visitor, now: datetime) -> str:
    """A new secret for the address of somebody's calendar, known only now; the old address stops working."""
    holder = str(visitor.actor.person_id)
    session.execute(delete(MailedLink).where(MailedLink.purpose == PURPOSE, MailedLink.subject == holder))
    return links.make(session, visitor.email, PURPOSE, now, LIVES, holder)


def feed(session: Session, secret: str, base_url: str, language: Language, now: datetime) -> bytes:
    """The calendar behind a secret address: every task of the plots that its holder keeps. LinkGone when it was renewed."""
    holder = UUID(links.look(session, secret, PURPOSE, now).subject)
    return document(queries.tasks_for(session, holder, now - REMEMBERED), base_url, language)


def document(tasks: Sequence[TaskView], base_url: str, language: Language) -> bytes:
    """An iCalendar document with the rules for summer time."""
    from icalendar import Calendar  # all that standard has: loaded when somebody's calendar asks

    calendar = Calendar()
    calendar.add("prodid", "-//geo-service//zelfbeheer//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say(NAME, language))
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for task in tasks:
        calendar.add_component(_event(task, base_url))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(task: TaskView, base_url: str) -> "Event":
    from icalendar import Event

    event = Event()
    address = f"{base_url}/mijn/plek/{task.plot_code}"
    event.add("uid", f"{task.id}@zelfbeheer")
    event.add("sequence", task.version)
    event.add("dtstamp", task.changed_at)
    event.add("last-modified", task.changed_at)
    event.add("summary", f"{task.what} · {task.plot_name}")
    event.add("description", "\n".join(filter(None, (task.note, address))))
    event.add("url", address)
    event.add("status", "CANCELLED" if task.state == "dropped" else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if task.starts is None:
        event.add("dtstart", task.day)
        event.add("dtend", task.day + timedelta(days=1))
    else:
        starts = datetime.combine(task.day, task.starts, AMSTERDAM)
        event.add("dtstart", starts)
        event.add("dtend", datetime.combine(task.day, task.ends, AMSTERDAM) if task.ends else starts + timedelta(hours=1))
    if task.every_weeks:
        event.add("rrule", {"freq": "weekly", "interval": task.every_weeks})
    elif task.yearly:
        event.add("rrule", {"freq": "yearly"})
    return event
