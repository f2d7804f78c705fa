"""What the town is handed over as: plain records and columns, without a database. Geometry: EPSG:28992, metres and m2."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely

from geo_service.demo.districts import District


@dataclass
class Green:
    """Green objects, one row per version; current ones have no `valid_to`.

    `applies_from` is None where the first known version also stands for the time before it.
    """

    register_id: list[str] = field(default_factory=list)
    version: list[str] = field(default_factory=list)
    category: list[str] = field(default_factory=list)
    appearance: list[str] = field(default_factory=list)
    plus_type: list[str | None] = field(default_factory=list)
    bronhouder: list[str] = field(default_factory=list)
    valid_from: list[date] = field(default_factory=list)
    valid_to: list[date | None] = field(default_factory=list)
    applies_from: list[date | None] = field(default_factory=list)
    geometry: list[shapely.Geometry] = field(default_factory=list)


@dataclass
class OtherGround:
    """Streets, water, buildings and other ground by family, with names where they have one."""

    register_id: list[str]
    family: list[str]
    appearance: list[str]
    name: list[str | None]
    geometry: np.ndarray


@dataclass(frozen=True)
class Managed:
    """Ground and who keeps it."""

    register_id: str
    keeper: str
    municipal: bool
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Address:
    """A building's door: its street, number, postcode (starting with 0: fictive) and homes."""

    street: str
    number: int
    postcode: str
    homes: int
    point: shapely.Point


@dataclass
class Trees:
    """Municipal trees."""

    species: list[str]
    point: np.ndarray


@dataclass(frozen=True)
class Zone:
    """A restriction; `ends` None: for good."""

    kind: str
    effect: str
    disclosure: str
    name: str
    geometry: shapely.Geometry
    starts: date
    ends: date | None = None


@dataclass
class Initiative:
    """Residents who keep ground together."""

    name: str
    story: str
    buurt: str
    founded: date


@dataclass
class Adoption:
    """A piece of ground that an initiative keeps, kept or asks for; `ends` is the first day that no longer counts."""

    initiative: int
    name: str
    state: str
    starts: date
    ends: date | None
    drawn: bool
    green: list[str]  # register ids, empty where drawn
    care: str
    measures: tuple[str, ...]
    geometry: shapely.Geometry


@dataclass
class Town:
    """The schematic town, as of the day `today`."""

    today: date
    districts: list[District]
    green: Green
    ground: OtherGround
    management: list[Managed]
    trees: Trees
    addresses: list[Address]
    zones: list[Zone]
    initiatives: list[Initiative]
    adoptions: list[Adoption]
