"""What is forgotten of initiatives and support after its term, and all work at set times done at once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from shapely import Point
from sqlalchemy import text

from geo_service.adoptions import farewell
from geo_service.adoptions.support import queries, service
from geo_service.db.models import Setting
from geo_service.initiatives import ideas, members
from geo_service.notifications.schemas import Work
from geo_service.settings import Settings
from geo_service.work import all_jobs, forget_what_is_old
from tests.builders import X, Y, add_idea, insert
from tests.residents import DAY, NOW, ask, build_town, plot, step


@pytest.fixture
def town(session):
    return build_town(session)


def work(session, municipality, now):
    return Work(session, municipality, Settings(), now)


def post(*_about, **_more):
    """No mail."""


def names(session):
    return set(session.scalars(text("select name from geo.initiative")))


def test_ideas_that_nobody_confirmed_and_joiners_that_nobody_answered_are_forgotten(session, town, municipality):
    def propose(name, visitor=None, now=NOW):
        return ideas.propose(session, name, "Bloemen", Point(X + 500, Y + 500), f"{len(name)}@example.net", visitor, post, now)

    unseen, later = propose("Nooit bevestigd"), propose("Kort geleden", now=NOW + 25 * DAY)
    asked_for = propose("Met grond")
    asked = ask(session, town.resident, plot(10, 10, 20), municipality)
    session.execute(text("update geo.adoption set initiative_id = :idea where id = :id"), {"idea": asked_for.id, "id": asked.id})
    for idea, day in ((unseen, NOW), (asked_for, NOW), (later, NOW + 25 * DAY)):
        session.execute(text("update geo.initiative set created_at = :day where id = :id"), {"day": day, "id": idea.id})
    shown = add_idea(session, "Getoond", 300, 300, confirmed_at=NOW)
    members.join(session, town.neighbour, shown, "regular", post, NOW)
    members.join(session, town.stranger, shown, "once", post, NOW + 70 * DAY)
    first = forget_what_is_old(work(session, municipality, NOW + 31 * DAY))
    assert (first["ideas"], first["joiners"]) == (1, 0)
    assert names(session) >= {"Kort geleden", "Met grond", "Getoond"}
    assert "Nooit bevestigd" not in names(session)
    second = forget_what_is_old(work(session, municipality, NOW + 91 * DAY))
    assert (second["ideas"], second["joiners"]) == (1, 1)
    assert session.scalar(text("select count(*) from geo.initiative_joiner")) == 1


def test_codes_are_forgotten_and_who_spoke_once_it_is_decided(session, town, municipality):
    for number in range(4):
        place = Point(X + 20 + number, Y + 40)
        insert(session, "address", register_id=f"H{number}", street="Hof", number=str(number + 1), households=1, geom=place)
    asked = ask(session, town.resident, plot(10, 10, 20), municipality)
    card, *_rest = service.print_cards(session, town.resident, asked.id, municipality, NOW)
    service.answer(session, card.code, "support", "", NOW)
    over = NOW + timedelta(days=municipality.support.code_days.value)
    kept = "select (select count(*) from geo.support_code), (select count(*) from geo.support_household)"
    for day, codes, households in ((over + 29 * DAY, 4, 4), (over + 31 * DAY, 0, 4)):
        forget_what_is_old(work(session, municipality, day))
        assert session.execute(text(kept)).one() == (codes, households)
    step(session, town.wijkregisseur, asked, "refused", municipality)
    forget_what_is_old(work(session, municipality, over + 31 * DAY))
    assert session.execute(text(kept)).one() == (0, 0)
    assert queries.progress(session, asked.id, municipality).supporting == 1


def test_who_came_back_by_a_backup_is_forgotten_when_nobody_depends_on_them(session, town, municipality):
    asked = ask(session, town.resident, plot(10, 10, 20), municipality)
    gone, contact = town.stranger.person_id, town.resident.person_id
    session.add(Setting(key="forget_again", value=[str(gone), str(contact), str(uuid4())]))
    assert farewell.forget_again(session, NOW) == (contact,)
    forgotten = text("select array_agg(id) from geo.person where forgotten_at is not null")
    assert session.scalar(forgotten) == [gone]
    step(session, town.resident, asked, "withdrawn", municipality)
    assert farewell.forget_again(session, NOW) == ()
    assert set(session.scalar(forgotten)) == {gone, contact}
    assert session.get(Setting, "forget_again") is None
    assert farewell.forget_again(session, NOW) == ()


def test_every_work_at_a_set_time_can_be_done_and_done_again(database, municipality):
    with database.sessions() as session:
        town = build_town(session)
        ask(session, town.resident, plot(10, 10, 20), municipality)
        session.commit()
    jobs = all_jobs()
    assert {job.name for job in jobs} >= {"lapse-reservations", "remind-of-reservations", "forget-old-sketches"}
    for _time in range(2):
        for job in jobs:
            with database.sessions() as session:
                session.execute(text("set local role geo_app"))
                job.run(work(session, municipality, datetime.now(UTC)))
                session.commit()
