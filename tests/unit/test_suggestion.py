"""Whatever somebody draws: the suggestion lies inside it, passes the rules, and the m² add up."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon

from geo_service.geometry import multipolygon, snap
from geo_service.plots.answer import geojson
from geo_service.plots.facts import PublicZone, Taken, overlaps
from geo_service.plots.geojson import read_geometry
from geo_service.plots.rules import judge, passes
from geo_service.plots.slivers import cut_slivers
from geo_service.plots.suggestion import suggest
from tests.unit.grounds import X, Y, lawn, square

PROPERTY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def drawn(draw) -> MultiPolygon:
    """A star-shaped polygon around somewhere on the lawn, on the 1 mm grid."""
    corners = draw(st.integers(3, 12))
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = np.array(draw(st.lists(st.floats(2, 60), min_size=corners, max_size=corners)))
    centre = np.array([X + draw(st.floats(-10, 110)), Y + draw(st.floats(-10, 110))])
    return multipolygon(snap(Polygon(centre + radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]))))


@st.composite
def crowded(draw):
    """Facts around a drawn shape: a neighbour's plot, a claim, a forbidden zone and the border of the municipality."""
    granted = tuple(Taken("PL-1", shape) for shape in draw(st.lists(drawn(), max_size=2)))
    claims = tuple(Taken("PL-2", shape) for shape in draw(st.lists(drawn(), max_size=1)))
    zones = tuple(PublicZone("forbidden", "Bijenlint", shape) for shape in draw(st.lists(drawn(), max_size=1)))
    return lawn(draw(drawn()), granted=granted, claims=claims, zones=zones, outside=square(80, -99, 299, 299))


@PROPERTY
@given(facts=crowded())
def test_a_suggestion_is_inside_and_passes_every_rule(facts, municipality):
    suggestion = suggest(facts, municipality)
    if suggestion is None:
        return
    assert facts.shape.covers(suggestion)
    assert suggestion.area <= facts.shape.area + 1e-6
    assert suggestion.equals(snap(suggestion))
    assert len(suggestion.geoms) == 1
    assert passes(judge(replace(facts, shape=suggestion), municipality))
    assert not any(overlaps(suggestion, other.geom) for other in (*facts.granted, *facts.claims))


@PROPERTY
@given(facts=crowded())
def test_ground_at_fault_and_the_rest_add_up_to_what_was_drawn(facts, municipality):
    ground = [found.fault for found in judge(facts, municipality) if found.outcome == "failed" and found.fault]
    fault = shapely.union_all(ground)
    assert fault.difference(facts.shape).area == pytest.approx(0, abs=0.01)
    assert fault.area + facts.shape.difference(fault).area == pytest.approx(facts.shape.area, abs=0.01)
    for found in judge(facts, municipality):
        assert found.fault is None or found.fault.area == pytest.approx(found.fault_m2, abs=0.01)


@PROPERTY
@given(shape=drawn(), neighbour=drawn())
def test_a_cut_shape_never_overlaps_and_loses_less_than_the_border_strip(shape, neighbour):
    judged = cut_slivers(shape, [Taken("PL-1", neighbour)], 0.6)
    if judged is shape:
        return
    assert not overlaps(judged, neighbour)
    assert shape.difference(judged).area <= 0.61 * shape.boundary.length
    assert shape.buffer(0.001).covers(judged)


@pytest.mark.usefixtures("rd_grid")
@PROPERTY
@given(facts=crowded())
def test_a_suggestion_sent_back_in_degrees_is_the_same_to_the_millimetre(facts, municipality):
    suggestion = suggest(facts, municipality)
    if suggestion is not None:
        assert read_geometry(geojson(suggestion, "CRS84")).equals(suggestion)


def test_the_suggestion_is_the_whole_rest_beside_a_neighbour(municipality):
    facts = lawn(square(0, 40, 40, 60), granted=(Taken("PL-1", square(30, 35, 60, 65)),))
    assert suggest(facts, municipality).area == pytest.approx(600, abs=0.1)


def test_in_rounds_a_suggestion_may_lie_over_requests_of_others(municipality):
    rounds = municipality.model_copy(update={"intake": municipality.intake.model_copy(update={"mode": "rounds"})})
    facts = lawn(square(80, 40, 120, 60), claims=(Taken("PL-2", square(80, 40, 90, 60)),))
    assert suggest(facts, rounds).area == pytest.approx(400, abs=0.1)
    assert suggest(facts, municipality).area == pytest.approx(200, abs=0.1)


def test_a_shape_that_is_too_large_is_cut_to_what_is_allowed(municipality):
    suggestion = suggest(lawn(square(0, 0, 100, 80)), municipality)
    assert 4990 < suggestion.area <= 5000


def test_nothing_is_suggested_where_nothing_remains(municipality):
    assert suggest(lawn(square(200, 200, 220, 220)), municipality) is None
    assert suggest(lawn(square(0, 0, 1, 1)), municipality) is None


def test_millimetre_cracks_between_green_objects_do_not_split_a_suggestion(municipality):
    cracked = multipolygon(square(0, 0, 50, 100).union(square(50.004, 0, 100, 100)))
    assert suggest(lawn(square(40, 90, 60, 110), managed=cracked), municipality).area == pytest.approx(200, abs=0.1)


NEIGHBOUR = square(10, 10, 30, 30)


@pytest.mark.parametrize("over", [0.001, 0.1, 0.59])
def test_a_sliver_over_the_border_is_cut_off(over):
    judged = cut_slivers(square(30 - over, 10, 50, 30), [Taken("PL-1", NEIGHBOUR)], 0.6)
    assert not overlaps(judged, NEIGHBOUR)
    assert judged.area == pytest.approx(400, abs=0.1)


@pytest.mark.parametrize(
    "shape",
    [square(29, 10, 50, 30), square(0, 0, 40, 40), square(15, 15, 25, 25), square(10, 10, 30, 30), square(10.1, 10, 10.5, 30)],
    ids=["too deep", "swallows it", "inside it", "the same", "a strip inside it"],
)
def test_more_than_a_sliver_is_not_cut(shape):
    assert cut_slivers(shape, [Taken("PL-1", NEIGHBOUR)], 0.6) is shape


def test_one_deep_overlap_means_no_cut_at_all():
    shape = square(29.9, 10, 60, 30)
    deep = Taken("PL-2", square(50, 0, 99, 99))
    assert cut_slivers(shape, [Taken("PL-1", NEIGHBOUR), deep], 0.6) is shape
