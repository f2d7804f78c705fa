"""What enters and leaves."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shapely import Point

from geo_service.initiatives.schemas import band

STATUSES = ("geadopteerd", "aangevraagd", "idee")


@dataclass(frozen=True)
class Wanted:
    """What a list of initiatives is asked for. ``near`` is a place in RD; ``kind`` is ``ideeen`` or ``initiatieven``."""

    words: str = ""
    district: str = ""
    kind: str = ""
    near: Point | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True)
class Listed:
    """An initiative in a list. No people: members are a band."""

    id: UUID
    slug: str
    name: str
    story: str | None
    status: str
    place: str | None
    plots: int
    area_m2: float
    people: int
    distance_m: float | None

    @property
    def members(self) -> str:
        """How many people, as a band."""
        return band(self.people)


@dataclass(frozen=True)
class NearIdea:
    """An idea of residents near a place."""

    slug: str
    name: str
    distance_m: float


@dataclass(frozen=True)
class PublicPlot:
    """A plot of an initiative, kept or asked for."""

    adoption_id: UUID
    code: str
    name: str
    status: str
    area_m2: float
    starts_on: date | None
