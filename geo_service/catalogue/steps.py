"""The colours of a raster as steps along its values, for writers that know no conditions."""

from collections.abc import Iterable
from dataclasses import dataclass

from geo_service.catalogue.definition import Look, Style
from geo_service.catalogue.rules import Between, Equal, rules

TINY = 1e-9
"""No cell has a value between zero and this."""
HALF = 0.5


@dataclass(frozen=True)
class Step:
    """From ``start`` (included) on, up to the next step, cells have this look; None is not drawn."""

    start: float
    look: Look | None


def steps(style: Style) -> list[Step]:
    """Where the look changes, going up. Values are whole numbers and own what is nearest to them."""
    return sorted(_merged(_of_values(style) if style.values else _of_classes(style)), key=lambda step: step.start)


def _of_values(style: Style) -> Iterable[Step]:
    for rule in rules(style):
        if isinstance(rule.condition, Equal):
            yield Step(float(rule.condition.value) - HALF, rule.look)
            yield Step(float(rule.condition.value) + HALF, None)


def _of_classes(style: Style) -> Iterable[Step]:
    for rule in rules(style):
        if isinstance(rule.condition, Between):
            yield Step(rule.condition.lowest, rule.look)
            if rule.condition.not_zero:
                yield Step(0.0, style.nothing)
                yield Step(TINY, rule.look)


def _merged(found: Iterable[Step]) -> Iterable[Step]:
    """Of steps at one place the one that is drawn; zero that counts as nothing goes before the class that starts there."""
    places: dict[float, Step] = {}
    for step in found:
        known = places.get(step.start)
        if known is None or known.look is None or step.look is not None:
            places[step.start] = step
    return places.values()
