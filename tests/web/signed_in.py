"""A browser without a screen for pages: signed in by its cookie, with the Origin that a browser sends."""

import re
from datetime import UTC, datetime
from html import unescape

import httpx2 as httpx
from sqlalchemy.orm import Session

from geo_service.people import sessions
from geo_service.people.queries import person_by_email
from geo_service.web.pages.visitor import COOKIE


def cookie_of(session: Session, email: str) -> str:
    """Sign somebody in."""
    person = person_by_email(session, email)
    assert person is not None, email
    return sessions.begin(session, person, datetime.now(UTC))


def browser(url: str, cookie: str | None) -> httpx.Client:
    """A client that asks for pages, and sends forms from our own pages."""
    cookies = {COOKIE: cookie} if cookie else {}
    return httpx.Client(base_url=url, cookies=cookies, timeout=60, headers={"Accept": "text/html", "Origin": url})


def words(answer: httpx.Response) -> str:
    """What somebody reads on a page: its text without tags, in one line."""
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    assert main is not None, answer.text[:500]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main.group()))).strip()


def hidden(answer: httpx.Response, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found is not None, f"there is no field {name}"
    return unescape(found.group(1))
