"""Handing back a part, and pausing."""

import pytest
import shapely
from sqlalchemy import text

from geo_service.adoptions import parts, queries, service
from geo_service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.residents import DAY, NOW, TODAY, ask, build_town, keep, plot, step


@pytest.fixture
def town(session):
    return build_town(session)


@pytest.fixture
def kept(session, town, municipality):
    """20 x 20 m since ten days ago."""
    return keep(session, town, plot(10, 10, 20), municipality, NOW - 10 * DAY)


def figures(session, day):
    row = session.execute(
        text("select sum(adopted_m2), sum(adopted_outside_m2), sum(plots) from geo.coverage('gemeente', :day)"), {"day": day}
    )
    return tuple(row.one())


def test_a_part_goes_back_without_gap_or_double_count(session, town, kept, municipality):
    smaller = parts.hand_back(session, town.resident, kept.id, plot(20, 0, 50), "too much work", municipality, NOW)
    assert (smaller.state, smaller.plot_code, smaller.area_m2, smaller.follows_id) == ("active", kept.plot_code, 200, kept.id)
    assert (smaller.starts_on, smaller.since) == (TODAY, 2026)
    before = queries.find(session, town.resident, kept.id, TODAY)
    assert (before.state, before.ends_on, before.area_m2) == ("ended", TODAY, 400)
    assert [figures(session, TODAY + days * DAY) for days in (-1, 0, 1)] == [(400, 0, 1), (200, 0, 1), (200, 0, 1)]
    versions = session.execute(text("select number, area_m2 from geo.plot_version order by number")).all()
    assert [tuple(version) for version in versions] == [(1, 400), (2, 200)]
    assert ask(session, town.neighbour, plot(20, 10, 10, 20), municipality).state == "submitted"
    told = [(entry.what, entry.reason) for entry in service.log(session, town.resident, kept.id, TODAY)]
    assert told[-1] == ("ended", "too much work")


def test_the_year_in_which_keeping_began_stays(session, town, municipality):
    kept = keep(session, town, plot(10, 10, 20), municipality, NOW - 800 * DAY)
    smaller = parts.hand_back(session, town.resident, kept.id, plot(20, 0, 50), "enough", municipality, NOW)
    assert smaller.since == (TODAY - 800 * DAY).year < TODAY.year


def test_a_part_goes_back_before_keeping_began(session, town, municipality):
    kept = ask(session, town.resident, plot(10, 10, 20), municipality, starts_on=TODAY + 10 * DAY)
    for target in ("agreement_draft", "awaiting_signatures", "active"):
        step(session, town.wijkregisseur, kept, target, municipality)
    smaller = parts.hand_back(session, town.resident, kept.id, plot(20, 0, 50), "too much work", municipality, NOW)
    assert smaller.starts_on == TODAY + 10 * DAY
    assert [figures(session, TODAY + days * DAY)[0] for days in (9, 10)] == [0, 200]


@pytest.mark.parametrize("part", [plot(40, 40, 10), plot(0, 0, 100), plot(10, 10, 20, 19.9)])
def test_nothing_and_everything_are_refused(session, town, kept, municipality, part):
    with pytest.raises(Conflict):
        parts.hand_back(session, town.resident, kept.id, part, "why", municipality, NOW)


def test_who_may_hand_back(session, town, kept, municipality):
    for name in ("stranger", "elsewhere", "toezichthouder", "planner"):
        with pytest.raises(NotAllowed):
            parts.hand_back(session, getattr(town, name), kept.id, plot(20, 0, 50), "why", municipality, NOW)
    assert parts.hand_back(session, town.wijkregisseur, kept.id, plot(20, 0, 50), "why", municipality, NOW).area_m2 == 200


def test_only_what_is_kept_is_handed_back_or_paused(session, town, municipality):
    asked = ask(session, town.resident, plot(10, 10, 20), municipality)
    with pytest.raises(Conflict):
        parts.hand_back(session, town.resident, asked.id, plot(20, 0, 50), "why", municipality, NOW)
    with pytest.raises(Conflict):
        parts.pause(session, town.resident, asked.id, TODAY, None, None, None, NOW)


def test_a_slanting_part_never_pushes_the_rest_over_a_neighbour(session, town, municipality):
    """The new corners lie on borders that neighbours share; on the grid they would lie a hair over them."""
    slant = shapely.affinity.rotate(plot(310, 310, 20), 7.3, origin=(142320, 483320))
    kept = keep(session, town, shapely.set_precision(slant, 0.001), municipality, NOW - DAY)
    for number in range(4):
        away = shapely.affinity.translate(slant, *_along(7.3, 90 * number, 20))
        beside = ask(session, town.neighbour, shapely.set_precision(away, 0.001), municipality, NOW - DAY)
        step(session, town.wijkregisseur, beside, "agreement_draft", municipality, NOW - DAY)
    cut = shapely.affinity.rotate(plot(321.3, 300, 50, 50), 31, origin=(142320, 483320))
    smaller = parts.hand_back(session, town.resident, kept.id, cut, "why", municipality, NOW)
    assert 100 < smaller.area_m2 < 350


