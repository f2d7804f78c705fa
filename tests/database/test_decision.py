"""The decision on real rows."""

from datetime import UTC, date, datetime

import pytest
import shapely
from shapely import MultiPolygon, Point

from geo_service.adoptions.decision import decide
from geo_service.errors import InvalidInput
from geo_service.plots.answer import as_json
from geo_service.words import faults
from tests.builders import X, Y, add_adoption, add_district, add_green, add_management, assume_managed, box, insert, rebuild

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOON = datetime(2026, 11, 23, tzinfo=UTC)
PAST = datetime(2026, 11, 20, tzinfo=UTC)


def plot(*rectangle) -> MultiPolygon:
    return MultiPolygon([box(*rectangle)])


@pytest.fixture
def haven(session):
    """A district of 1 × 1 km: a lawn of 100 × 100 m, a hedge beside it, a street, somebody else's green, neighbours and a tree."""
    add_district(session, "BU00340101", box(0, 0, 1000))
    add_green(session, "lawn", box(100, 100, 100))
    add_green(session, "hedge", box(200, 100, 20, 100))
    add_green(session, "estate", box(300, 100, 100), bronhouder="P0024")
    assume_managed(session, "G0034")
    insert(session, "ground", register_id="street", family="road", appearance="rijbaan", geom=box(90, 100, 10, 100))
    insert(session, "address", register_id="home", street="Hof", number="1", households=4, geom=Point(X + 150, Y + 180))
    insert(session, "tree", register_id="oak", geom=Point(X + 190, Y + 190))
    rebuild(session)
    return session


def zone(session, geom, effect, disclosure, name="Kern", valid=(None, None), register_id="zone"):
    values = {"kind": "ecology", "effect": effect, "disclosure": disclosure, "name": name, "valid": valid, "geom": geom}
    return insert(session, "zone", register_id=register_id, source="Beleid", **values)


def odd(decision):
    """What did not pass, besides the advice on support, which every plot of this size gets."""
    return {outcome.rule: outcome.outcome for outcome in decision.outcomes if outcome.outcome != "passed" and outcome.rule != "support"}


def found(decision, rule):
    return next(outcome for outcome in decision.outcomes if outcome.rule == rule)


def test_a_plot_on_the_lawn_is_allowed(haven, municipality):
    decision = decide(haven, plot(110, 110, 20), municipality, NOW)
    assert decision.allowed
    assert odd(decision) == {}
    assert decision.suggestion is None
    assert decision.managed_basis == "assumption"


def test_a_large_plot_is_told_which_support_it_needs(haven, municipality):
    support = found(decide(haven, plot(130, 130, 30), municipality, NOW), "support")
    assert support.outcome == "warning"
    insert(haven, "address", register_id="flat", street="Hof", number="2", households=6, geom=Point(X + 150, Y + 170))
    far = Point(X + 150, Y + 211)
    insert(haven, "address", register_id="far", street="Hof", number="3", households=90, geom=far)
    reason = found(decide(haven, plot(130, 130, 30), municipality, NOW), "support").reason("en")
    assert "7 of the 10 households within 50 m" in reason


def test_a_plot_over_two_green_objects_is_one_piece_of_green(haven, municipality):
    assert odd(decide(haven, plot(190, 110, 20), municipality, NOW)) == {}


def test_an_empty_database_says_what_it_does_not_know(session, municipality):
    decision = decide(session, plot(0, 0, 20), municipality, NOW)
    warnings = {"inside_municipality", "public_green", "trees", "reachable"}
    assert odd(decision) == dict.fromkeys(warnings, "warning")
    assert decision.managed_basis == "unknown"


def test_without_a_register_of_green_nothing_is_said_to_be_no_green(session, municipality):
    assume_managed(session, "G0034")
    assert odd(decide(session, plot(0, 0, 20), municipality, NOW))["public_green"] == "warning"


def test_street_is_at_fault_and_the_suggestion_leaves_it_out(haven, municipality):
    decision = decide(haven, plot(90, 110, 20), municipality, NOW)
    assert odd(decision) == {"public_green": "failed"}
    assert found(decision, "public_green").fault.equals(plot(90, 110, 10, 20))
    assert found(decision, "public_green").reason("nl") == "Dit is geen groen. Op 200 m² ligt straat of stoep."
    assert decision.suggestion.area == pytest.approx(200, abs=0.1)
    assert odd(decide(haven, decision.suggestion, municipality, NOW)) == {}


def test_green_of_others_is_told_as_such(haven, municipality):
    assert "verzorgt dit groen niet" in found(decide(haven, plot(310, 110, 20), municipality, NOW), "public_green").reason("nl")


