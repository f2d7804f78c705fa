"""A decision as data for the asker: in words, and with geometry in the asker's coordinates."""

from typing import Any

import numpy as np
import shapely

from geo_service.geometry import to_lonlat
from geo_service.plots.geojson import Crs
from geo_service.plots.schemas import Conflict, Decision, RuleOutcome
from geo_service.words import Language

DIGITS = {"CRS84": 9, "RD": 3}
"""Decimals that bring a shape back to the same millimetre."""
M2_DIGITS = 2


def as_json(decision: Decision, language: Language, crs: Crs = "CRS84") -> dict[str, Any]:
    """The whole answer of a plot check; its keys are those of the API."""
    return {
        "allowed": decision.allowed,
        "needsConsent": decision.needs_consent,
        "areaM2": round(decision.shape.area, M2_DIGITS),
        "managedBasis": decision.managed_basis,
        "rules": rules_json(decision, language, crs),
        "suggestion": geojson(decision.suggestion, crs),
        "suggestionM2": round(decision.suggestion.area, M2_DIGITS) if decision.suggestion else None,
        "shape": geojson(decision.shape, crs),
        "cut": decision.cut,
    }


def rules_json(decision: Decision, language: Language, crs: Crs = "CRS84") -> list[dict[str, Any]]:
    """The outcome of every rule."""
    return [_rule(outcome, language, crs) for outcome in decision.outcomes]


def conflicts_json(decision: Decision) -> list[dict[str, Any]]:
    """Granted ground under the plot, largest overlap first."""
    return _conflicts(decision.conflicts)


def _rule(outcome: RuleOutcome, language: Language, crs: Crs) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "rule": outcome.rule,
        "outcome": outcome.outcome,
        "reason": outcome.reason(language),
        "faultM2": None if outcome.fault_m2 is None else round(outcome.fault_m2, M2_DIGITS),
        "fault": geojson(outcome.fault, crs),
        "source": outcome.source,
        "example": outcome.example,
    }
    if outcome.conflicts:
        answer["conflicts"] = _conflicts(outcome.conflicts)
    return answer


def _conflicts(conflicts: tuple[Conflict, ...]) -> list[dict[str, Any]]:
    return [{"plot": conflict.plot, "overlapM2": round(conflict.overlap_m2, 3)} for conflict in conflicts]


def geojson(shape: shapely.MultiPolygon | None, crs: Crs) -> dict[str, Any] | None:
    """A GeoJSON geometry; None for none or an empty one."""
    if shape is None or shape.is_empty:
        return None
    shape = shape if crs == "RD" else to_lonlat(shape)
    coordinates = [[_ring(ring, DIGITS[crs]) for ring in (part.exterior, *part.interiors)] for part in shape.geoms]
    return {"type": "MultiPolygon", "coordinates": coordinates}


def _ring(ring: shapely.LinearRing, digits: int) -> list[list[float]]:
    return np.round(shapely.get_coordinates(ring), digits).tolist()
