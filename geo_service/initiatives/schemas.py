"""What enters and leaves."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

BANDS = (5, 10, 20, 50)


@dataclass(frozen=True)
class PublicInitiative:
    """What everybody may know of an initiative. ``members`` is a band, so that small groups cannot be counted out."""

    id: UUID
    slug: str
    name: str
    story: str | None
    kind: str
    members: str


@dataclass(frozen=True)
class PageText:
    """The words of the page of an initiative, as members write them."""

    name: str
    story: str
    kind: str
    domains: tuple[str, ...] = ()
    agendas: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberView:
    """A member or joiner as members see them: never public. ``email`` is for the contact."""

    person_id: UUID
    name: str | None
    email: str
    effort: str
    since: date
    gets_messages: bool = True


@dataclass(frozen=True)
class MessageView:
    """A message to members."""

    author: str | None
    body: str
    sent_at: datetime


def band(count: int) -> str:
    """``1-4``, ``5-9``, ``10-19``, ``20-49`` or ``50+``."""
    lower = 1
    for upper in BANDS:
        if count < upper:
            return f"{lower}-{upper - 1}"
        lower = upper
    return f"{lower}+"
