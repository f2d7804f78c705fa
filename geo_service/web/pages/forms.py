"""Forms of pages: they come from our own pages only, and what is wrong with them is told beside the field."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from geo_service.errors import N_, GeoServiceError, InvalidInput, NotAllowed
from geo_service.web.dependencies import Here
from geo_service.web.links import host_of, is_loopback, reached_at
from geo_service.words import Language, explain, faults

ELSEWHERE = N_("This form was sent from another site. Open the page here and send it again.")

UNREADABLE = N_("The form holds a character that no text can hold. Type it again.")
UNKNOWN_HOST = N_("Forms work at the address of this service only. Whoever runs it sets that address: GEO_BASE_URL.")


async def own_form(request: Request, here: Here) -> FormData:
    """The fields of a form that was sent from one of our own pages: a browser tells where it comes from."""
    origin = request.headers.get("origin") or request.headers.get("referer") or ""
    asked = str(request.base_url)
    if "base_url" not in here.settings.model_fields_set and not is_loopback(asked):
        raise NotAllowed(UNKNOWN_HOST)  # a made-up host would come back as the address of links that a form has us mail
    if not host_of(origin) or host_of(origin) not in (host_of(reached_at(request, here)), host_of(asked)):
        raise NotAllowed(ELSEWHERE)
    form = await request.form()
    if not all(_can_be_kept(part) for pair in form.multi_items() for part in pair):
        raise InvalidInput(UNREADABLE)
    return form


def _can_be_kept(part: object) -> bool:
    """Whether a text is one that can be stored, shown and mailed: without NUL and without half a character."""
    return not isinstance(part, str) or ("\x00" not in part and not any("\ud800" <= letter <= "\udfff" for letter in part))


OwnForm = Annotated[FormData, Depends(own_form)]


def field(form: FormData, name: str) -> str:
    """The text of a field, without spaces around it; empty when it was not sent."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def fields(form: FormData, name: str) -> tuple[str, ...]:
    """Every value of a field that can be sent more than once."""
    return tuple(value.strip() for value in form.getlist(name) if isinstance(value, str) and value.strip())


def told(error: GeoServiceError, language: Language) -> dict[str, str]:
    """What is wrong, per field; under ``""`` what concerns the form as a whole."""
    wrong: Mapping[str, str] = {fault["where"]: fault["text"] for fault in faults(error, language)}
    return dict(wrong) or {"": explain(error, language)}


def see_other(address: str) -> RedirectResponse:
    """After a form was done: look at the result, so that a reload does not send it again."""
    return RedirectResponse(address, 303)
