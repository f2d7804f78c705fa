"""Which feature gets which look, told once: MapLibre, QML and SLD each write these rules in their own words.

The rules of a style exclude each other: a value has one look, or none. They come in the order of the legend.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from geo_service.catalogue.definition import Look, Style

PALE = 0.4
MARKER_PIXELS = 12
"""The width of a point."""
PATTERN_PIXELS = 7.5
"""From one line or dot of a pattern to the next."""
ANGLES = {"lines": (45,), "hatch": (45, 135)}


@dataclass(frozen=True)
class Equal:
    """The column has this value."""

    value: str


@dataclass(frozen=True)
class Between:
    """The column has a number from ``lowest`` up to ``below``, which is left out (None: no end); with ``not_zero`` any of them but 0."""

    lowest: float
    below: float | None
    not_zero: bool


@dataclass(frozen=True)
class Empty:
    """The column has no value, or with ``or_zero`` zero."""

    or_zero: bool


@dataclass(frozen=True)
class Other:
    """The column has no value, or none of these."""

    values: tuple[str, ...]


Condition = Equal | Between | Empty | Other | None
"""None: always."""


@dataclass(frozen=True)
class Rule:
    """A look, and when it is drawn."""

    look: Look
    condition: Condition = None


def rules(style: Style) -> list[Rule]:
    """All looks of a style with their conditions; of classes the highest comes first."""
    if style.look:
        return [Rule(style.look)]
    return list(_of_classes(style) if style.classes else _of_values(style))


def looks(style: Style) -> list[Look]:
    """The legend: every look of the style, in its order."""
    return [rule.look for rule in rules(style)]


def _of_values(style: Style) -> Iterable[Rule]:
    for value, look in style.values.items():
        yield Rule(look, Equal(value))
    if style.nothing:
        yield Rule(style.nothing, Other(tuple(style.values)))


def _of_classes(style: Style) -> Iterable[Rule]:
    """A number on a border is in the class that starts there. Zero that looks like nothing is in no class."""
    ends = [step.at_least for step in style.classes[1:]]
    for step, below in reversed(list(zip_longest(style.classes, ends))):
        yield Rule(step, Between(step.at_least, below, not_zero=style.zero_is_nothing and step.at_least == 0))
    if style.nothing:
        yield Rule(style.nothing, Empty(style.zero_is_nothing))


def fill_opacity(look: Look) -> float:
    """How much of the fill covers what lies below it, 0..1."""
    return look.opacity * (PALE if look.pattern == "pale" else 1)


def dashes(look: Look) -> list[float]:
    """Lengths of dashes and gaps in pixels; none is a whole line."""
    return [float(length) for length in (look.dash or "").split()]
