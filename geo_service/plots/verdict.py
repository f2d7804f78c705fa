"""A decision as sums that people can follow: what was asked = what cannot be, for each reason, + what can be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely import MultiPolygon

from geo_service.plots.facts import NOTHING, inside, union, without
from geo_service.plots.schemas import Decision, RuleOutcome

SMALL_M2 = 10.0


@dataclass(frozen=True)
class Refused:
    """The ground that one rule refuses and no rule before it, with its rounded m²; ``ground`` is empty where no place can be shown."""

    outcome: RuleOutcome
    ground: MultiPolygon
    m2: float


@dataclass(frozen=True)
class Verdict:
    """``asked_m2 = sum(refused) + rest_m2 + possible_m2``, exactly and as told: rounded to whole m², below 10 m² to tenths.

    ``rest_m2`` is refused by no rule but not in the suggestion: narrow tips, parts that do not adjoin, what is above the largest area.
    Without a suggestion nothing is possible. Of a plot that passes all is.
    """

    asked_m2: float
    possible_m2: float
    refused: tuple[Refused, ...]
    rest_m2: float

    @property
    def refused_m2(self) -> float:
        """All that cannot be."""
        return round(self.asked_m2 - self.possible_m2, 1)


def verdict(decision: Decision) -> Verdict:
    """Every m² of a decision, counted once: under the first rule that refuses it."""
    possible = decision.shape if decision.allowed else decision.suggestion or NOTHING
    grounds: list[MultiPolygon] = []
    left = without(decision.shape, possible)
    failed = [outcome for outcome in decision.outcomes if outcome.outcome == "failed"]
    for outcome in failed:
        ground = inside(left, outcome.fault) if outcome.fault is not None and not decision.allowed else NOTHING
        grounds.append(ground)
        left = without(left, union([ground]))
    exact = [*(ground.area for ground in grounds), left.area, possible.area]
    *parts, rest, can = rounded(exact, 0.1 if decision.shape.area < SMALL_M2 else 1)
    refused = tuple(Refused(outcome, ground, m2) for outcome, ground, m2 in zip(failed, grounds, parts, strict=True))
    return Verdict(round(sum((*parts, rest, can)), 1), can, refused, rest)


def rounded(parts: Sequence[float], step: float) -> list[float]:
    """The parts in multiples of ``step``, such that they add up to their rounded sum: the largest remainders are rounded up."""
    whole = [int(part / step) for part in parts]
    short = round(sum(parts) / step) - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda place: whole[place] - parts[place] / step)
    for place in by_remainder[:short]:
        whole[place] += 1
    return [round(count * step, 1) for count in whole]
