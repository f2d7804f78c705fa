"""Each rule both ways, in both languages."""

import dataclasses

import pytest
from shapely import MultiPoint, MultiPolygon, Polygon

from geo_service.plots.facts import NamedZone, PublicZone, Taken
from geo_service.plots.rules import judge
from geo_service.plots.suggestion import suggest
from tests.unit.grounds import X, Y, lawn, square

GOOD = square(10, 10, 30, 30)
HOME = MultiPoint([(X + 50, Y + 120)])


def outcome(rule, facts, municipality):
    return next(found for found in judge(facts, municipality) if found.rule == rule)


def test_a_good_plot_passes_everything(municipality):
    small = lawn(square(20, 25, 30, 35))
    assert {found.outcome for found in judge(small, municipality)} == {"passed"}
    assert {found.rule: found.outcome for found in judge(lawn(GOOD), municipality) if found.outcome != "passed"} == {"support": "warning"}
    assert {found.fault_m2 for found in judge(lawn(GOOD), municipality)} == {0.0, None}


CASES = [
    ("valid_geometry", MultiPolygon([Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])]), {}, "failed", 0, "klopt niet"),
    ("inside_municipality", GOOD, {"outside": square(25, 0, 99, 99)}, "failed", 100, "100 m² van je plek ligt buiten de gemeente"),
    ("inside_municipality", GOOD, {"outside": None}, "warning", 0, "niet getoetst"),
    ("public_green", square(90, 0, 110, 20), {}, "failed", 200, "Dit is geen groen."),
    ("support", square(40, 80, 60, 100), {}, "warning", 0, "Zoek nog 2 initiatiefnemers en 9 van de 12 huishoudens binnen 50 m."),
    ("support", square(40, 80, 60, 100), {"households": (4,)}, "warning", 0, "steun van 70% van de huishoudens binnen 50 m."),
    ("support", square(40, 80, 60, 100), {"addresses": None}, "warning", 0, "steun van 70% van de huishoudens binnen 50 m."),
    ("support", square(10, 10, 20, 20), {}, "passed", 0, "geen steun van buren nodig"),
    ("public_green", GOOD, {"managed_basis": "assumption"}, "passed", 0, "nemen we aan"),
    ("public_green", GOOD, {"managed_basis": "unknown"}, "warning", 0, "niet getoetst"),
    ("public_green", GOOD, {"managed": MultiPolygon(), "unmanaged": GOOD}, "failed", 400, "verzorgt dit groen niet"),
    ("minimum_area", square(0, 0, 1, 2), {}, "failed", 2, "te klein: 2,0 m². De kleinste plek is 4 m²"),
    ("maximum_area", square(0, 0, 80, 80), {}, "failed", 1400, "te groot: 6.400 m². De grootste plek is 5.000 m²"),
    ("minimum_width", square(0, 0, 40, 0.5), {}, "failed", 20, "minder dan 0,6 m breed"),
    ("one_piece", MultiPolygon([*GOOD.geoms, *square(50, 50, 60, 60).geoms]), {}, "warning", 0, "2 losse delen"),
    ("granted_overlap", GOOD, {"granted": (Taken("PL-0398", square(0, 0, 20, 20)),)}, "failed", 100, "100 m² van je plek ligt over PL-"),
    ("already_asked", GOOD, {"claims": (Taken("PL-0007", square(0, 0, 20, 20)),)}, "failed", 100, "vroeg dit al aan"),
    ("forbidden_zone", GOOD, {"zones": (PublicZone("forbidden", "Bijenlint", square(0, 0, 15, 30)),)}, "failed", 100, "Bijenlint"),
    ("forbidden_zone", GOOD, {"named_zones": (NamedZone("forbidden", "Kern", whole=True),)}, "failed", None, "Kern"),
    ("consent_zone", GOOD, {"zones": (PublicZone("needs_consent", "waterleiding", GOOD),)}, "needs_consent", 400, "waterleiding"),
    ("municipal_check", GOOD, {"named_zones": (NamedZone("forbidden", "Kern"),)}, "needs_consent", None, "Toestemming nodig: Kern."),
    ("municipal_check", GOOD, {"hidden_zone": True}, "needs_consent", None, "Toestemming nodig. De gemeente bekijkt"),
    ("warning_zone", GOOD, {"zones": (PublicZone("warn", "vogels", GOOD),)}, "warning", 400, "Let op: vogels"),
    ("warning_zone", GOOD, {"named_zones": (NamedZone("warn", "vogels"),)}, "warning", None, "Let op: vogels."),
    ("trees", GOOD, {"trees": MultiPoint([(X + 11, Y + 11), (X + 99, Y)])}, "warning", 0, "Bomen op je plek: 1."),
    ("trees", GOOD, {"trees": None}, "warning", 0, "blijven van de gemeente"),
    ("reachable", GOOD, {"addresses": HOME, "households": (1,)}, "failed", 0, "te weinig buren"),
    ("reachable", GOOD, {"addresses": MultiPoint([(X + 50, Y + 131)]), "households": (9,)}, "failed", 0, "te weinig buren"),
    ("reachable", GOOD, {"addresses": None, "households": ()}, "warning", 0, "niet getoetst"),
]


