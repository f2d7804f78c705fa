"""A small town for adoptions: two stadsdelen side by side, green all over, and people with a role each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import shapely
from sqlalchemy.orm import Session

from geo_service.adoptions import service
from geo_service.adoptions.schemas import AdoptionRequest, AdoptionView
from geo_service.municipality import Municipality
from geo_service.people.schemas import Actor
from geo_service.people.service import add_person, grant_role
from tests.builders import add_district, add_green, assume_managed, box, rebuild

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
STAFF = {"wijkregisseur": ("SD1",), "toezichthouder": ("SD1",), "planner": (), "admin": ()}


@dataclass(frozen=True)
class Town:
    """Who lives and works there. SD1 is x 0..1000, SD2 is x 1000..2000, both y 0..1000, metres from the builders' corner."""

    people: dict[str, Actor]

    def __getattr__(self, name: str) -> Actor:
        return self.people[name]


def build_town(session: Session) -> Town:
    """Districts of every level, twenty green objects of 100 x 1000 m (``G0`` .. ``G19``), residents and staff."""
    add_district(session, "GM0034", box(0, 0, 2000, 1000), level="gemeente")
    for number in (1, 2):
        ground = box(1000 * (number - 1), 0, 1000, 1000)
        add_district(session, f"SD{number}", ground, level="stadsdeel", parent="GM0034")
        add_district(session, f"WK{number}", ground, level="wijk", parent=f"SD{number}")
        add_district(session, f"BU{number}", ground, level="buurt", parent=f"WK{number}")
    for number in range(20):
        add_green(session, f"G{number}", box(100 * number, 0, 100, 1000))
    assume_managed(session, "G0034")
    rebuild(session)
    people = {name: add_actor(session, name, "resident") for name in ("resident", "neighbour", "stranger")}
    people |= {name: add_actor(session, name, name, *districts) for name, districts in STAFF.items()}
    people["elsewhere"] = add_actor(session, "elsewhere", "wijkregisseur", "SD2")
    session.flush()
    return Town(people)


def add_actor(session: Session, name: str, role: str, *districts: str) -> Actor:
    """A person with one role."""
    person = add_person(session, f"{name}@example.org", f"Name of {name}")
    grant_role(session, person, role, districts)
    return Actor(person.id, {role: districts})


def plot(x: float, y: float, width: float, height: float | None = None) -> shapely.MultiPolygon:
    """A drawn rectangle, metres from the builders' corner."""
    return shapely.MultiPolygon([box(x, y, width, height)])


def ask(
    session: Session,
    actor: Actor,
    shape: shapely.MultiPolygon | tuple[str, ...],
    municipality: Municipality,
    now: datetime = NOW,
    **more: object,
) -> AdoptionView:
    """Ask for ground with a new initiative."""
    request = AdoptionRequest(asked=shape, **{"initiative_name": "Groene buren", "name": "Hoekje", **more})  # type: ignore[arg-type]
    return service.request_adoption(session, actor, request, municipality, "en", now).adoption


def step(
    session: Session,
    actor: Actor,
    adoption: AdoptionView,
    target: str,
    municipality: Municipality,
    now: datetime = NOW,
    reason: str = "why",
) -> AdoptionView:
    """Take an adoption to another state."""
    return service.change_state(session, actor, adoption.id, target, reason, municipality, "en", now)


def keep(session: Session, town: Town, shape: shapely.MultiPolygon, municipality: Municipality, now: datetime = NOW) -> AdoptionView:
    """From request to active."""
    adoption = ask(session, town.resident, shape, municipality, now)
    for target in ("agreement_draft", "awaiting_signatures", "active"):
        adoption = step(session, town.wijkregisseur, adoption, target, municipality, now)
    return adoption
