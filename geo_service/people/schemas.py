"""Who acts."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """A signed-in person: roles, each with the codes of the districts where it holds (none: everywhere)."""

    person_id: UUID
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
