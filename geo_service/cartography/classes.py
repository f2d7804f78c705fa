"""Classes of a choropleth: which colour a share gets, and what the legend says about it. Pure."""

import math
from dataclasses import dataclass

from geo_service.cartography.definition import Choropleth
from geo_service.errors import N_
from geo_service.words import Language, number, percent, say

AND_MORE = N_("{low} and more")
BETWEEN = N_("{low} to {high}")
UP_TO = N_("up to {high}")
BELOW = N_("below {high}")
NONE = N_("none")
NOT_KNOWN = N_("not known")


@dataclass(frozen=True)
class Class:
    """``index`` -1 is "none": nothing kept, or nothing to keep. ``dark`` asks for white text."""

    index: int
    colour: str
    label: str
    dark: bool


def classes(choropleth: Choropleth, language: Language) -> list[Class]:
    """All classes in the order of the legend, the highest first and "none" last."""
    highest = len(choropleth.palette) - 1
    ranked = [_class(choropleth, index, language) for index in range(highest, -1, -1)]
    return [*ranked, Class(-1, choropleth.none, say(NOT_KNOWN if choropleth.unit else NONE, language), False)]


def class_index(choropleth: Choropleth, value: float | None) -> int:
    """The class of a value; a break belongs to the class above it."""
    if value is None or math.isnan(value) or (choropleth.unit is None and value <= 0):
        return -1
    return sum(value >= limit for limit in choropleth.breaks)


def is_few(choropleth: Choropleth, count: int) -> bool:
    """Whether so few plots lie in a district that one of them decides its colour."""
    return 0 < count < choropleth.few


def _class(choropleth: Choropleth, index: int, language: Language) -> Class:
    limits = [None, *choropleth.breaks, None]
    low, high = limits[index], limits[index + 1]
    colour = choropleth.palette[index]
    numbers = _numbers(low, high, choropleth.unit.say(language), language) if choropleth.unit else _label(low, high, language)
    label = f"{choropleth.words[index].say(language)}: {numbers}" if choropleth.words else numbers
    return Class(index, colour, label, _lightness(colour) < 0.55)


def _numbers(low: float | None, high: float | None, unit: str, language: Language) -> str:
    def told(limit: float) -> str:
        return number(limit, language, _places(limit))

    if low is None:
        return say(UP_TO if (high or 0) > 0 else BELOW, language, high=f"{told(high or 0)} {unit}")
    if high is None:
        return say(AND_MORE, language, low=f"{told(low)} {unit}")
    return say(BETWEEN, language, low=told(low), high=f"{told(high)} {unit}")


def _places(value: float) -> int:
    return 0 if value == round(value) else 1


def _label(low: float | None, high: float | None, language: Language) -> str:
    if low is None:
        return say(UP_TO, language, high=_percent(high or 0, language))
    if high is None:
        return say(AND_MORE, language, low=_percent(low, language))
    return say(BETWEEN, language, low=number(low * 100, language, _decimals(low)), high=_percent(high, language))


def _percent(share: float, language: Language) -> str:
    return percent(share, language, _decimals(share))


def _decimals(share: float) -> int:
    return 0 if math.isclose(share * 100, round(share * 100)) else 1


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
