"""The rules that decide on a plot: each one small pure function of the facts and the municipality's parameters."""

from collections.abc import Callable
from datetime import date

import shapely

from geo_service.errors import N_
from geo_service.geometry import GRID_M
from geo_service.municipality import Municipality
from geo_service.plots import support_rule, zone_rules
from geo_service.plots.facts import BUILDING, OTHER, PRIVATE, STREET, WATER, Facts, Taken, inside, overlaps, union, without
from geo_service.plots.intake import after_pause, between_rounds, next_round, pause_on
from geo_service.plots.schemas import Conflict, OutcomeKind, RuleOutcome, Sentence

Rule = Callable[[Facts, Municipality], RuleOutcome]
WHAT_IT_IS = {
    BUILDING: N_("{m2} m² is building."),
    WATER: N_("{m2} m² is water."),
    STREET: N_("{m2} m² is street or pavement."),
    PRIVATE: N_("{m2} m² is garden, yard or other private ground."),
    OTHER: N_("{m2} m² is other ground."),
    "not_municipal": N_("{m2} m² is green that the municipality does not look after."),
    "unknown": N_("Of {m2} m² we do not know what it is."),
}
"""In the order in which ground is named: what is under a building is not named again as street."""


def valid_geometry(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """The shape is an area whose border does not cross itself."""
    if facts.shape.is_valid and not facts.shape.is_empty:
        return RuleOutcome("valid_geometry", "passed", (Sentence(N_("The shape is valid.")),))
    return RuleOutcome("valid_geometry", "failed", (Sentence(N_("The shape is not valid. Draw it again.")),))


def inside_municipality(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """All of it lies in the municipality."""
    name = {"name": municipality.name}
    if facts.outside is None:
        text = N_("We do not know the borders of {name}. So we did not check this.")
        return RuleOutcome("inside_municipality", "warning", (Sentence(text, name),))
    fault = inside(facts.shape, facts.outside)
    if fault.area < GRID_M:
        return RuleOutcome("inside_municipality", "passed", (Sentence(N_("The plot lies in {name}."), name),))
    text = N_("This is not in {name}. {m2} m² of your plot lies outside the municipality.")
    return RuleOutcome("inside_municipality", "failed", (Sentence(text, {**name, "m2": fault.area}),), fault, fault.area)


def public_green(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """Enough of it is green that the municipality looks after. Told apart is what the rest is."""
    rule, terms = "public_green", municipality.rules.public_green_share
    if facts.managed_basis == "unknown":
        text = N_("We do not know which green the municipality looks after. So we did not check this.")
        return RuleOutcome(rule, "warning", (Sentence(text),), source=terms.source, example=terms.example)
    fault = without(facts.shape, facts.managed)
    parts = tuple(Sentence(WHAT_IT_IS[what], {"m2": m2}) for what, m2 in _what_it_is(facts, fault))
    if fault.area <= (1 - terms.value) * facts.shape.area:
        told = Sentence(N_("This is green that the municipality looks after."))
        if facts.managed_basis == "assumption":
            told = Sentence(N_("This is green that the municipality looks after. We assume so: there is no register of management."))
        return RuleOutcome(rule, "passed", (told, *parts), fault, fault.area, terms.source, terms.example)
    not_ours = inside(fault, facts.unmanaged).area > fault.area / 2
    first = Sentence(N_("The municipality does not look after this green.") if not_ours else N_("This is not green."))
    return RuleOutcome(rule, "failed", (first, *parts), fault, fault.area, terms.source, terms.example)


def _what_it_is(facts: Facts, fault: shapely.MultiPolygon) -> list[tuple[str, float]]:
    """The kinds of ground in the fault with their m²; they add up to the fault."""
    if fault.is_empty:
        return []
    known = [(what, union(geom for kind, geom in facts.ground if kind == what)) for what in (BUILDING, WATER, STREET, PRIVATE, OTHER)]
    found, rest = [], fault
    for what, geom in (*known, ("not_municipal", facts.unmanaged)):
        after = without(rest, geom)
        found.append((what, rest.area - after.area))
        rest = after
    return [(what, m2) for what, m2 in (*found, ("unknown", rest.area)) if m2 >= 0.05]


def minimum_area(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """Large enough to be a plot."""
    terms, area = municipality.rules.minimum_area, facts.shape.area
    values = {"m2": int(area * 10) / 10, "least": told(terms.value)}
    if area >= terms.value:
        sentence = Sentence(N_("The plot is large enough: {m2} m²."), values)
        return RuleOutcome("minimum_area", "passed", (sentence,), source=terms.source, example=terms.example)
    sentence = Sentence(N_("Your plot is too small: {m2} m². The smallest plot is {least} m²."), values)
    return RuleOutcome("minimum_area", "failed", (sentence,), facts.shape, area, terms.source, terms.example)


def maximum_area(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """Small enough to be a plot. At fault is what is too much; no part of the shape is worse than another."""
    terms, area = municipality.rules.maximum_area, facts.shape.area
    values = {"most": told(terms.value), "m2": area, "excess": max(area - terms.value, 0)}
    if area <= terms.value:
        sentence = Sentence(N_("The plot is not larger than {most} m²."), values)
        return RuleOutcome("maximum_area", "passed", (sentence,), source=terms.source, example=terms.example)
    sentence = Sentence(N_("Your plot is too large: {m2} m². The largest plot is {most} m². That is {excess} m² too much."), values)
    return RuleOutcome("maximum_area", "failed", (sentence,), None, area - terms.value, terms.source, terms.example)


def minimum_width(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """No separate part is narrow everywhere, and narrow tips and tails are a small share of the whole."""
    rules = municipality.rules
    terms, share = rules.minimum_width, rules.narrow_share.value
    narrow = without(facts.shape, wide_part(facts.shape, terms.value).buffer(2 * GRID_M))
    bodiless = [part for part in facts.shape.geoms if part.buffer(-terms.value / 2).is_empty]
    fault = union([*narrow.geoms, *bodiless])
    values = {"m2": fault.area, "width": told(terms.value)}
    if not bodiless and fault.area <= share * facts.shape.area:
        sentence = Sentence(N_("The plot is wide enough to look after."))
        return RuleOutcome("minimum_width", "passed", (sentence,), source=terms.source, example=terms.example)
    sentence = Sentence(N_("This is too narrow. {m2} m² of your plot is less than {width} m wide."), values)
    return RuleOutcome("minimum_width", "failed", (sentence,), fault, fault.area, terms.source, terms.example)


def wide_part(shape: shapely.MultiPolygon, width: float) -> shapely.MultiPolygon:
    """The shape without what is narrower than ``width`` metres (an opening; corners stay sharp)."""
    core = shape.buffer(-width / 2, join_style="mitre", mitre_limit=5)
    return inside(shape, core.buffer(width / 2, join_style="mitre", mitre_limit=5))


def one_piece(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """Parts that do not adjoin are allowed, and told."""
    count = len(union([facts.shape]).geoms)
    if count == 1:
        return RuleOutcome("one_piece", "passed", (Sentence(N_("The plot is one piece.")),))
    return RuleOutcome("one_piece", "warning", (Sentence(N_("Your plot has {count} separate parts."), {"count": count}),))


def granted_overlap(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """One keeper per m² per day."""
    conflicts, fault = _conflicts(facts, facts.granted)
    if not conflicts:
        return RuleOutcome("granted_overlap", "passed", (Sentence(N_("Nobody else looks after this.")),))
    text = N_("Someone else already looks after this. {m2} m² of your plot lies over {plots}. Ask if you can join in.")
    return _taken("granted_overlap", "failed", text, conflicts, fault)


def already_asked(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """First come: ground that others reserved or asked for. With rounds requests compete, so it is only told."""
    conflicts, fault = _conflicts(facts, facts.claims)
    if not conflicts:
        return RuleOutcome("already_asked", "passed", (Sentence(N_("Nobody else asked for this.")),))
    if municipality.intake.mode == "first_come":
        text = N_("Someone already asked for this. {m2} m² of your plot lies over {plots}. Ask if you can join in.")
        return _taken("already_asked", "failed", text, conflicts, fault)
    text = N_("Others asked for this too: {m2} m² of your plot lies over {plots}. We choose when the round closes.")
    return _taken("already_asked", "warning", text, conflicts, fault)


def _conflicts(facts: Facts, taken: tuple[Taken, ...]) -> tuple[tuple[Conflict, ...], shapely.MultiPolygon]:
    met = [(other, inside(facts.shape, other.geom)) for other in taken if overlaps(facts.shape, other.geom)]
    conflicts = sorted((Conflict(other.plot, part.area) for other, part in met), key=lambda conflict: -conflict.overlap_m2)
    return tuple(conflicts), union(part for _other, part in met)


def _taken(rule: str, outcome: OutcomeKind, text: str, conflicts: tuple[Conflict, ...], fault: shapely.MultiPolygon) -> RuleOutcome:
    values = {"m2": fault.area, "plots": ", ".join(dict.fromkeys(conflict.plot for conflict in conflicts))}
    return RuleOutcome(rule, outcome, (Sentence(text, values),), fault, fault.area, conflicts=conflicts)


def trees_stay_municipal(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """Whoever keeps the ground, the trees stay the municipality's."""
    if facts.trees is None:
        return RuleOutcome("trees", "warning", (Sentence(N_("We do not know the trees here. Trees stay with the municipality.")),))
    count = int(shapely.intersects(facts.shape, shapely.get_parts(facts.trees)).sum())
    if not count:
        return RuleOutcome("trees", "passed", (Sentence(N_("There are no municipal trees here.")),))
    text = N_("Trees on your plot: {count}. They stay with the municipality.")
    return RuleOutcome("trees", "warning", (Sentence(text, {"count": count}),))


def reachable(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """More than one household lives near. How many is never told."""
    terms, distance = municipality.rules.reachable_households, municipality.rules.reachable_distance.value
    values = {"distance": told(distance)}
    if facts.addresses is None:
        text, outcome = N_("We do not know the addresses here. So we did not check whether neighbours live near."), "warning"
    else:
        near = shapely.dwithin(shapely.get_parts(facts.addresses), facts.shape, distance)
        enough = sum(count for count, here in zip(facts.households, near, strict=True) if here) >= terms.value
        text, outcome = (
            (N_("Enough neighbours live within {distance} m."), "passed")
            if enough
            else (N_("Too few neighbours live within {distance} m. A plot is there for more than one household."), "failed")
        )
    return RuleOutcome("reachable", outcome, (Sentence(text, values),), source=terms.source, example=terms.example)  # type: ignore[arg-type]


def intake_open(facts: Facts, municipality: Municipality) -> RuleOutcome:
    """The municipality takes requests in on the day of asking: not in a pause, and with rounds in a round."""
    intake, name, day = municipality.intake, {"name": municipality.name}, facts.asked_on
    if not intake.open:
        text = N_("You cannot ask for a plot now. {name} takes no requests at the moment.")
        return RuleOutcome("intake_open", "failed", (Sentence(text, name),))
    if day and (pause := pause_on(intake, day)):
        text = N_("You cannot ask for a plot now: {reason} You can from {day}.")
        return RuleOutcome("intake_open", "failed", (Sentence(text, {"reason": pause.reason, "day": after_pause(intake, day)}),))
    if day and between_rounds(intake, day):
        return RuleOutcome("intake_open", "failed", (_next_round(municipality, day),))
    return RuleOutcome("intake_open", "passed", (Sentence(N_("You can ask for a plot now.")),))


def _next_round(municipality: Municipality, day: date) -> Sentence:
    coming = next_round(municipality.intake, day)
    if coming is None:
        return Sentence(
            N_("You cannot ask for a plot now. {name} has not told yet when the next round opens."), {"name": municipality.name}
        )
    values = {"round": coming.name, "opens": coming.opens, "closes": coming.closes}
    return Sentence(N_("You can ask for a plot in the next round: {round}, from {opens} to {closes}."), values)


RULES: tuple[Rule, ...] = (
    granted_overlap,
    already_asked,
    public_green,
    zone_rules.forbidden_zone,
    minimum_area,
    maximum_area,
    minimum_width,
    inside_municipality,
    valid_geometry,
    intake_open,
    reachable,
    support_rule.support,
    zone_rules.consent_zone,
    zone_rules.municipal_check,
    zone_rules.warning_zone,
    trees_stay_municipal,
    one_piece,
)  # fmt: skip


def judge(facts: Facts, municipality: Municipality) -> tuple[RuleOutcome, ...]:
    """Every rule's outcome, in a fixed order; of a shape that is not valid nothing else can be said."""
    validity = valid_geometry(facts, municipality)
    return tuple(rule(facts, municipality) for rule in RULES) if validity.outcome == "passed" else (validity,)


def passes(outcomes: tuple[RuleOutcome, ...]) -> bool:
    """No rule failed."""
    return all(outcome.outcome != "failed" for outcome in outcomes)


def told(value: float) -> float:
    """A parameter as people write it: 4, not 4.0."""
    return int(value) if float(value).is_integer() else value
