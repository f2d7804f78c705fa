"""``/mijn/gegevens``: what is stored of me, change it, take it away, and be forgotten."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from geo_service.adoptions import farewell
from geo_service.errors import N_, GeoServiceError, InvalidInput, LinkGone
from geo_service.people import account, links, personal, sessions
from geo_service.people.models import Person
from geo_service.web.pages.forms import OwnForm, field, see_other
from geo_service.web.pages.page import AnyPage, OwnPage, Page, SignedInPage
from geo_service.web.pages.render import UNSEEN
from geo_service.web.pages.stored_words import KINDS
from geo_service.web.pages.visitor import COOKIE
from geo_service.web.problems import status_of
from geo_service.words import explain

router = APIRouter(include_in_schema=False)
PLACE = "/mijn/gegevens"
DONE = {
    "opgeslagen": N_("Your data was saved."),
    "mail": N_("We sent a mail to your new address. Open the link in it to use that address."),
    "uitgelogd": N_("You are signed out on all other devices."),
}
SAY_SO = N_("Tick the box when you are sure.")


@router.get(PLACE)
def my_data(page: OwnPage, klaar: str = "") -> Response:
    """Who I am here, and what is stored of me."""
    return _page(page, {"done": DONE.get(klaar)})


@router.post(PLACE)
def describe_me(page: OwnPage, form: OwnForm) -> Response:
    """Another name or language."""
    account.describe_me(page.session, page.person_id, field(form, "naam"), field(form, "voorkeur"))
    return see_other(f"{PLACE}?klaar=opgeslagen&taal={'en' if field(form, 'voorkeur') == 'en' else 'nl'}")


@router.get(f"{PLACE}.json")
def download(page: OwnPage) -> Response:
    """All of it, as a file."""
    told = {"storedAt": page.now.isoformat(), "tables": personal.stored(page.session, page.person_id)}
    body = json.dumps(told, default=str, indent=2, ensure_ascii=False)
    headers = {**UNSEEN, "Content-Disposition": 'attachment; filename="mijn-gegevens.json"'}
    return Response(body, headers=headers, media_type="application/json")


@router.post(f"{PLACE}/adres")
def ask_to_change_email(page: OwnPage, form: OwnForm) -> Response:
    """Mail a link to the new address."""
    email, mine = field(form, "email"), page.person_id
    try:
        page.request.app.state.mail_limit.take(email.lower())
        account.ask_to_change_email(page.session, mine, email, page.sender, page.language)
    except GeoServiceError as error:
        page.session.rollback()
        faults = {"email" if isinstance(error, InvalidInput) else "": explain(error, page.language)}
        return _page(page, {"faults": faults, "new_email": email}, status_of(error))
    return see_other(f"{PLACE}?klaar=mail")


@router.get(f"{PLACE}/adres/{{secret}}")
def show_new_address(page: AnyPage, secret: str) -> Response:
    """One button that confirms the new address."""
    try:
        link = links.look(page.session, secret, account.CHANGE_EMAIL, page.now)
    except LinkGone as error:
        return _gone(page, error)
    return page.show("new_address.html", {"secret": secret, "email": link.email}, headers=UNSEEN)


@router.post(f"{PLACE}/adres/{{secret}}")
def use_new_address(page: AnyPage, secret: str, _form: OwnForm) -> Response:
    """The address is confirmed; other devices are signed out, as whoever had the old address may be on one."""
    try:
        person = account.change_email(page.session, secret, page.sender)
    except GeoServiceError as error:
        page.session.rollback()
        return _gone(page, error)
    sessions.end_everywhere(page.session, person.id, but=page.request.cookies.get(COOKIE, ""))
    return see_other(f"{PLACE}?klaar=opgeslagen")


@router.post(f"{PLACE}/uitloggen")
def sign_out_elsewhere(page: OwnPage, _form: OwnForm) -> Response:
    """Sign out on all other devices."""
    sessions.end_everywhere(page.session, page.person_id, but=page.request.cookies.get(COOKIE, ""))
    return see_other(f"{PLACE}?klaar=uitgelogd")


@router.get(f"{PLACE}/verwijderen")
def before_forgetting(page: OwnPage) -> Response:
    """What goes, what stays, and what must be settled first."""
    return _leaving(page)


@router.post(f"{PLACE}/verwijderen")
def forget_me(page: OwnPage, form: OwnForm) -> Response:
    """Be forgotten, at once and for good."""
    try:
        if not field(form, "zeker"):
            raise InvalidInput(SAY_SO)
        farewell.forget(page.session, page.person_id, page.now)
    except GeoServiceError as error:
        page.session.rollback()
        faults = {"zeker" if isinstance(error, InvalidInput) else "": explain(error, page.language)}
        return _leaving(page, faults, status_of(error))
    page.request.state.visitor = None
    response = page.show("forgotten.html", headers=UNSEEN)
    response.delete_cookie(COOKIE)
    return response


def _page(page: SignedInPage, values: Mapping[str, Any], status: int = 200) -> Response:
    counted = personal.counted(page.session, page.person_id)
    content = {
        "person": page.session.get_one(Person, page.person_id), "faults": {}, "new_email": "", "done": None,
        "kinds": [(KINDS.get(name, name), count) for name, count in counted.items()],
        **values,
    }  # fmt: skip
    return page.show("my_data.html", content, status, UNSEEN)


def _leaving(page: SignedInPage, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    content = {"faults": faults or {}, "initiatives": farewell.in_the_way(page.session, page.person_id), "is_staff": page.visitor.is_staff}
    return page.show("forget_me.html", content, status, UNSEEN)


def _gone(page: Page, error: GeoServiceError) -> Response:
    return page.show("new_address_gone.html", {"text": explain(error, page.language)}, status_of(error), UNSEEN)
