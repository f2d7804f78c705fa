"""The mails about what residents tell: to the wijkregisseur who takes it up, and to the resident."""

from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.errors import N_
from geo_service.maintenance import queries
from geo_service.maintenance.schemas import KIND_WORDS, IncidentView
from geo_service.notifications.schemas import Mail, Sender
from geo_service.notifications.service import post
from geo_service.people.schemas import Actor
from geo_service.words import DEFAULT, Language, say

CONFIRMED = {
    "help": N_("You asked for help with {plot}. You hear from us on {day} at the latest. It costs nothing and your agreement stays valid."),
    "take_over": N_("From today we look after {plot} for you. It costs nothing and your agreement stays valid. Tell us when you go on."),
    "hand_back": N_("You gave ground of {plot} back. From today we look after it. Thank you for what you did."),
    "mown": N_("You told us that {plot} was mown. We find out how that happened. You hear from us on {day} at the latest."),
    "question": N_("We have your question about {plot}. You hear from us on {day} at the latest."),
}


def told(session: Session, incident: IncidentView, actor: Actor, sender: Sender) -> None:
    """To the wijkregisseur of the district, or else the municipality's address; and a confirmation to the resident."""
    contact = queries.contact_of(session, incident.adoption_id)
    resident = queries.person(session, actor.person_id)
    language = _language(contact.language if contact else DEFAULT)
    values = {"plot": _plot(incident), "what": say(KIND_WORDS[incident.kind], language), "day": incident.answer_by}
    for_staff = Mail(
        N_("Report about {plot}: {what}"),
        (N_("A resident told us something about {plot}: {what}."), N_("Answer by {day}.")),
        values,
        (N_("Open the reports"), "/beheer/meldingen"),
    )
    post(session, contact.email if contact else sender.municipality.contact_email, for_staff, sender, language)
    confirmation = Mail(
        N_("We have your message about {plot}"),
        (CONFIRMED[incident.kind],),
        {"plot": _plot(incident), "day": incident.answer_by},
        (N_("Open your plot"), f"/mijn/plek/{incident.plot_code}"),
    )
    post(session, resident.email, confirmation, sender, _language(resident.language))


def answered(session: Session, incident: IncidentView, person_id: UUID, sender: Sender) -> None:
    """To the resident: there is an answer, or it is solved. The answer itself is read on the page."""
    resident = queries.person(session, person_id)
    text = N_("Your message about {plot} is solved.") if incident.state == "solved" else N_("We answered your message about {plot}.")
    action = (N_("Read the answer"), f"/mijn/plek/{incident.plot_code}")
    mail = Mail(N_("News about {plot}"), (text,), {"plot": _plot(incident)}, action)
    post(session, resident.email, mail, sender, _language(resident.language))


def _plot(incident: IncidentView) -> str:
    return f"{incident.plot_name} ({incident.plot_code})"


def _language(wish: str) -> Language:
    return "en" if wish == "en" else "nl"
