"""What tests need of mail: the newest one to an address, the link in it, and a browser that signs in with it."""

import re

import httpx2 as httpx
from sqlalchemy import text

from tests.conftest import Database, Server


def newest_mail(database: Database, email: str) -> dict[str, str]:
    """The newest mail in the outbox to an address."""
    with database.sessions() as session:
        found = session.execute(
            text(
                "select subject, plain, html, language, state from geo.message where to_email = :email order by created_at desc, id limit 1"
            ),
            {"email": email},
        )
        return dict(found.mappings().one())


def link_in(mail: dict[str, str]) -> str:
    """The path of the button of a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail["plain"])
    assert found, mail["plain"]
    return found[1]


def visitor(server: Server) -> httpx.Client:
    """Somebody with a browser: it keeps cookies and tells where its forms come from."""
    return httpx.Client(base_url=server.url, headers={"Origin": server.url, "Accept": "text/html"}, timeout=30)


def sign_in(browser: httpx.Client, database: Database, email: str, verder: str = "") -> httpx.Response:
    """Ask for a link and use it."""
    asked = browser.post("/inloggen", data={"email": email, "verder": verder})
    assert asked.status_code == 200, asked.text
    return browser.post(link_in(newest_mail(database, email)).partition("?")[0])
