"""What the decision on a plot says: one outcome per rule, in words of both languages, with the m² and the ground at fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shapely import MultiPolygon

from geo_service.words import Language, say

OutcomeKind = Literal["passed", "failed", "needs_consent", "warning"]
Basis = Literal["register", "assumption", "unknown"]


@dataclass(frozen=True)
class Sentence:
    """One sentence for a reader: English source text and its values, translated where it is told."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """Ground that another plot holds or asked for: its public code and the m² that overlap."""

    plot: str
    overlap_m2: float


@dataclass(frozen=True)
class RuleOutcome:
    """What one rule says of a plot.

    ``fault`` is the ground at fault in RD, ``fault_m2`` its area in m²; both are None where a zone does not disclose them.
    ``source`` is where the rule's parameter or zone comes from; ``example`` tells that it is no policy of this municipality.
    """

    rule: str
    outcome: OutcomeKind
    sentences: tuple[Sentence, ...]
    fault: MultiPolygon | None = None
    fault_m2: float | None = 0.0
    source: str | None = None
    example: bool = False
    conflicts: tuple[Conflict, ...] = ()

    def reason(self, language: Language) -> str:
        """The outcome in words."""
        return " ".join(say(sentence.text, language, **sentence.values) for sentence in self.sentences)


@dataclass(frozen=True)
class Decision:
    """Whether a plot may be adopted, and why (not).

    ``shape`` is what was judged, in RD: the asked shape, cut where it lay over the border of a neighbour (``cut``).
    ``suggestion`` is the largest part of it that passes every rule; None when nothing remains or the shape passes already.
    """

    shape: MultiPolygon
    cut: bool
    outcomes: tuple[RuleOutcome, ...]
    suggestion: MultiPolygon | None
    managed_basis: Basis
    green_object_ids: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """No rule failed; consent may still be needed."""
        return all(outcome.outcome != "failed" for outcome in self.outcomes)

    @property
    def needs_consent(self) -> bool:
        """Somebody of the municipality must say yes first."""
        return any(outcome.outcome == "needs_consent" for outcome in self.outcomes)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Ground that is granted to others, as a 409 tells it."""
        return next((outcome.conflicts for outcome in self.outcomes if outcome.rule == "granted_overlap"), ())
