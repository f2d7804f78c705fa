"""Why ground is refused, as errors with the rules, the plots in the way and the m²."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from geo_service.errors import Conflict, GroundAskedFor, GroundTaken, RuleForbids
from geo_service.plots.answer import conflicts_json, rules_json
from geo_service.plots.geojson import Crs
from geo_service.plots.schemas import Decision
from geo_service.words import Language

EXCLUSIVE = "adoption_exclusive"


def refuse(decision: Decision, language: Language, crs: Crs = "CRS84") -> None:
    """Raise when a rule failed: GroundTaken before GroundAskedFor before RuleForbids, always with the whole decision.

    Consent that is needed does not refuse: staff give it or not.
    """
    if decision.allowed:
        return
    rules = rules_json(decision, language, crs)
    failed = {rule["rule"]: rule.get("conflicts", []) for rule in rules if rule["outcome"] == "failed"}
    if "granted_overlap" in failed:
        raise ground_taken(conflicts_json(decision), rules=rules)
    if "already_asked" in failed:
        claims = failed["already_asked"]
        join = {"action": "join", "plots": _codes(claims)}
        raise GroundAskedFor(**_over(claims), details={"claims": claims, "alternative": join, "rules": rules})
    raise RuleForbids(details={"rules": rules})


def ground_taken(conflicts: Sequence[dict[str, Any]], **details: Any) -> Conflict:
    """Ground that others hold: ``conflicts`` is ``[{"plot", "overlapM2"}]``."""
    return GroundTaken(**_over(conflicts), details={"conflicts": list(conflicts), **details})


@contextmanager
def guarded() -> Iterator[None]:
    """Turn the refusal of the database's guard on granted ground into GroundTaken, with the same conflicts."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.orig, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != EXCLUSIVE:
            raise
        found = json.loads(diagnosis.message_detail)
        raise ground_taken([{"plot": item["plot"], "overlapM2": item["overlapM2"]} for item in found]) from None


def _over(conflicts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"m2": sum(conflict["overlapM2"] for conflict in conflicts), "plots": ", ".join(_codes(conflicts))}


def _codes(conflicts: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(conflict["plot"] for conflict in conflicts))
