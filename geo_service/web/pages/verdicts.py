"""A decision as a resident reads it: the verdict, the suggestion, then each rule with its m², reason and source; and what the map shows."""

from collections.abc import Mapping
from typing import Any

from geo_service.errors import N_, GeoServiceError
from geo_service.plots.answer import geojson
from geo_service.plots.schemas import Decision, RuleOutcome
from geo_service.plots.verdict import Refused, Verdict, verdict
from geo_service.web.pages.forms import told
from geo_service.words import Language, number, say

TITLES = {
    "granted_overlap": N_("Someone else already looks after this"),
    "already_asked": N_("Someone already asked for this"),
    "public_green": N_("This is not green of the municipality"),
    "forbidden_zone": N_("No plots are possible here"),
    "minimum_area": N_("Too small"),
    "maximum_area": N_("Too large"),
    "minimum_width": N_("Too narrow"),
    "inside_municipality": N_("Outside the municipality"),
    "valid_geometry": N_("The shape is not valid"),
    "intake_open": N_("No new requests now"),
    "reachable": N_("Too few neighbours near"),
    "consent_zone": N_("Permission needed"),
    "municipal_check": N_("The municipality looks first"),
    "warning_zone": N_("Take care"),
    "trees": N_("Trees stay with the municipality"),
    "support": N_("Support of neighbours"),
    "one_piece": N_("More than one piece"),
}
OTHER = N_("A rule of the municipality")
WHY = {
    "granted_overlap": N_("Every square metre has one keeper only."),
    "already_asked": N_("Who asked first goes first."),
    "forbidden_zone": N_("A plot cannot lie in this area."),
    "consent_zone": N_("The municipality must say yes first."),
    "municipal_check": N_("Somebody of the municipality looks at your plot before you can begin."),
}
"""Said instead of the rule's own sentence where the title, the m² and the links beside it say the rest already."""
M2 = N_("{m2} m²")
SUGGESTION = N_("Suggestion {m2} m²")


def view_of(decision: Decision, language: Language) -> dict[str, Any]:
    """What the page shows of a decision."""
    sums = verdict(decision)
    failed = [_refused(refused, language) for refused in sums.refused]
    others = {
        kind: [_rule(each, language) for each in decision.outcomes if each.outcome == kind]
        for kind in ("needs_consent", "warning", "passed")
    }
    return {
        "faults": [],
        "allowed": decision.allowed,
        "chosen": bool(decision.green_object_ids),
        "cut": decision.cut,
        "sums": {name: _m2(value, language) for name, value in _sums(sums).items()},
        "rest": sums.rest_m2 > 0,
        "failed": failed,
        "consent": others["needs_consent"],
        "warnings": others["warning"],
        "passed": others["passed"],
        "suggestion": geojson(decision.suggestion, "CRS84"),
        "map": _on_map(decision, sums, language),
    }


def fault_view(error: GeoServiceError, language: Language) -> dict[str, Any]:
    """What the page shows when the shape could not be read: every fault in words, and nothing on the map."""
    return {"faults": list(told(error, language).values()), "map": None}


def _sums(sums: Verdict) -> Mapping[str, float]:
    return {"asked": sums.asked_m2, "refused": sums.refused_m2, "possible": sums.possible_m2, "rest": sums.rest_m2}


def _m2(value: float, language: Language) -> str:
    return say(M2, language, m2=number(value, language, 0 if value == int(value) else 1))


def _refused(refused: Refused, language: Language) -> dict[str, Any]:
    return {**_rule(refused.outcome, language), "m2": _m2(refused.m2, language) if refused.m2 else None}


def _rule(outcome: RuleOutcome, language: Language) -> dict[str, Any]:
    zones = dict.fromkeys(sentence.values["zone"] for sentence in outcome.sentences if "zone" in sentence.values)
    told_apart = outcome.outcome != "passed" and outcome.rule in WHY
    title = say(TITLES.get(outcome.rule, OTHER), language)
    return {
        "rule": outcome.rule,
        "title": f"{title}: {', '.join(zones)}" if zones else title,
        "m2": _m2(round(outcome.fault_m2), language) if outcome.fault_m2 and round(outcome.fault_m2) else None,
        "why": say(WHY[outcome.rule], language) if told_apart else "" if zones else outcome.reason(language),
        "plots": list(dict.fromkeys(conflict.plot for conflict in outcome.conflicts)),
        "source": outcome.source,
        "example": outcome.example,
    }


def _on_map(decision: Decision, sums: Verdict, language: Language) -> dict[str, Any]:
    """Ground at fault with its m² (each m² once), ground that needs consent, and the suggestion."""
    shown = [
        {"geometry": geojson(each.ground, "CRS84"), "label": _m2(each.m2, language) if each.m2 else "", "kind": "fault"}
        for each in sums.refused
        if not each.ground.is_empty
    ]
    shown += [
        {"geometry": geojson(each.fault, "CRS84"), "label": "", "kind": "consent"}
        for each in decision.outcomes
        if each.outcome == "needs_consent" and each.fault is not None and not each.fault.is_empty
    ]
    possible = number(sums.possible_m2, language, 0 if sums.possible_m2 == int(sums.possible_m2) else 1)
    return {"faults": shown, "suggestion": geojson(decision.suggestion, "CRS84"), "label": say(SUGGESTION, language, m2=possible)}