def _along(rotation, turn, distance):
    point = shapely.affinity.rotate(shapely.Point(distance, 0), rotation + turn, origin=(0, 0))
    return point.x, point.y


def test_a_pause_changes_nothing_in_public(session, town, kept):
    before = queries.find(session, None, kept.id, TODAY), figures(session, TODAY)
    made = parts.pause(session, town.resident, kept.id, TODAY, TODAY + 30 * DAY, plot(20, 0, 50), "a broken leg", NOW)
    assert (made.starts_on, made.ends_on, made.reason, made.geom.area) == (TODAY, TODAY + 30 * DAY, "a broken leg", 200)
    assert (queries.find(session, None, kept.id, TODAY), figures(session, TODAY)) == before
    told = [(entry.what, entry.by, entry.reason) for entry in service.log(session, town.resident, kept.id, TODAY)]
    assert told[-1] == ("paused", "resident", None)
    with pytest.raises(NotAllowed):
        parts.pauses(session, town.stranger, kept.id, TODAY)


def test_a_pause_ends_early_or_never_begins(session, town, kept):
    running = parts.pause(session, town.resident, kept.id, TODAY, None, None, None, NOW)
    ended = parts.end_pause(session, town.resident, kept.id, running.id, TODAY + 3 * DAY, NOW + 2 * DAY)
    assert ended.ends_on == TODAY + 3 * DAY
    with pytest.raises(Conflict):
        parts.end_pause(session, town.resident, kept.id, running.id, TODAY + 9 * DAY, NOW + 4 * DAY)
    planned = parts.pause(session, town.toezichthouder, kept.id, TODAY + 20 * DAY, None, None, None, NOW)
    assert parts.end_pause(session, town.resident, kept.id, planned.id, TODAY + DAY, NOW) is None
    assert [view.id for view in parts.pauses(session, town.resident, kept.id, TODAY)] == [running.id]
    assert service.log(session, town.resident, kept.id, TODAY)[-1].what == "pause_removed"
    with pytest.raises(NotFound):
        parts.end_pause(session, town.resident, kept.id, planned.id, TODAY, NOW)


def test_a_planner_ends_a_pause_but_begins_none(session, town, kept):
    running = parts.pause(session, town.resident, kept.id, TODAY, None, None, None, NOW)
    assert parts.end_pause(session, town.planner, kept.id, running.id, TODAY + 3 * DAY, NOW).ends_on == TODAY + 3 * DAY
    with pytest.raises(NotAllowed):
        parts.pause(session, town.planner, kept.id, TODAY + 5 * DAY, None, None, None, NOW)
    with pytest.raises(NotAllowed):
        parts.end_pause(session, town.stranger, kept.id, running.id, TODAY + 4 * DAY, NOW)


def test_days_of_a_pause_are_checked_all_at_once(session, town, kept):
    with pytest.raises(InvalidInput) as refusal:
        parts.pause(session, town.resident, kept.id, TODAY - DAY, TODAY - 2 * DAY, None, None, NOW)
    assert [fault["where"] for fault in refusal.value.details["errors"]] == ["startsOn", "endsOn"]
    with pytest.raises(Conflict):
        parts.pause(session, town.resident, kept.id, TODAY, None, plot(500, 500, 10), None, NOW)


def test_what_is_paused_stays_paused_on_the_ground_that_remains(session, town, kept, municipality):
    over = parts.pause(session, town.resident, kept.id, TODAY - 5 * DAY, TODAY - 3 * DAY, None, None, NOW - 5 * DAY)
    running = parts.pause(session, town.resident, kept.id, TODAY - DAY, TODAY + 9 * DAY, None, "leg", NOW - DAY)
    parts.pause(session, town.resident, kept.id, TODAY + 20 * DAY, None, plot(10, 10, 15, 20), None, NOW)
    parts.pause(session, town.resident, kept.id, TODAY + 20 * DAY, None, plot(25, 10, 5, 20), None, NOW)
    smaller = parts.hand_back(session, town.resident, kept.id, plot(20, 0, 50), "why", municipality, NOW)
    old = parts.pauses(session, town.resident, kept.id, TODAY)
    assert [(view.id, view.ends_on) for view in old] == [(over.id, TODAY - 3 * DAY), (running.id, TODAY)]
    new = parts.pauses(session, town.resident, smaller.id, TODAY)
    assert [(view.starts_on, view.ends_on, view.reason, view.geom and view.geom.area) for view in new] == [
        (TODAY, TODAY + 9 * DAY, "leg", None),
        (TODAY + 20 * DAY, None, None, 200),
    ]
