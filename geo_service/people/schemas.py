"""What enters and leaves: the person who acts, and who looks at a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

STAFF = ("wijkregisseur", "toezichthouder", "planner", "admin")
"""Roles that see what is not public of adoptions in their districts."""


@dataclass(frozen=True)
class Actor:
    """Who acts, with the districts (codes of any level) in which each role holds; none named is everywhere."""

    person_id: UUID
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def holds(self, roles: Iterable[str], districts: Iterable[str]) -> bool:
        """Whether one of the roles holds on ground that lies in these districts (its buurt, wijk, stadsdeel and gemeente)."""
        lies_in = set(districts)
        held = [self.roles[role] for role in roles if role in self.roles]
        return any(not named or lies_in.intersection(named) for named in held)

    def districts_as(self, roles: Iterable[str]) -> tuple[str, ...] | None:
        """The districts where one of the roles holds: none is an empty tuple, everywhere is None."""
        held = [self.roles[role] for role in roles if role in self.roles]
        return None if any(not named for named in held) else tuple(sorted({code for named in held for code in named}))


@dataclass(frozen=True)
class Visitor:
    """Who is signed in and looks at a page."""

    actor: Actor
    name: str | None
    email: str

    @property
    def is_staff(self) -> bool:
        """Whether this person decides, oversees or plans somewhere."""
        return any(role in self.actor.roles for role in STAFF)
