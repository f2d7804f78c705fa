"""What enters and leaves: the text of a Zelfbeheerbrief, what staff choose of it, and a version as members and staff see it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from geo_service.municipality import Means, Task
from geo_service.words import Told

Side = Literal["residents", "municipality"]
Level = Literal["A+", "A", "B", "C", "D"]
LEVELS: tuple[Level, ...] = ("A+", "A", "B", "C", "D")


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ground(_Frozen):
    """The plot: its code and name, its area in m², and its shape as GeoJSON in RD (EPSG:28992)."""

    code: str
    name: str
    area_m2: float
    shape: dict[str, Any]


class MunicipalContact(_Frozen):
    """The one person or team of the municipality whom residents ask."""

    name: str
    email: str


class Content(_Frozen):
    """Everything that both sides sign for. The Dutch text counts; the English is there to be understood."""

    municipality: str
    initiative: str
    ground: Ground
    plan: str | None
    care: Literal["full", "partial"]
    tasks: tuple[Task, ...]
    means: tuple[Means, ...]
    quality_level: Level | None
    conditions: tuple[Told, ...]
    insurance: Told
    starts_on: date
    term_years: int
    renew_on: date
    notice_weeks: int
    contact: MunicipalContact

    def canonical(self) -> str:
        """The same content is the same text, always."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(canonical: str) -> str:
    """The SHA-256 that a signature is set under."""
    return hashlib.sha256(canonical.encode()).hexdigest()


class Chosen(_Frozen):
    """What staff choose of an agreement; the rest follows from the adoption and the municipality's file."""

    tasks: tuple[Task, ...]
    means: tuple[Means, ...]
    quality_level: Level | None
    term_years: int
    notice_weeks: int


@dataclass(frozen=True)
class Signature:
    """Who signed for a side, and when. ``mandated``: the municipality signed without a person. A name may be forgotten later."""

    side: Side
    name: str | None
    mandated: bool
    signed_at: datetime


@dataclass(frozen=True)
class AgreementView:
    """A version of the Zelfbeheerbrief, as members and staff see it."""

    id: UUID
    adoption_id: UUID
    number: int
    track: str
    content: Content
    digest: str
    objection_until: date | None
    made_at: datetime
    signatures: tuple[Signature, ...]
    has_paper: bool

    def signed_by(self, side: Side) -> Signature | None:
        """The signature of a side, if it is there."""
        return next((signature for signature in self.signatures if signature.side == side), None)

    @property
    def signed(self) -> bool:
        """Whether both sides signed."""
        return len(self.signatures) == 2