def test_the_management_register_is_followed_when_there_is_one(haven, municipality):
    add_management(haven, box(100, 100, 50, 100))
    rebuild(haven)
    decision = decide(haven, plot(140, 110, 20), municipality, NOW)
    assert decision.managed_basis == "register"
    assert found(decision, "public_green").fault_m2 == pytest.approx(200)


def test_outside_the_district_is_outside_the_municipality(haven, municipality):
    decision = decide(haven, plot(990, 500, 20), municipality, NOW)
    assert found(decision, "inside_municipality").fault_m2 == pytest.approx(200)


def test_the_border_of_the_municipality_goes_before_its_districts(haven, municipality):
    add_district(haven, "GM0034", box(0, 0, 150, 1000), level="gemeente")
    add_district(haven, "GM0995", box(150, 0, 500, 1000), level="gemeente")
    assert found(decide(haven, plot(140, 110, 20), municipality, NOW), "inside_municipality").fault_m2 == pytest.approx(200)


def test_granted_ground_is_refused_with_the_plot_and_its_area(haven, municipality):
    add_adoption(haven, box(120, 110, 30, 20))
    decision = decide(haven, plot(110, 110, 20), municipality, NOW)
    assert odd(decision) == {"granted_overlap": "failed"}
    assert [(conflict.plot[:3], conflict.overlap_m2) for conflict in decision.conflicts] == [("PL-", pytest.approx(200))]
    assert decision.suggestion.area == pytest.approx(200, abs=0.1)


def test_ground_is_free_before_and_after_the_period_of_another(haven, municipality):
    add_adoption(haven, box(110, 110, 20), period=(date(2020, 1, 1), date(2027, 1, 1)))
    assert not decide(haven, plot(110, 110, 20), municipality, NOW).allowed
    assert decide(haven, plot(110, 110, 20), municipality, NOW, starts_on=date(2027, 1, 1)).allowed
    assert decide(haven, plot(110, 110, 20), municipality, NOW, starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1)).allowed


def test_an_adoption_does_not_stand_in_its_own_way(haven, municipality):
    mine = add_adoption(haven, box(110, 110, 20))
    assert decide(haven, plot(110, 110, 20), municipality, NOW, ignoring=[mine]).allowed


@pytest.mark.parametrize(
    ("state", "reserved_until", "free"),
    [
        ("submitted", None, False),
        ("site_visit", None, False),
        ("draft", SOON, False),
        ("draft", PAST, True),
        ("draft", None, True),
        ("refused", None, True),
        ("withdrawn", None, True),
    ],
)
def test_first_come_ground_that_is_asked_for_or_reserved(haven, municipality, state, reserved_until, free):
    add_adoption(haven, box(110, 110, 20), state=state, reserved_until=reserved_until)
    decision = decide(haven, plot(110, 110, 20), municipality, NOW)
    assert odd(decision) == ({} if free else {"already_asked": "failed"})


def test_a_border_drawn_just_over_a_neighbour_is_cut_before_the_decision(haven, municipality):
    add_adoption(haven, box(120, 110, 30, 20))
    decision = decide(haven, plot(110, 110, 10.3, 20), municipality, NOW)
    assert (decision.allowed, decision.cut) == (True, True)
    assert decision.shape.area == pytest.approx(200, abs=0.1)
    add_adoption(haven, decision.shape.geoms[0])


def test_whole_green_objects_are_never_cut(haven, municipality):
    add_adoption(haven, box(199.7, 110, 10, 20))
    decision = decide(haven, ("hedge",), municipality, NOW)
    assert (decision.allowed, decision.cut) == (False, False)
    assert decision.shape.area == pytest.approx(2000)


def test_whole_green_objects_by_id(haven, municipality):
    assert odd(decide(haven, ("hedge",), municipality, NOW)) == {}
    assert odd(decide(haven, ("hedge", "lawn"), municipality, NOW)) == {"trees": "warning", "maximum_area": "failed"}
    assert "one_piece" in odd(decide(haven, ("hedge", "estate"), municipality, NOW))


def test_unknown_green_objects_are_all_named(haven, municipality):
    with pytest.raises(InvalidInput) as raised:
        decide(haven, ("hedge", "nothing", "nowhere"), municipality, NOW)
    assert [fault["where"] for fault in faults(raised.value)] == ["greenObjectIds[1]", "greenObjectIds[2]"]


def test_the_version_of_the_first_day_counts(haven, municipality):
    add_green(haven, "new", box(500, 500, 20), applies=(date(2027, 1, 1), None))
    rebuild(haven)
    insert(haven, "address", register_id="farm", street="Hof", number="2", households=4, geom=Point(X + 510, Y + 530))
    with pytest.raises(InvalidInput):
        decide(haven, ("new",), municipality, NOW)
    assert decide(haven, ("new",), municipality, NOW, starts_on=date(2027, 1, 1)).allowed
    assert not decide(haven, plot(500, 500, 20), municipality, NOW).allowed


