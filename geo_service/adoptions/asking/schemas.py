"""What enters and leaves: a form that was filled in, and a request that waits for its confirmation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from geo_service.adoptions.schemas import AdoptionRequest
from geo_service.adoptions.states import ASKED
from geo_service.words import Language


@dataclass(frozen=True)
class Filled:
    """A form as somebody sent it; ``key`` is the same when it is sent again. Sending it means agreeing to the conditions."""

    key: UUID
    request: AdoptionRequest
    language: Language


@dataclass(frozen=True)
class Asker:
    """Somebody who is not signed in: the address that will be confirmed, and the SHA-256 of a secret that their browser keeps."""

    email: str
    name: str | None
    browser: bytes


@dataclass(frozen=True)
class RequestStatus:
    """Where a request stands. Everybody who has its address may see the plot, the m² and the times; the e-mail only its own browser."""

    adoption_id: UUID
    person_id: UUID
    plot_code: str
    area_m2: float
    state: str
    reserved_until: datetime | None
    created_at: datetime
    confirmed_at: datetime | None
    email: str
    browser: bytes | None
    mails: int

    def waits(self, now: datetime) -> bool:
        """Whether it still waits for the confirmation."""
        return self.state == "draft" and self.reserved_until is not None and self.reserved_until > now

    @property
    def asked(self) -> bool:
        """Confirmed, and staff have not decided yet."""
        return self.state in ASKED

    @property
    def lapsed(self) -> bool:
        """Not confirmed (in time), and given back."""
        return self.confirmed_at is None and self.state in ("draft", "withdrawn")


@dataclass(frozen=True)
class Confirmed:
    """Whose request was confirmed."""

    adoption_id: UUID
    person_id: UUID
    plot_code: str
