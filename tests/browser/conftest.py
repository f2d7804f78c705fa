"""A real Chromium that may reach nothing but the server, and that fails a test on any console message or error."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, Page, Request, expect, sync_playwright
from psycopg import sql

from geo_service.db.embedded import Cluster
from geo_service.db.engine import transaction
from tests.conftest import ROOT, Database, Server, cloned, serving
from tests.small_town import build

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = (1440, 900), (390, 844)
PATIENCE_MS = 30_000
"""How long to wait for what must come: nothing when all is well, and on a busy machine a page may take seconds."""
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", NOBODY_ELSE])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def read_only_town(cluster: Cluster, template: str) -> Iterator[Server]:
    """A server with the small town, for all tests that only look: whoever writes is refused by the database, and fails."""
    with cloned(cluster, template) as database:
        with transaction(database.sessions) as session:
            build(session)
        with serving(database) as running:
            close_for_writers(database)
            yield running


def close_for_writers(database: Database) -> None:
    """From the next connection on nothing can be written; those that are open are ended."""
    with psycopg.connect(database.url, autocommit=True) as admin:
        name = admin.info.dbname
        admin.execute(sql.SQL("alter database {} set default_transaction_read_only = on").format(sql.Identifier(name)))
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()", [name])
    database.engine.dispose()


@dataclass
class Visit:
    """A page and everything that it should not have done."""

    page: Page
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def map(self) -> Frame:
        """The framed map, drawn."""
        frame = self.page.frame_locator("iframe").locator("html[data-ready]")
        frame.wait_for()
        return next(each for each in self.page.frames if "/maps/" in each.url)

    def faults_of_axe(self, frame: Frame | Page | None = None) -> list[str]:
        """What axe finds against WCAG 2.2 A and AA."""
        self.page.wait_for_load_state()  # before the style sheet is there, every target is small and every colour another
        target = frame or self.page
        if not target.evaluate("'axe' in window"):
            target.evaluate(AXE.read_text())
        found = target.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], iframes: false})", WCAG)
        return [f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}" for each in found["violations"]]


Visitor = Callable[..., Visit]


def is_complaint(message: ConsoleMessage) -> bool:
    """Errors and warnings; not the hint on speed that a library's canvas gives where features are found under a tap."""
    return message.type in ("error", "warning") and "willReadFrequently" not in message.text


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visitor]:
    """Open an address in a window of a size; other hosts are not found and noted; at the end nothing may have gone wrong.

    No request is held up to look at it: then the browser would keep nothing, and every page would load everything again."""
    visits: list[Visit] = []
    with ExitStack() as windows:

        def open_page(url: str, size: tuple[int, int] = DESKTOP, **options: Any) -> Visit:
            context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="nl-NL", **options)
            windows.callback(context.close)
            context.set_default_timeout(2 * PATIENCE_MS)
            made = Visit(context.new_page())
            visits.append(made)
            host = urlsplit(url).netloc

            def note(request: Request) -> None:
                made.asked.append(request.url)
                if urlsplit(request.url).scheme in ("http", "https") and urlsplit(request.url).netloc != host:
                    made.refused.append(request.url)

            context.on("request", note)
            made.page.on("console", lambda message: made.complaints.append(message.text) if is_complaint(message) else None)
            made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
            made.page.goto(url)
            return made

        yield open_page
        for each in visits:
            assert each.refused == []
            assert each.complaints == []
