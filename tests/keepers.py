"""A small town with a plot that a resident keeps, and browsers of those who live and work there, for tests of their pages."""

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2 as httpx

from geo_service.adoptions.schemas import AdoptionView
from geo_service.db.engine import transaction
from geo_service.people import sessions
from geo_service.people.models import Person
from geo_service.people.schemas import Actor
from tests.residents import DAY, Town, build_town, keep, plot


@dataclass(frozen=True)
class Place:
    """Who lives there, the plot of ``resident`` (20 x 40 m over two green objects), and how to look at pages."""

    url: str
    database: object
    town: Town
    kept: AdoptionView

    def cookie(self, actor: Actor) -> str:
        """Sign somebody in; what their browser keeps."""
        with transaction(self.database.sessions) as session:
            return sessions.begin(session, session.get_one(Person, actor.person_id), datetime.now(UTC))

    def browser(self, name: str | None = None) -> httpx.Client:
        """A browser of somebody, or of a stranger."""
        cookies = {"zb_sessie": self.cookie(self.town.people[name])} if name else {}
        headers = {"Accept": "text/html", "Origin": self.url}
        return httpx.Client(base_url=self.url, cookies=cookies, headers=headers, timeout=30)


def settle(server, municipality, x: float = 90, y: float = 10) -> Place:
    """Fill the database of a server."""
    with transaction(server.database.sessions) as session:
        town = build_town(session)
        kept = keep(session, town, plot(x, y, 20, 40), municipality, datetime.now(UTC) - 10 * DAY)
    return Place(server.url, server.database, town, kept)
