"""Reservations end: who did not confirm is reminded, and in the end the ground is free again. Done twice it changes nothing more."""

from datetime import timedelta

from sqlalchemy.orm import Session

from geo_service.adoptions.asking import mails, queries
from geo_service.adoptions.asking.service import PURPOSE, look
from geo_service.db.engine import act_for
from geo_service.errors import N_
from geo_service.notifications import service as notifications
from geo_service.notifications.schemas import Sender
from geo_service.people import links
from geo_service.words import say

LAPSED = N_("The reservation was not confirmed in time.")


def remind(session: Session, sender: Sender) -> int:
    """Mail who lets a reservation lapse soon, once, with a link of its own; how many."""
    now = sender.now
    ahead = timedelta(hours=sender.municipality.intake.reminder_hours)
    due = queries.to_remind(session, now, now + ahead, now - ahead / 2) if ahead else []
    for form in due:
        status = look(session, form.adoption_id)
        assert status.reserved_until is not None, "a draft is reserved"
        secret = links.make(session, status.email, PURPOSE, now, status.reserved_until - now, str(form.adoption_id))
        notifications.post(session, status.email, mails.reminder(status, secret), sender, form.language)
        form.reminded_at = now
    session.flush()
    return len(due)


def lapse(session: Session, sender: Sender) -> int:
    """Withdraw drafts whose reservation passed, and tell who asked; how many."""
    passed = queries.lapsed_drafts(session, sender.now)
    act_for(session, None, say(LAPSED))
    for adoption in passed:
        adoption.state, adoption.reserved_until = "withdrawn", None
    session.flush()
    for plot_code, email, language in queries.askers(session, [adoption.id for adoption in passed]):
        notifications.post(session, email, mails.lapsed(plot_code), sender, language)
    return len(passed)
