"""The steps of the time slider."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from geo_service.cartography.classes import class_index, classes
from geo_service.cartography.features import spoken
from geo_service.cartography.registry import load_maps
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.web.pages.timeline import Timeline

DEKKING = load_maps(content_root(), load_catalogue(content_root()))["dekking"].choropleth


@given(some.dates(date(1990, 1, 1), date(2090, 1, 1)), some.integers(0, 30 * 365))
def test_every_step_gives_a_day_that_leads_back_to_it(today: date, days: int) -> None:
    timeline = Timeline.until(today, date.fromordinal(max(today.toordinal() - days, 1)))
    steps = range(timeline.last + 1)
    assert [timeline.step(timeline.day(step)) for step in steps if timeline.day(step) < today] == [
        step for step in steps if timeline.day(step) < today
    ]
    assert timeline.day(timeline.last) == today
    assert timeline.last >= 12


def test_the_slider_starts_in_the_year_of_the_first_adoption() -> None:
    timeline = Timeline.until(date(2026, 11, 21), date(2017, 5, 3))
    assert (timeline.day(0), timeline.day(1), timeline.last) == (date(2017, 1, 1), date(2017, 2, 1), 119)
    assert timeline.years()[0] == (2017, 0)
    assert timeline.step(date(2000, 1, 1)) == 0


@pytest.mark.parametrize(
    ("share", "index"),
    [(None, -1), (float("nan"), -1), (0.0, -1), (1e-9, 0), (0.00499, 0), (0.005, 1), (0.02, 2), (0.035, 3), (0.05, 4), (1.0, 4)],
)
def test_a_break_belongs_to_the_class_above_it(share: float | None, index: int) -> None:
    assert class_index(DEKKING, share) == index


def test_classes_are_told_in_the_language_of_the_reader() -> None:
    assert [each.label for each in classes(DEKKING, "nl")] == ["5% en meer", "3,5 tot 5%", "2 tot 3,5%", "0,5 tot 2%", "tot 0,5%", "geen"]
    assert [each.label for each in classes(DEKKING, "en")] == ["5% and more", "3.5 to 5%", "2 to 3.5%", "0.5 to 2%", "up to 0.5%", "none"]


def test_a_difference_that_rounds_to_nothing_has_no_sign() -> None:
    assert [spoken(value, "procentpunt", "nl") for value in (-0.04, 0.04, -0.06, 0.06)] == ["0,0", "0,0", "-0,1", "+0,1"]
