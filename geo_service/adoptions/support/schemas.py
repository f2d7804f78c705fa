"""What enters and leaves: how far support has come, and the cards for the doors."""

from dataclasses import dataclass
from uuid import UUID

from geo_service.plots.support_rule import FEW


@dataclass(frozen=True)
class Progress:
    """Support for one adoption. ``supporting`` counts households with a code, never more than there are; ``by_mail`` is told apart.

    ``neutral``, ``objections`` and ``handed_in`` (cards that somebody else typed in) are for staff only.
    """

    required: bool
    households: int
    needed: int
    supporting: int
    by_mail: int
    initiators: int
    initiators_needed: int
    neutral: int
    objections: int
    handed_in: int
    printings: int

    @property
    def still_needed(self) -> int:
        """How many households are missing."""
        return max(self.needed - self.supporting, 0)

    @property
    def enough(self) -> bool:
        """Whether households and initiators are what the rule asks."""
        return self.still_needed == 0 and self.initiators >= self.initiators_needed

    @property
    def exact(self) -> bool:
        """Whether the public may see the number: few voices, or few households, could point at somebody."""
        return self.households >= 2 * FEW and self.supporting >= FEW


@dataclass(frozen=True)
class DoorCard:
    """A card for one household: where to deliver it, and its code. Known only while it is printed."""

    address: str
    code: str


@dataclass(frozen=True)
class Asked:
    """What somebody with a code is asked: the plan of one adoption."""

    adoption_id: UUID
    initiative_id: UUID
    initiative_name: str
    initiative_slug: str
    story: str | None
    plan: str | None
    plot_code: str
    plot_name: str
    area_m2: float
