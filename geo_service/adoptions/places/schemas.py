"""What enters and leaves."""

from dataclasses import dataclass
from datetime import datetime

STATUSES = ("vrij", "gereserveerd", "aangevraagd", "geadopteerd")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; nothing named is everything. ``kinds`` are those of ``registers/kinds.py``, sizes are m²."""

    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Place:
    """A plot (``code``), or a green object that is free (its id in the register), as everybody may see it.

    ``group`` is the initiative that keeps a plot, where more than one person does. ``consent``: somebody of the municipality must say
    yes first. ``distance_m`` is from the point that was asked for.
    """

    code: str | None
    green_object_id: str | None
    name: str | None
    status: str
    green_type: str | None
    street: str | None
    area_m2: float
    distance_m: float
    consent: bool
    reserved_until: datetime | None
    group: str | None
    group_slug: str | None
    lon: float
    lat: float

    @property
    def key(self) -> str:
        """How pages and the map name it: ``plek/PL-0412`` or ``groen/G0034.…``."""
        return f"plek/{self.code}" if self.code else f"groen/{self.green_object_id}"


@dataclass(frozen=True)
class Nearby:
    """The nearest places, and how many there are, and of these free, within ``radius_m``."""

    places: tuple[Place, ...]
    count: int
    free: int
    radius_m: int


@dataclass(frozen=True)
class Years:
    """The years in which residents kept a plot; ``until`` is None as long as they do. ``group`` as in ``Place``."""

    since: int
    until: int | None
    group: str | None
    group_slug: str | None


@dataclass(frozen=True)
class Lying:
    """Where a point lies: the buurt and the wijk, as far as they are known."""

    buurt: str | None
    wijk: str | None
