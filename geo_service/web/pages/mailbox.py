"""``/postvak``: in the demo, the mails that would have been sent. Elsewhere there is no such page."""

import re
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from geo_service.errors import NotFound
from geo_service.notifications import queries
from geo_service.notifications.models import Message
from geo_service.web.pages.page import AnyPage, Page

router = APIRouter(include_in_schema=False)
ADDRESS = re.compile(r"(https?://\S+)")
IN_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)
"""A mail carries its own styles, and nothing in it runs or loads. Only this document, in a frame of ours, may have them."""


@router.get("/postvak")
def mailbox(page: AnyPage) -> HTMLResponse:
    """All mails, newest first."""
    _demo_only(page)
    return page.show("mailbox.html", {"messages": queries.newest(page.session)}, headers={"Cache-Control": "no-store"})


@router.get("/postvak/{message_id}")
def one_mail(page: AnyPage, message_id: UUID) -> HTMLResponse:
    """One mail: as text, with links to follow, and as mail programs show it."""
    message = _message(page, message_id)
    lines = [ADDRESS.split(line) for line in message.plain.splitlines()]
    return page.show("mail.html", {"mail": message, "lines": lines}, headers={"Cache-Control": "no-store"})


@router.get("/postvak/{message_id}/html")
def mail_as_shown(page: AnyPage, message_id: UUID) -> HTMLResponse:
    """The HTML of a mail, for the frame on its page; its links open in the window around it."""
    message = _message(page, message_id)
    html = message.html.replace("<head>", '<head><base target="_top">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": IN_FRAME, "Cache-Control": "no-store"})


def _message(page: Page, message_id: UUID) -> Message:
    _demo_only(page)
    message = queries.message(page.session, message_id)
    if message is None:
        raise NotFound
    return message


def _demo_only(page: Page) -> None:
    if not page.request.app.state.demo:
        raise NotFound
