"""Tasks, work, and what residents tell the municipality."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo_service.adoptions import parts
from geo_service.adoptions import queries as adoption_queries
from geo_service.db.engine import transaction
from geo_service.errors import Conflict, InvalidInput, LinkGone, NotAllowed, NotFound
from geo_service.maintenance import calendar, incidents, queries, seasons, service, working_days
from geo_service.maintenance.schemas import TaskAsked, Told, WorkAsked
from geo_service.notifications.schemas import Sender
from geo_service.people.schemas import Visitor
from tests.residents import DAY, NOW, TODAY, ask, build_town, keep, plot

BASE = "https://groen.example"


@pytest.fixture
def town(session):
    return build_town(session)


@pytest.fixture
def kept(session, town, municipality):
    """20 x 20 m since ten days ago."""
    return keep(session, town, plot(10, 10, 20), municipality, NOW - 10 * DAY)


@pytest.fixture
def tell(session, town, kept, municipality):
    def told(actor=None, adoption=None, **more):
        return incidents.tell(session, actor or town.resident, (adoption or kept).id, Told(**more), Sender(municipality, BASE, NOW), "nl")

    return told


def adopted(session, day):
    rows = session.execute(text("select code, adopted_m2, plots from geo.coverage('buurt', :day) order by code"), {"day": day})
    return [tuple(row) for row in rows]


def weekly(**more):
    return TaskAsked("Onkruid wieden", TODAY + 3 * DAY, **more)


def test_a_task_is_planned_moved_done_and_dropped(session, town, kept):
    task = service.add_task(session, town.resident, kept.id, weekly(starts=time(10), ends=time(12)), NOW)
    moved = service.change_task(session, town.resident, task.id, TaskAsked("Onkruid wieden", TODAY + 4 * DAY), NOW)
    assert (moved.day, moved.starts, moved.version) == (TODAY + 4 * DAY, None, 1)
    assert service.task_done(session, town.resident, task.id, moved.day, NOW) is True
    assert service.task_done(session, town.resident, task.id, moved.day, NOW) is False
    assert [one.state for one in queries.tasks_of(session, [kept.id])] == ["done"]
    with pytest.raises(Conflict):
        service.drop_task(session, town.resident, task.id, NOW)


def test_a_task_that_comes_back_keeps_its_id_and_leaves_a_copy(session, town, kept):
    task = service.add_task(session, town.resident, kept.id, weekly(every_weeks=2), NOW)
    service.task_done(session, town.resident, task.id, task.day, NOW)
    open_one, done = (queries.tasks_of(session, [kept.id], state)[0] for state in ("open", "done"))
    assert (open_one.id, open_one.day, done.day) == (task.id, task.day + 14 * DAY, task.day)
    assert done.id != task.id


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.none() | st.integers(1, 26), st.integers(0, 900))
def test_the_next_day_is_after_the_last_and_not_over(day, every_weeks, later):
    today = day + timedelta(days=later)
    found = service.next_day(day, every_weeks, today)
    assert found > day
    assert found >= today
    if every_weeks:
        assert (found - day).days % (7 * every_weeks) == 0
        assert found - timedelta(weeks=every_weeks) < today or found - timedelta(weeks=every_weeks) == day
    else:
        assert (found.month, found.day) in {(day.month, day.day), (2, 28)}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"what": ""}, "klus"),
        ({"day": None}, "dag"),
        ({"day": TODAY - DAY}, "dag"),
        ({"starts": time(10), "ends": time(9)}, "tot"),
        ({"ends": time(9)}, "van"),
        ({"every_weeks": 30}, "herhaal"),
        ({"note": "x" * 1001}, "toelichting"),
    ],
)
def test_a_task_that_cannot_be_is_told_per_field(session, town, kept, wrong, where):
    asked = TaskAsked(**{"what": "Snoeien", "day": TODAY, **wrong})
    with pytest.raises(InvalidInput) as error:
        service.add_task(session, town.resident, kept.id, asked, NOW)
    assert [fault["where"] for fault in error.value.details["errors"]] == [where]


def test_work_is_told_in_halves(session, town, kept):
    work = service.log_work(session, town.resident, kept.id, WorkAsked(TODAY, 3, ("pruning", "weeding"), 2, "Takken weg"), NOW)
    assert (work.half_hours, work.people, work.measures) == (3, 2, ("weeding", "pruning"))
    assert queries.half_hours_since(session, [kept.id], TODAY) == 3
    for wrong in (
        WorkAsked(TODAY, 0, ("weeding",)),
        WorkAsked(TODAY + DAY, 2, ("weeding",)),
        WorkAsked(TODAY, 2),
        WorkAsked(TODAY, 2, ("x",)),
    ):
        with pytest.raises(InvalidInput):
            service.log_work(session, town.resident, kept.id, wrong, NOW)


@pytest.mark.parametrize("who", ["neighbour", "wijkregisseur", "admin"])
def test_only_members_plan_work_and_press_the_button(session, town, kept, tell, who):
    actor = town.people[who]
    with pytest.raises(NotAllowed):
        service.add_task(session, actor, kept.id, weekly(), NOW)
    with pytest.raises(NotAllowed):
        service.log_work(session, actor, kept.id, WorkAsked(TODAY, 2, ("weeding",)), NOW)
    with pytest.raises(NotAllowed):
        tell(actor, kind="help")


def test_help_pressed_twice_is_one_and_changes_nothing(session, town, kept, tell):
    before = adopted(session, TODAY + DAY)
    first, second = tell(kind="help", words="Ik ben ziek"), tell(kind="help")
    assert first.id == second.id
    assert adopted(session, TODAY + DAY) == before
    assert (first.state, first.answer_by) == ("open", date(2026, 11, 24))
    mailed = session.execute(text("select to_email, plain from geo.message order by to_email")).all()
    assert [row.to_email for row in mailed] == ["resident@example.org", "wijkregisseur@example.org"]
    assert "Ik ben ziek" not in mailed[0].plain + mailed[1].plain


def test_taking_over_pauses_a_part_at_once_and_staff_plan_its_end(session, town, kept, tell, municipality):
    told = tell(kind="take_over", part=plot(20, 0, 50), until=TODAY + 20 * DAY)
    [pause] = parts.pauses(session, town.resident, kept.id, TODAY)
    assert (pause.starts_on, pause.ends_on, pause.geom.area) == (TODAY, TODAY + 20 * DAY, 200)
    answered = incidents.answer(
        session, town.toezichthouder, told.id, "We komen dinsdag", False, TODAY + 9 * DAY, Sender(municipality, BASE, NOW)
    )
    assert (answered.state, answered.answer) == ("answered", "We komen dinsdag")
    assert parts.pauses(session, town.resident, kept.id, TODAY)[0].ends_on == TODAY + 9 * DAY
    solved = incidents.answer(session, town.wijkregisseur, told.id, "", True, None, Sender(municipality, BASE, NOW))
    assert (solved.state, solved.answer) == ("solved", "We komen dinsdag")


def test_who_goes_on_ends_the_pause_and_may_ask_again(session, town, kept, tell):
    told = tell(kind="take_over")
    [pause] = parts.pauses(session, town.resident, kept.id, TODAY)
    incidents.go_on(session, town.resident, kept.id, pause.id, TODAY, NOW)
    assert parts.pauses(session, town.resident, kept.id, TODAY) == []  # it never began
    assert queries.incident(session, told.id).state == "solved"
    assert tell(kind="take_over").id != told.id


def test_only_handing_back_changes_coverage(session, town, kept, tell):
    before = adopted(session, TODAY + DAY)
    tell(kind="take_over")
    tell(kind="mown", day=TODAY, words="Alles weg")
    tell(kind="question", words="Mag er een bank?")
    assert adopted(session, TODAY + DAY) == before
    tell(kind="hand_back", part=plot(20, 0, 50))
    assert [row[1] for row in adopted(session, TODAY + DAY)] == [200, 0]
    smaller = adoption_queries.listed(session, town.resident, TODAY, state="active")[0]
    again = tell(adoption=smaller, kind="hand_back", part=plot(20, 0, 50))  # pressed twice
    assert again.adoption_id == kept.id
    tell(adoption=smaller, kind="hand_back")
    assert [row[1] for row in adopted(session, TODAY + DAY)] == [0, 0]
    for kind in ("help", "take_over", "mown"):
        with pytest.raises(Conflict):
            tell(adoption=smaller, kind=kind, day=TODAY)


def test_a_pause_that_went_along_with_a_smaller_plot_can_be_ended(session, town, kept, tell, municipality):
    told = tell(kind="take_over")
    tell(kind="hand_back", part=plot(20, 0, 50))
    incidents.answer(session, town.wijkregisseur, told.id, "", False, TODAY + 5 * DAY, Sender(municipality, BASE, NOW))
    [smaller] = adoption_queries.listed(session, town.resident, TODAY, state="active")
    assert [one.ends_on for one in parts.pauses(session, town.resident, smaller.id, TODAY)] == [TODAY + 5 * DAY]


def test_the_queue_is_of_the_own_districts(session, town, tell):
    told = tell(kind="question", words="Mag er een bank?")
    assert [one.id for one in queries.queue(session, town.toezichthouder, ("open",))] == [told.id]
    assert queries.queue(session, town.elsewhere, ("open",)) == []
    assert queries.queue(session, town.resident, ("open",)) == []
    assert queries.contact_of(session, told.adoption_id).email == "wijkregisseur@example.org"


@pytest.mark.parametrize("who", ["resident", "neighbour", "elsewhere"])
def test_only_staff_of_the_district_answer(session, town, tell, municipality, who):
    told = tell(kind="help")
    with pytest.raises((NotAllowed, NotFound)):
        incidents.answer(session, town.people[who], told.id, "Ja", True, None, Sender(municipality, BASE, NOW))


def test_two_members_at_once_do_a_task_once(database, municipality):
    with transaction(database.sessions) as session:
        town = build_town(session)
        kept = keep(session, town, plot(10, 10, 20), municipality, NOW - 10 * DAY)
        task = service.add_task(session, town.resident, kept.id, weekly(every_weeks=1), NOW)

    def press(_):
        with transaction(database.sessions) as session:
            return service.task_done(session, town.resident, task.id, task.day, NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == [False, False, False, True]
    with database.sessions() as session:
        assert [one.state for one in queries.tasks_of(session, [kept.id])] == ["done", "open"]


def test_a_pause_and_a_hand_back_at_once_leave_nothing_half_done(database, municipality):
    with transaction(database.sessions) as session:
        town = build_town(session)
        kept = keep(session, town, plot(10, 10, 20), municipality, NOW - 10 * DAY)

    def press(kind):
        try:
            with transaction(database.sessions) as session:
                return incidents.tell(session, town.resident, kept.id, Told(kind), Sender(municipality, BASE, NOW), "nl").kind
        except Conflict:
            return None

    with ThreadPoolExecutor(6) as pool:
        done = {kind for kind in pool.map(press, ["take_over", "hand_back"] * 3) if kind}
    assert "hand_back" in done
    with database.sessions() as session:
        assert sorted(one.kind for one in queries.incidents_of(session, [kept.id])) == sorted(done)
        pauses = session.execute(text("select count(*) from geo.pause")).scalar_one()
        assert pauses == ("take_over" in done)
        assert [row[1] for row in adopted(session, TODAY + DAY)] == [0, 0]


def test_the_calendar_holds_tasks_and_no_person(session, town, kept):
    visitor = Visitor(town.resident, "Name of resident", "resident@example.org")
    old = calendar.new_address(session, visitor, NOW)
    task = service.add_task(session, town.resident, kept.id, weekly(starts=time(10), ends=time(12), every_weeks=2, note="Bij de beuk"), NOW)
    gone = service.add_task(session, town.resident, kept.id, TaskAsked("Bollen; planten, veel", date(2027, 3, 28)), NOW)
    service.drop_task(session, town.resident, gone.id, NOW)
    secret = calendar.new_address(session, visitor, NOW)
    with pytest.raises(LinkGone):
        calendar.feed(session, old, BASE, "nl", NOW)
    document = calendar.feed(session, secret, BASE, "nl", NOW)
    assert b"Name of" not in document
    assert b"@example.org" not in document
    assert all(len(line) <= 75 for line in document.split(b"\r\n"))
    events = {str(event["uid"]): event for event in icalendar.Calendar.from_ical(document).walk("VEVENT")}
    weeding, bulbs = events[f"{task.id}@zelfbeheer"], events[f"{gone.id}@zelfbeheer"]
    assert weeding["dtstart"].dt.isoformat() == "2026-11-24T10:00:00+01:00"
    assert weeding["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert b"BEGIN:VTIMEZONE" in document
    assert (weeding["rrule"]["INTERVAL"], int(weeding["sequence"]), str(weeding["status"])) == ([2], 0, "CONFIRMED")
    assert (int(bulbs["sequence"]), str(bulbs["status"]), bulbs["dtend"].dt) == (1, "CANCELLED", date(2027, 3, 29))
    service.task_done(session, town.resident, task.id, task.day, NOW)
    moved = icalendar.Calendar.from_ical(calendar.feed(session, secret, BASE, "nl", NOW)).walk("VEVENT")
    again = next(event for event in moved if str(event["uid"]) == f"{task.id}@zelfbeheer")
    assert (again["dtstart"].dt.date(), int(again["sequence"])) == (task.day + 14 * DAY, 1)


def test_questions_may_be_asked_before_anything_is_kept(session, town, municipality):
    asked = ask(session, town.resident, plot(10, 10, 20), municipality)
    told = Told("question", "Wanneer hoor ik iets?")
    assert incidents.tell(session, town.resident, asked.id, told, Sender(municipality, BASE, NOW), "nl").kind == "question"
    with pytest.raises(Conflict):
        incidents.tell(session, town.resident, asked.id, Told("help"), Sender(municipality, BASE, NOW), "nl")


@pytest.mark.parametrize(
    ("day", "days", "end"),
    [
        (date(2026, 11, 20), 2, date(2026, 11, 24)),  # over a weekend
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # both days of Christmas and a weekend
        (date(2027, 3, 25), 2, date(2027, 3, 31)),  # Good Friday and Easter Monday
        (date(2031, 4, 25), 1, date(2031, 4, 28)),  # King's Day on a Sunday is kept on Saturday 26
        (date(2027, 4, 26), 1, date(2027, 4, 28)),
        (date(2027, 5, 4), 2, date(2027, 5, 10)),  # Liberation Day and Ascension Day, 5 and 6 May
    ],
)
def test_terms_are_working_days(day, days, end):
    assert working_days.after(day, days) == end


def test_the_season_tells_of_nests_from_mid_march_to_mid_july():
    def holding(day):
        return [season.key for season in seasons.now_and_next(day)[0]]

    assert [holding(date(2027, *day)) for day in ((3, 14), (3, 15), (7, 15), (7, 16), (10, 15), (1, 1))] == [
        ["planting"], ["breeding"], ["breeding"], [], ["planting"], ["planting"],
    ]  # fmt: skip
    assert [(day, season.key) for day, season in seasons.now_and_next(date(2026, 11, 22))[1]] == [(date(2027, 3, 15), "breeding")]
