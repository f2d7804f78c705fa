"""The colours of a raster as steps along its values, for writers that know no conditions."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from geo_service.catalogue.definition import Look, Style
from geo_service.catalogue.styles.rules import Between, Empty, Equal, rules

TINY = 1e-9
"""No cell has a value between zero and this."""


@dataclass(frozen=True)
class Step:
    """From ``start`` (included) on, up to the next step, cells have this look; None is not drawn."""

    start: float
    look: Look | None


def steps(style: Style) -> list[Step]:
    """Where the look changes, going up."""
    return sorted(_merged(_of_values(style) if style.values else _of_classes(style)), key=lambda step: step.start)


def _of_values(style: Style) -> Iterable[Step]:
    for rule in rules(style):
        if isinstance(rule.condition, Equal):
            value = float(rule.condition.value)
            yield Step(value, rule.look)
            yield Step(math.nextafter(value, math.inf) if value else TINY, None)


def _of_classes(style: Style) -> Iterable[Step]:
    for rule in rules(style):
        if isinstance(rule.condition, Between):
            yield Step(rule.condition.lowest, rule.look)
            if rule.condition.not_zero:
                yield Step(TINY, rule.look)
        elif isinstance(rule.condition, Empty) and rule.condition.or_zero:
            yield Step(0.0, rule.look)
            yield Step(TINY, None)


def _merged(found: Iterable[Step]) -> Iterable[Step]:
    """Of steps at one place the last that is drawn: zero as nothing comes after the class that starts there."""
    places: dict[float, Step] = {}
    for step in found:
        known = places.get(step.start)
        if known is None or step.look is not None:
            places[step.start] = step
    return places.values()