def test_trees_are_counted_and_neighbours_are_not(haven, municipality):
    assert found(decide(haven, plot(180, 180, 15), municipality, NOW), "trees").reason("en").startswith("Trees on your plot: 1.")
    assert found(decide(haven, plot(100, 100, 4, 20), municipality, NOW), "reachable").outcome == "passed"
    haven.connection().exec_driver_sql("update geo.address set households = 1")
    assert found(decide(haven, plot(100, 100, 4, 20), municipality, NOW), "reachable").outcome == "failed"


def test_public_zones_tell_their_name_source_and_area(haven, municipality):
    zone(haven, box(120, 110, 5, 20), "forbidden", "public", name="Bijenlint")
    zone(haven, box(110, 110, 5, 20), "needs_consent", "public", name="waterleiding", register_id="pipe")
    decision = decide(haven, plot(110, 110, 20), municipality, NOW)
    assert odd(decision) == {"forbidden_zone": "failed", "consent_zone": "needs_consent"}
    assert found(decision, "forbidden_zone").fault_m2 == pytest.approx(100)
    assert found(decision, "forbidden_zone").source == "Beleid"
    assert decision.suggestion.area == pytest.approx(200, abs=0.1)


def test_a_zone_counts_in_its_period_only(haven, municipality):
    zone(haven, box(110, 110, 20), "forbidden", "public", valid=(date(2020, 1, 1), date(2026, 1, 1)))
    assert odd(decide(haven, plot(110, 110, 20), municipality, NOW)) == {}


@pytest.mark.parametrize("effect", ["forbidden", "needs_consent", "warn"])
def test_a_hidden_zone_tells_nothing_but_that_somebody_looks(haven, municipality, effect):
    before = as_json(decide(haven, plot(90, 110, 20), municipality, NOW), "en")
    zone(haven, box(105, 105, 10), effect, "hidden", name="dassenburcht")
    after = as_json(decide(haven, plot(90, 110, 20), municipality, NOW), "en")
    changed = [rule for rule in after["rules"] if rule not in before["rules"]]
    assert [(rule["rule"], rule["outcome"]) for rule in changed] == [("municipal_check", "needs_consent")]
    assert {key: changed[0][key] for key in ("faultM2", "fault", "source")} == dict.fromkeys(("faultM2", "fault", "source"))
    assert "dassenburcht" not in str(after)
    assert "ecology" not in str(after)
    assert after["suggestion"] == before["suggestion"]


@pytest.mark.parametrize("effect", ["forbidden", "needs_consent"])
def test_a_named_zone_tells_its_name_and_no_ground(haven, municipality, effect):
    before = as_json(decide(haven, plot(90, 110, 20), municipality, NOW), "en")
    zone(haven, box(105, 105, 10), effect, "named", name="gasleiding")
    after = as_json(decide(haven, plot(90, 110, 20), municipality, NOW), "en")
    changed = [rule for rule in after["rules"] if rule not in before["rules"]]
    assert [(rule["rule"], rule["outcome"], rule["faultM2"], rule["fault"]) for rule in changed] == [
        ("municipal_check", "needs_consent", None, None)
    ]
    assert "gasleiding" in changed[0]["reason"]
    assert after["suggestion"] == before["suggestion"]


def test_a_named_zone_that_fills_a_cell_forbids_there(haven, municipality):
    zone(haven, box(-300, -300, 1200), "forbidden", "named", name="vliegveld")
    decision = decide(haven, plot(110, 110, 20), municipality, NOW)
    assert odd(decision) == {"forbidden_zone": "failed"}
    assert found(decision, "forbidden_zone").fault_m2 is None
    assert decision.suggestion is None


@pytest.mark.parametrize("disclosure", ["hidden", "named"])
def test_probing_with_small_shapes_finds_cells_of_250_m_and_no_border(haven, municipality, disclosure):
    secret = shapely.Point(X + 300, Y + 300).buffer(40)
    zone(haven, secret, "forbidden", disclosure)
    answers = {}
    for x in range(5, 500, 45):
        for y in range(5, 500, 45):
            cell = ((X + x) // 250, (Y + y) // 250)
            answers.setdefault(cell, set()).add(odd(decide(haven, plot(x, y, 3), municipality, NOW)).get("municipal_check"))
    assert all(len(kinds) == 1 for kinds in answers.values())
    assert {cell for cell, kinds in answers.items() if kinds == {"needs_consent"}} == {((X + 300) // 250, (Y + 300) // 250)}
