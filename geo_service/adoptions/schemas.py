"""What enters and leaves."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shapely import MultiPolygon

from geo_service.plots.geojson import Asked
from geo_service.plots.schemas import Decision

MEASURES = ("litter", "watering", "weeding", "mowing", "pruning", "planting")
"""What partial care may consist of."""


@dataclass(frozen=True)
class AdoptionRequest:
    """What somebody asks for: ground (drawn in RD, whole green objects, or a plot that has a code) for an initiative, old or new.

    A ``draft`` only reserves the ground for a while. ``measures`` tell what partial care consists of.
    """

    asked: Asked | None = None
    plot_code: str | None = None
    initiative_id: UUID | None = None
    initiative_name: str | None = None
    story: str | None = None
    name: str | None = None
    plan: str | None = None
    starts_on: date | None = None
    care: str = "full"
    measures: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True)
class AdoptionView:
    """An adoption as one reader sees it. Everybody may know the first part; ``full`` tells whether this reader sees the rest."""

    id: UUID
    plot_code: str
    status: str
    area_m2: float
    since: int | None
    geom: MultiPolygon | None
    full: bool
    state: str
    plot_name: str
    initiative_id: UUID
    initiative_slug: str
    initiative_name: str
    plan: str | None
    care: str
    measures: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    reserved_until: datetime | None
    created_at: datetime
    follows_id: UUID | None


@dataclass(frozen=True)
class Requested:
    """A new adoption and the decision on its ground."""

    adoption: AdoptionView
    decision: Decision


@dataclass(frozen=True)
class PauseView:
    """Days on which the staff plan looks after an adoption, or after the part ``geom`` of it."""

    id: UUID
    starts_on: date
    ends_on: date | None
    reason: str | None
    geom: Any


@dataclass(frozen=True)
class LogEntry:
    """Something that happened to an adoption; ``by`` is a role, never a person."""

    at: datetime
    what: str
    state: str | None
    by: str
    reason: str | None
