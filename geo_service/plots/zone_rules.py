"""The rules on zones, each telling no more than the zone discloses.

* ``public``: name, shape and m².
* ``named``: the name only. ``hidden``: nothing but that somebody of the municipality looks at the plot.

Both are judged per cell of 250 m (a multiple of 250 in RD): every shape in the same cells gets the same answer, so drawing many small
shapes traces cells and never a border. Nothing refuses on a part of a cell, as this would also refuse good ground beside the zone:
a forbidden zone then needs consent, and staff, who see the zone, decide. Their geometry stays in the database, so neither faults nor
suggestions can show it.
"""

from geo_service.errors import N_
from geo_service.municipality import Municipality
from geo_service.plots.facts import Effect, Facts, PublicZone, inside, union
from geo_service.plots.schemas import OutcomeKind, RuleOutcome, Sentence


def forbidden_zone(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """No plots here."""
    names = tuple(
        Sentence(N_("No plots are possible here: {zone}."), {"zone": zone.name})
        for zone in facts.named_zones
        if zone.effect == "forbidden" and zone.whole
    )
    text = N_("No plots are possible here: {zone}. {m2} m² of your plot lies in it.")
    return _zones(facts, "forbidden_zone", "forbidden", "failed", text, Sentence(N_("No known zone forbids a plot here.")), names)


def consent_zone(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """Plots are possible after a yes."""
    text = N_("Permission needed: {zone}. {m2} m² of your plot lies in it.")
    return _zones(facts, "consent_zone", "needs_consent", "needs_consent", text, Sentence(N_("No known zone asks for permission here.")))


def warning_zone(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """Something to take care of."""
    names = tuple(Sentence(N_("Take care: {zone}."), {"zone": zone.name}) for zone in facts.named_zones if zone.effect == "warn")
    text = N_("Take care: {zone}. {m2} m² of your plot lies in it.")
    return _zones(facts, "warning_zone", "warn", "warning", text, Sentence(N_("There is nothing special here.")), names)


def municipal_check(facts: Facts, _municipality: Municipality) -> RuleOutcome:
    """Zones whose borders are not public: somebody of the municipality looks first."""
    sentences = [
        Sentence(N_("Permission needed: {zone}. The municipality looks at your plot first."), {"zone": zone.name})
        for zone in facts.named_zones
        if zone.effect == "needs_consent" or (zone.effect == "forbidden" and not zone.whole)
    ]
    if facts.hidden_zone:
        sentences.append(Sentence(N_("Permission needed. The municipality looks at your plot first.")))
    if not sentences:
        return RuleOutcome("municipal_check", "passed", (Sentence(N_("No further check is needed.")),), fault_m2=None)
    return RuleOutcome("municipal_check", "needs_consent", tuple(sentences), fault_m2=None)


def _zones(
    facts: Facts, rule: str, effect: Effect, outcome: OutcomeKind, text: str, nothing: Sentence, names: tuple[Sentence, ...] = ()
) -> RuleOutcome:
    """The public zones of an effect with their m², and the names of others."""
    met: list[tuple[PublicZone, float]] = []
    for zone in facts.zones:
        if zone.effect == effect and (m2 := inside(facts.shape, zone.geom).area) > 0:
            met.append((zone, m2))
    if not met and not names:
        return RuleOutcome(rule, "passed", (nothing,))
    fault = inside(facts.shape, union(zone.geom for zone, _m2 in met)) if met else None
    sentences = tuple(Sentence(text, {"zone": zone.name, "m2": m2}) for zone, m2 in met)
    source = "; ".join(dict.fromkeys(zone.source for zone, _m2 in met if zone.source)) or None
    return RuleOutcome(rule, outcome, sentences + names, fault, fault.area if fault else None, source)
