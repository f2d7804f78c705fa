"""Every m² of a decision is counted once, exactly and as it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.municipality import Municipality
from geo_service.plots.facts import Taken
from geo_service.plots.rules import judge
from geo_service.plots.schemas import Decision
from geo_service.plots.suggestion import suggest
from geo_service.plots.verdict import rounded, verdict
from tests.unit.grounds import lawn, square


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=9), st.sampled_from([1, 0.1]))
def test_rounded_parts_add_up_and_are_off_by_less_than_a_step(parts: list[float], step: float) -> None:
    told = rounded(parts, step)
    assert round(sum(told), 1) == pytest.approx(round(sum(parts) / step) * step, abs=1e-6)
    assert all(abs(one - other) <= step + 1e-6 for one, other in zip(told, parts, strict=True))


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 50), st.integers(0, 50))
def test_asked_is_refused_plus_possible(municipality: Municipality, width: int, height: int, plot: int, green: int) -> None:
    shape = square(0, 0, width, height)
    facts = lawn(shape, managed=square(0, 0, green + 1, 60), granted=(Taken("PL-0001", square(plot, 0, plot + 30, 60)),))
    outcomes = judge(facts, municipality)
    decision = Decision(shape, False, outcomes, suggest(facts, municipality), "register")
    sums = verdict(decision)
    assert sums.asked_m2 == round(shape.area, 1)
    assert round(sum(each.m2 for each in sums.refused) + sums.rest_m2 + sums.possible_m2, 1) == sums.asked_m2
    assert sum(each.ground.area for each in sums.refused) <= shape.area + 1e-6
