"""Journeys: whole paths of people through the pages, in a real Chromium, on a demo town of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from geo_service.db.embedded import Cluster
from tests.browser.conftest import DESKTOP, Visit, Visitor
from tests.conftest import Server, cloned, serving

FREE = """
select b.lokaal_id, st_x(p.at) as lon, st_y(p.at) as lat
from "layers".beschikbaar_groen b, lateral (select st_setsrid(st_transform(st_pointonsurface(b.geometrie), 4258), 4326) as at) p
where b.status = 'vrij' and b.heel_object and b.oppervlakte_m2 between {least} and {most}
  and b.geometrie && st_makeenvelope(142000, 481000, 147000, 487000, 28992)
  and not exists (select from geo.zone z where st_intersects(z.geom, st_makeenvelope(
    floor(st_xmin(b.geometrie) / 250) * 250, floor(st_ymin(b.geometrie) / 250) * 250,
    ceil(st_xmax(b.geometrie) / 250) * 250, ceil(st_ymax(b.geometrie) / 250) * 250, 28992)))
  and not exists (select from geo.adoption a where a.geom && b.geometrie)
  and (select count(*) from geo.address d where st_dwithin(d.geom, b.geometrie, 90)) > 5
  and st_area(st_buffer(b.geometrie, -0.7)) > 0.2 * b.oppervlakte_m2
order by b.lokaal_id offset {skip} limit 1
"""


@dataclass
class Town:
    """The town of the journeys: its server, the mails that people got, and ground that is free."""

    server: Server

    @property
    def url(self) -> str:
        return self.server.url

    def ask(self, statement: str, **values: object) -> list[tuple]:
        """Rows of the database behind the pages."""
        with self.server.database.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement, values or None)]

    def change(self, statement: str, **values: object) -> None:
        """Time that passes, which no page does."""
        with self.server.database.engine.begin() as connection:
            connection.exec_driver_sql(statement, values or None)

    def mail(self, to: str) -> str:
        """The address in the newest mail to somebody."""
        newest = "select plain from geo.message where to_email = %(to)s order by created_at desc, id limit 1"
        found = re.search(r"https?://\S+", self.ask(newest, to=to)[0][0])
        assert found
        return found[0].replace("http://127.0.0.1:8000", self.url)

    def free_green(self, least: int, most: int, skip: int = 0) -> tuple[str, float, float]:
        """A whole green object that anybody may ask for: its id and a place in it."""
        return self.ask(FREE.format(least=least, most=most, skip=skip))[0]  # type: ignore[return-value]


def fill(page: Page, name: str, email: str = "") -> None:
    """The one form; who is signed in is not asked for an address."""
    page.fill("#naam_plek", name)
    page.get_by_label("Wieden").check()
    if email:
        page.fill("#email", email)
    page.check("#akkoord")


def seen(page: Page, name: str) -> Locator:
    """The link that a person sees: pages hold it twice, and the style sheet shows one of them."""
    page.wait_for_load_state()
    return page.get_by_role("link", name=name).locator("visible=true").first


def send(page: Page) -> str:
    """Send the form in; the code of the plot."""
    page.get_by_role("button", name="Verstuur mijn aanvraag").click()
    return code_of_the_plot(page)


def code_of_the_plot(page: Page) -> str:
    """What the page after the form calls the plot."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nog één stap")
    page.wait_for_load_state()
    found = re.search(r"PL-\d+", page.inner_text("main"))
    assert found
    return found[0]


def clean(opened: Visit) -> None:
    """Nothing that axe finds, and nothing to scroll sideways to."""
    assert opened.faults_of_axe() == []
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def refused(opened: Visit, status: int) -> None:
    """The browser itself tells that an answer was no 200; that is no fault of the page."""
    assert opened.complaints
    assert all(str(status) in each for each in opened.complaints)
    opened.complaints.clear()


@pytest.fixture(scope="session")
def town(cluster: Cluster, demo_template: str) -> Iterator[Town]:
    """One town for all journeys: each takes ground that is still free, and has people of its own."""
    with cloned(cluster, demo_template) as database, serving(database, "--demo") as running:
        yield Town(running)


@pytest.fixture
def as_demo(visit: Visitor, town: Town) -> Visitor:
    """A window in which one of the demo's people is signed in."""

    def sign_in(name: str, size: tuple[int, int] = DESKTOP, address: str = "/mijn") -> Visit:
        opened: Visit = visit(f"{town.url}/inloggen?verder={address}", size)
        opened.page.locator(f"button[value='{name}@demo.example']").click()
        opened.page.wait_for_url(f"{town.url}{address}")
        return opened

    return sign_in
