"""What members and staff are told by mail when something is decided on an adoption. No blame, and always what one can do next."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo_service.adoptions import queries
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.states import DECIDERS, KEPT
from geo_service.errors import N_
from geo_service.initiatives.queries import members_of
from geo_service.notifications.schemas import Mail, Sender
from geo_service.notifications.service import post
from geo_service.people.queries import people_of, staff_in
from geo_service.words import LANGUAGES, Language

REASON = N_("The reason: {reason}")
LETTER, PLOT = "/plek/{plot}/zelfbeheerbrief", "/mijn/plek/{plot}"
SEE_REQUEST = N_("See your request")
TO_PLOT = N_("To your plot")
READ_LETTER = N_("Read the agreement")


DECIDED: Mapping[str, tuple[str, tuple[str, ...], tuple[str, str]]] = {
    "in_review": (
        N_("We look at your request for {name}"),
        (N_("Someone of the municipality looks at your request for {name} now. You need not do anything."),),
        (SEE_REQUEST, PLOT),
    ),
    "site_visit": (
        N_("We come and look at {name}"),
        (N_("Someone of the municipality comes to look at {name}. They may ask you to look together."),),
        (SEE_REQUEST, PLOT),
    ),
    "agreement_draft": (
        N_("{name} is yours to look after"),
        (
            N_("The municipality says yes to your request for {name}. We write the agreement (Zelfbeheerbrief) now."),
            N_("You get a mail when you can read and sign it. You need not do anything now."),
        ),
        (SEE_REQUEST, PLOT),
    ),
    "awaiting_signatures": (
        N_("Read and sign the agreement for {name}"),
        (
            N_("The agreement (Zelfbeheerbrief) for {name} is ready. Read what you do and what the municipality does."),
            N_("Do you agree? Then the contact of {initiative} signs on the page. You need no paper."),
        ),
        (READ_LETTER, LETTER),
    ),
    "active": (
        N_("You look after {name}"),
        (
            N_("Both sides signed the agreement. From {day} you look after {name}."),
            N_("On your page you find your tasks, the calendar and the help button. Can't manage for a while? Use it. It costs nothing."),
        ),
        (TO_PLOT, PLOT),
    ),
    "refused": (
        N_("{name} cannot be adopted"),
        (
            N_("The municipality cannot let you adopt {name}."),
            REASON,
            N_("You can choose another plot or a smaller part. Or mail {contact}: we gladly look with you at what is possible."),
        ),
        (N_("Choose another plot"), "/"),
    ),
    "improvement": (
        N_("What we agree on for {name}"),
        (N_("We looked at {name} together. This is what can be better:"), "{reason}", N_("You stay the ones who look after it.")),
        (TO_PLOT, PLOT),
    ),
    "notice_given": (
        N_("We want to talk about {name}"),
        (
            N_("The municipality gives notice for {name}. Nothing changes today: you look after it until we agree on an end."),
            REASON,
            N_("We contact you to talk about it. You can also mail {contact}."),
        ),
        (TO_PLOT, PLOT),
    ),
    "ended": (
        N_("The agreement for {name} has ended"),
        (N_("From today the municipality looks after {name} again. Thank you for your care."), REASON),
        (N_("Choose another plot"), "/"),
    ),
}
"""By the new state: what members are told. What is not in it is told to nobody."""
GOES_ON = (N_("The agreement for {name} goes on"), (N_("You keep looking after {name}. Your agreement is valid."),), (TO_PLOT, PLOT))
OBJECTED = (
    N_("We want to look at {name} with you first"),
    (
        N_("You did nothing wrong. The municipality wants to look at {name} with you before you start."),
        REASON,
        N_("Your request stays; you need not ask again. We contact you. You can also mail {contact}."),
    ),
    (SEE_REQUEST, PLOT),
)
SMALL_PLOT = (
    N_("A small plot got its agreement: {name}"),
    (
        N_("{initiative} asked for {name} ({m2} m²). Every rule passed, so they got the standard Zelfbeheerbrief at once."),
        N_("You may object until {day}, with a reason."),
    ),
    (N_("See the request"), "/beheer/aanvragen/{id}"),
)


def tell_members(session: Session, adoption: AdoptionView, source: str, reason: str | None, sender: Sender) -> None:
    """Tell every member that staff took their adoption from ``source`` to the state it has now."""
    back = adoption.state == "active" and source in KEPT
    told = GOES_ON if back else DECIDED.get(adoption.state)
    if told:
        _to_members(session, adoption, told, reason, sender)


def tell_objection(session: Session, adoption: AdoptionView, reason: str, sender: Sender) -> None:
    """Tell every member that staff want to look first, before the work begins."""
    _to_members(session, adoption, OBJECTED, reason, sender)


def tell_staff_of_small_plot(session: Session, adoption: AdoptionView, until: date, sender: Sender) -> None:
    """Tell who decides in the district that a small plot got its agreement, and until when they may object."""
    for person in staff_in(session, DECIDERS[:1], queries.districts_of(session, adoption.id)):
        _post(session, person.email, person.language, adoption, SMALL_PLOT, {"day": until}, sender)


def _to_members(session: Session, adoption: AdoptionView, told: Any, reason: str | None, sender: Sender) -> None:
    values = {"reason": reason or "", "day": adoption.starts_on}
    for person in people_of(session, members_of(session, adoption.initiative_id)):
        _post(session, person.email, person.language, adoption, told, values, sender)


def _post(session: Session, email: str, language: str, adoption: AdoptionView, told: Any, more: Mapping[str, Any], sender: Sender) -> None:
    subject, paragraphs, (label, path) = told
    values = {
        "name": adoption.plot_name,
        "initiative": adoption.initiative_name,
        "m2": round(adoption.area_m2),
        "contact": sender.municipality.contact_email,
        **more,
    }
    mail = Mail(subject, paragraphs, values, (label, path.format(id=adoption.id, plot=adoption.plot_code)))
    reads: Language = next((known for known in LANGUAGES if known == language), LANGUAGES[0])
    post(session, email, mail, sender, reads)
