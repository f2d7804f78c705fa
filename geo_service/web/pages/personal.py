"""``/mijn/gegevens``: what is stored of me, change it, take it away, and be forgotten."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from geo_service.adoptions import farewell
from geo_service.errors import N_, GeoServiceError, InvalidInput, LinkGone
from geo_service.installation import Installation
from geo_service.people import account, links, personal, sessions
from geo_service.people.models import Person
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.render import UNSEEN, PageLanguage, render
from geo_service.web.pages.stored_words import KINDS
from geo_service.web.pages.visitor import COOKIE, SignedInVisitor
from geo_service.web.problems import status_of
from geo_service.words import Language, explain

router = APIRouter(include_in_schema=False)
PLACE = "/mijn/gegevens"
DONE = {
    "opgeslagen": N_("Your data was saved."),
    "mail": N_("We sent a mail to your new address. Open the link in it to use that address."),
    "uitgelogd": N_("You are signed out on all other devices."),
}
SAY_SO = N_("Tick the box when you are sure.")


@router.get(PLACE)
def my_data(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, klaar: str = ""
) -> Response:
    """Who I am here, and what is stored of me."""
    return _page(request, here, session, language, visitor, {"done": DONE.get(klaar)})


@router.post(PLACE)
def describe_me(session: DbSession, visitor: SignedInVisitor, form: OwnForm) -> Response:
    """Another name or language."""
    account.describe_me(session, visitor.actor.person_id, field(form, "naam"), field(form, "voorkeur"))
    return see_other(f"{PLACE}?klaar=opgeslagen&taal={'en' if field(form, 'voorkeur') == 'en' else 'nl'}")


@router.get(f"{PLACE}.json")
def download(session: DbSession, visitor: SignedInVisitor, now: Now) -> Response:
    """All of it, as a file."""
    told = {"storedAt": now.isoformat(), "tables": personal.stored(session, visitor.actor.person_id)}
    body = json.dumps(told, default=str, indent=2, ensure_ascii=False)
    headers = {**UNSEEN, "Content-Disposition": 'attachment; filename="mijn-gegevens.json"'}
    return Response(body, headers=headers, media_type="application/json")


@router.post(f"{PLACE}/adres")
def ask_to_change_email(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, form: OwnForm
) -> Response:
    """Mail a link to the new address."""
    email, mine = field(form, "email"), visitor.actor.person_id
    try:
        request.app.state.mail_limit.take(email.lower())
        account.ask_to_change_email(session, mine, email, here.municipality, reached_at(request, here), language, now)
    except GeoServiceError as error:
        session.rollback()
        faults = {"email" if isinstance(error, InvalidInput) else "": explain(error, language)}
        return _page(request, here, session, language, visitor, {"faults": faults, "new_email": email}, status_of(error))
    return see_other(f"{PLACE}?klaar=mail")


@router.get(f"{PLACE}/adres/{{secret}}")
def show_new_address(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str) -> Response:
    """One button that confirms the new address."""
    try:
        link = links.look(session, secret, account.CHANGE_EMAIL, now)
    except LinkGone as error:
        return _gone(request, here, language, error)
    return render(request, here, "new_address.html", language, {"secret": secret, "email": link.email}, headers=UNSEEN)


@router.post(f"{PLACE}/adres/{{secret}}")
def use_new_address(
    request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str, _form: OwnForm
) -> Response:
    """The address is confirmed; other devices are signed out, as whoever had the old address may be on one."""
    try:
        person = account.change_email(session, secret, here.municipality, reached_at(request, here), now)
    except GeoServiceError as error:
        session.rollback()
        return _gone(request, here, language, error)
    sessions.end_everywhere(session, person.id, but=request.cookies.get(COOKIE, ""))
    return see_other(f"{PLACE}?klaar=opgeslagen")


@router.post(f"{PLACE}/uitloggen")
def sign_out_elsewhere(request: Request, session: DbSession, visitor: SignedInVisitor, _form: OwnForm) -> Response:
    """Sign out on all other devices."""
    sessions.end_everywhere(session, visitor.actor.person_id, but=request.cookies.get(COOKIE, ""))
    return see_other(f"{PLACE}?klaar=uitgelogd")


@router.get(f"{PLACE}/verwijderen")
def before_forgetting(request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor) -> Response:
    """What goes, what stays, and what must be settled first."""
    return _leaving(request, here, session, language, visitor)


@router.post(f"{PLACE}/verwijderen")
def forget_me(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, form: OwnForm
) -> Response:
    """Be forgotten, at once and for good."""
    try:
        if not field(form, "zeker"):
            raise InvalidInput(SAY_SO)
        farewell.forget(session, visitor.actor.person_id, now)
    except GeoServiceError as error:
        session.rollback()
        faults = {"zeker" if isinstance(error, InvalidInput) else "": explain(error, language)}
        return _leaving(request, here, session, language, visitor, faults, status_of(error))
    request.state.visitor = None
    response = render(request, here, "forgotten.html", language, headers=UNSEEN)
    response.delete_cookie(COOKIE)
    return response


def _page(
    request: Request, here: Installation, session: Session, language: Language, visitor: Visitor, values: Mapping[str, Any],
    status: int = 200,
) -> Response:  # fmt: skip
    stored = personal.stored(session, visitor.actor.person_id)
    content = {
        "person": session.get_one(Person, visitor.actor.person_id), "faults": {}, "new_email": "", "done": None,
        "kinds": [(KINDS.get(name, name), len(rows)) for name, rows in stored.items() if name != "person"],
        **values,
    }  # fmt: skip
    return render(request, here, "my_data.html", language, content, status, UNSEEN)


def _leaving(
    request: Request, here: Installation, session: Session, language: Language, visitor: Visitor,
    faults: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    content = {"faults": faults or {}, "initiatives": farewell.in_the_way(session, visitor.actor.person_id), "is_staff": visitor.is_staff}
    return render(request, here, "forget_me.html", language, content, status, UNSEEN)


def _gone(request: Request, here: Installation, language: Language, error: GeoServiceError) -> Response:
    return render(request, here, "new_address_gone.html", language, {"text": explain(error, language)}, status_of(error), UNSEEN)