@pytest.mark.parametrize(("rule", "shape", "facts", "kind", "m2", "dutch"), CASES, ids=[f"{case[0]}-{case[3]}-{case[5]}" for case in CASES])
def test_a_rule_that_does_not_pass_says_why(rule, shape, facts, kind, m2, dutch, municipality):
    found = outcome(rule, lawn(shape, **facts), municipality)
    assert found.outcome == kind
    assert found.fault_m2 == (None if m2 is None else pytest.approx(m2, abs=0.01))
    assert dutch in found.reason("nl")
    assert found.reason("en") != found.reason("nl")
    if m2 and rule != "maximum_area":
        assert found.fault.area == pytest.approx(m2, abs=0.01)


def test_what_is_no_green_is_told_by_kind_and_adds_up(municipality):
    ground = (("street", square(100, 0, 104, 20)), ("building", square(103, 0, 106, 20)), ("private", square(106, 0, 107, 20)))
    facts = lawn(square(90, 0, 110, 20), ground=ground, unmanaged=square(107, 0, 108, 20))
    english = outcome("public_green", facts, municipality).reason("en")
    assert english == (
        "This is not green. 60 m² is building. 60 m² is street or pavement. 20 m² is garden, yard or other private ground."
        " 20 m² is green that the municipality does not look after. Of 40 m² we do not know what it is."
    )


def test_a_sharp_corner_and_a_small_tail_are_wide_enough(municipality):
    triangle = MultiPolygon([Polygon([(X, Y), (X + 30, Y), (X, Y + 12)])])
    tail = MultiPolygon([Polygon([(X, Y), (X + 30, Y), (X + 30, Y + 20), (X + 0.4, Y + 20), (X + 0.4, Y + 30), (X, Y + 30)])])
    assert outcome("minimum_width", lawn(triangle), municipality).outcome == "passed"
    assert outcome("minimum_width", lawn(tail), municipality).outcome == "passed"


def test_each_separate_part_must_have_a_body(municipality):
    strip = MultiPolygon([*GOOD.geoms, *square(50, 50, 50.3, 52).geoms])
    assert outcome("minimum_width", lawn(strip), municipality).outcome == "failed"


def test_touching_a_neighbour_is_no_conflict(municipality):
    assert outcome("granted_overlap", lawn(GOOD, granted=(Taken("PL-1", square(30, 10, 40, 30)),)), municipality).outcome == "passed"


def test_every_conflict_is_told_largest_first(municipality):
    granted = (Taken("PL-0001", square(0, 0, 11, 11)), Taken("PL-0002", square(20, 20, 40, 40)))
    conflicts = outcome("granted_overlap", lawn(GOOD, granted=granted), municipality).conflicts
    assert [(conflict.plot, round(conflict.overlap_m2)) for conflict in conflicts] == [("PL-0002", 100), ("PL-0001", 1)]


def test_in_rounds_requests_compete(municipality):
    rounds = municipality.model_copy(update={"intake": municipality.intake.model_copy(update={"mode": "rounds"})})
    facts = lawn(GOOD, claims=(Taken("PL-0007", GOOD),))
    assert outcome("already_asked", facts, rounds).outcome == "warning"


def test_closed_intake_refuses(municipality):
    closed = municipality.model_copy(update={"intake": municipality.intake.model_copy(update={"open": False})})
    found = outcome("intake_open", lawn(GOOD), closed)
    assert (found.outcome, "neemt op dit moment geen aanvragen aan" in found.reason("nl")) == ("failed", True)


def test_parameters_carry_their_source(municipality):
    found = outcome("public_green", lawn(GOOD), municipality)
    assert (found.source, found.example) == ("Voorbeeld", True)


def test_how_many_households_live_near_is_never_told(municipality):
    few = outcome("reachable", lawn(GOOD, households=(1,)), municipality)
    many = outcome("reachable", lawn(GOOD, households=(3,)), municipality)
    assert few.reason("en") == outcome("reachable", lawn(GOOD, addresses=MultiPoint(), households=()), municipality).reason("en")
    assert many.reason("en") == outcome("reachable", lawn(GOOD, households=(400,)), municipality).reason("en")


def test_zones_that_are_not_public_change_no_suggestion(municipality):
    facts = lawn(square(50, 50, 120, 70))
    secret = dataclasses.replace(facts, hidden_zone=True, named_zones=(NamedZone("forbidden", "Kern"),))
    assert suggest(secret, municipality).equals(suggest(facts, municipality))
