"""The rule on support: above a size the neighbours are asked first. It never refuses; it tells what to look for."""

import math

import shapely

from geo_service.errors import N_
from geo_service.municipality import Municipality
from geo_service.plots.facts import Facts
from geo_service.plots.schemas import RuleOutcome, Sentence

FEW = 5
"""Below this many households numbers could point at one of them: only the share is told."""
NONE_NEEDED = N_("This plot needs no support of neighbours beforehand.")
NUMBERS = N_(
    "Find {others} more initiators and {needed} of the {households} households within {radius} m. You can do that after your request."
)
SHARE = N_(
    "Find {others} more initiators and the support of {share}% of the households within {radius} m. You can do that after your request."
)


def needs_support(area_m2: float, municipality: Municipality) -> bool:
    """Whether a plot of this size needs the support of neighbours."""
    return area_m2 > municipality.support.from_m2.value


def needed_of(households: int, municipality: Municipality) -> int:
    """How many of these households must support a plan."""
    return math.ceil(households * municipality.support.share.value - 1e-9)


def support(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """How many initiators and households are needed; the households are those of the address register, within the radius."""
    terms = municipality.support
    if not needs_support(facts.shape.area, municipality):
        return RuleOutcome("support", "passed", (Sentence(NONE_NEEDED),), source=terms.from_m2.source, example=terms.from_m2.example)
    values = {"others": int(terms.initiators.value) - 1, "radius": int(terms.radius_m.value), "share": round(100 * terms.share.value)}
    households = _near(facts, terms.radius_m.value)
    told = Sentence(SHARE, values)
    if households is not None and households >= FEW:
        told = Sentence(NUMBERS, {**values, "households": households, "needed": needed_of(households, municipality)})
    return RuleOutcome("support", "warning", (told,), source=terms.share.source, example=terms.share.example)


def _near(facts: Facts, radius_m: float) -> int | None:
    if facts.addresses is None:
        return None
    near = shapely.dwithin(shapely.get_parts(facts.addresses), facts.shape, radius_m)
    return sum(count for count, here in zip(facts.households, near, strict=True) if here)
