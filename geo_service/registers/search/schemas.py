"""What enters and leaves."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["address", "street", "postcode", "district", "plot"]


@dataclass(frozen=True)
class Spot:
    """A place that somebody may mean: its name, what tells it from others of that name, and a point in RD metres.

    ``exact``: the whole of what was typed names it, so that nobody has to choose.
    """

    kind: Kind
    name: str
    within: str
    x: float
    y: float
    exact: bool


@dataclass(frozen=True)
class Found:
    """The spots that fit best first, and whether everything that should be asked could be asked."""

    spots: tuple[Spot, ...]
    complete: bool = True

    @property
    def certain(self) -> Spot | None:
        """The one that is meant, where it is clear."""
        exact = [spot for spot in self.spots if spot.exact]
        one = exact if exact else list(self.spots)
        return one[0] if len(one) == 1 else None
