"""What enters and leaves."""

from dataclasses import dataclass
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


def band(count: int) -> str:
    """``1-4``, ``5-9``, ``10-19``, ``20-49`` or ``50+``."""
    lower = 1
    for upper in BANDS:
        if count < upper:
            return f"{lower}-{upper - 1}"
        lower = upper
    return f"{lower}+"
