"""The people of the demo: one for each role, and residents who keep the plots. All fictional."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import numpy as np

from geo_service.days import AMSTERDAM
from geo_service.demo.records import Town

DOMAIN = "demo.example"
# E-mail name, name, role, districts where a staff role holds.
DEMO_PEOPLE = (
    ("resident", "Noor Hofstra", "resident", ()),
    ("neighbour", "Bas Verkade", "resident", ()),
    ("wijkregisseur", "Willeke Tuinman", "wijkregisseur", ("SD1",)),
    ("toezichthouder", "Teun Schouten", "toezichthouder", ("SD1",)),
    ("planner", "Petra Rooster", "planner", ()),
    ("analyst", "Arjen Kaart", "analyst", ()),
    ("admin", "Ada Beheer", "admin", ()),
)
FIRST_NAMES = (
    "Aisha Anouk Bram Carlijn Daan Dewi Elif Emre Femke Fleur Gijs Hanna Hugo Ilse Imane Jasmijn Jeroen Karin Kofi Lars Lotte Mees Mila "
    "Mohamed Naomi Niels Olivia Pim Priya Quinten Rachid Roos Sanne Sem Tamar Thijs Uma Vera Wout Yara Youssef Zoë"
)
LAST_NAMES = (
    "Aalbers Bakhuis Claassen Dijkgraaf Elzinga Fontein Grasland Heuvelink Iepenburg Jansma Kroezen Lindeboom Meerman Nijhof Oeverdijk "
    "Plantinga Quak Rietveld Singelaar Tuinstra Uiterwaal Veldkamp Waterman IJsvogel Zandstra"
)
EFFORTS = ("organiser", "regular", "regular", "now_and_then", "now_and_then", "once")
LIVELY_WIJK = "De Wierden"  # where the two demo residents are members


@dataclass(frozen=True)
class Resident:
    """A fictional person."""

    id: UUID
    email: str
    name: str
    role: str
    districts: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class Member:
    """Somebody's part in an initiative (index)."""

    initiative: int
    person: UUID
    effort: str
    since: date


@dataclass
class People:
    """Everybody, who takes part in what, and the contact of each initiative."""

    residents: list[Resident]
    members: list[Member]
    contacts: list[UUID]

    def named(self, name: str) -> UUID:
        """The demo person with this e-mail name."""
        return next(r.id for r in self.residents if r.email == f"{name}@{DOMAIN}")


def populate(town: Town, rng: np.random.Generator) -> People:
    """The demo people, and for each initiative a contact and some members."""
    first, last = FIRST_NAMES.split(), LAST_NAMES.split()
    opened = morning(min(i.founded for i in town.initiatives) - timedelta(days=30))
    residents = [Resident(new_id(rng), f"{mail}@{DOMAIN}", name, role, areas, opened) for mail, name, role, areas in DEMO_PEOPLE]
    members: list[Member] = []
    contacts = []
    known = dict(zip(lively_initiatives(town), residents[:2], strict=True))
    for k, initiative in enumerate(town.initiatives):
        for m in range(int(rng.integers(3, 12))):
            resident = known.get(k) if m == 0 else None
            if resident is None:
                name = f"{rng.choice(first)} {rng.choice(last)}"
                number, joined = len(residents) - len(DEMO_PEOPLE) + 1, morning(initiative.founded)
                resident = Resident(new_id(rng), f"bewoner{number}@{DOMAIN}", name, "resident", (), joined)
                residents.append(resident)
            since = min(initiative.founded + timedelta(days=int(rng.integers(0, 900)) * (m > 0)), town.today)
            members.append(Member(k, resident.id, "initiator" if m == 0 else str(rng.choice(EFFORTS)), since))
            if m == 0:
                contacts.append(resident.id)
    return People(residents, members, contacts)


def lively_initiatives(town: Town) -> list[int]:
    """Two initiatives of one wijk that keep a plot now: of `resident` and of `neighbour`."""
    wijk = next(d.code for d in town.districts if d.name == LIVELY_WIJK)
    keeping = {a.initiative for a in town.adoptions if a.state == "active"}
    here = [k for k in sorted(keeping) if town.initiatives[k].buurt.startswith(f"BU{wijk[2:]}")]
    return here[:2]


def new_id(rng: np.random.Generator) -> UUID:
    """An id from the demo's own random stream."""
    return UUID(bytes=rng.bytes(16), version=4)


def morning(day: date) -> datetime:
    """Nine o'clock in Amsterdam."""
    return datetime.combine(day, time(9), AMSTERDAM)
