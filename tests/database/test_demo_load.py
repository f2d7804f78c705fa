"""The demo in a database: complete, exclusive, dated in the past, told as the demo."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.adoptions.states import STATES, find
from geo_service.demo.load import load
from geo_service.demo.records import Town
from geo_service.municipality import Municipality
from geo_service.people.service import issue_token, who_is
from geo_service.registers.queries import holds_demo, holds_real_data, management_known
from tests.conftest import DEMO_DAY as TODAY
from tests.conftest import Database

NOW = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(module_database: Database, town: Town, municipality: Municipality) -> Iterator[Session]:
    with module_database.sessions() as session:
        load(session, town, municipality, NOW)
        session.commit()
        yield session


def test_it_is_marked_as_the_demo(demo: Session) -> None:
    assert holds_demo(demo)
    assert not holds_real_data(demo)
    assert management_known(demo)


def test_every_record_arrived(demo: Session, town: Town) -> None:
    counts = {
        "district": len(town.districts),
        "green_object": len(town.green.register_id),
        "ground": len(town.ground.register_id),
        "management": len(town.management),
        "zone": len(town.zones),
        "tree": len(town.trees.species),
        "address": len(town.addresses),
        "initiative": len(town.initiatives),
        "adoption": len(town.adoptions),
        "plot": len({adoption.name for adoption in town.adoptions}),
        "register_import": 7,
    }
    found = {table: demo.scalar(text(f"select count(*) from geo.{table}")) for table in counts}
    assert found == counts
    assert demo.scalar(text("select count(*) from geo.pause where period @> cast(:today as date)"), {"today": TODAY}) == 1


def test_haven_in_the_database_has_its_figures(demo: Session) -> None:
    haven = demo.execute(text("select * from geo.coverage('stadsdeel', :at)"), {"at": TODAY}).mappings().all()[0]
    assert (haven["code"], haven["name"]) == ("SD1", "Haven")
    assert haven["area_m2"] / 10_000 == pytest.approx(2152, abs=0.005)
    assert haven["green_m2"] / haven["area_m2"] == pytest.approx(0.6, abs=0.00005)
    housing = demo.scalar(
        text("""select sum(g.area_m2) from geo.ground g, geo.district d
                where d.code = 'SD1' and g.family = 'housing' and st_contains(d.geom, g.geom)""")
    )
    assert housing / haven["area_m2"] == pytest.approx(0.04, abs=0.00005)
    assert 0 < haven["adopted_m2"] < haven["managed_m2"] < haven["green_m2"]


def test_what_is_adopted_is_what_the_town_says(demo: Session, town: Town) -> None:
    kept = sum(a.geometry.area for a in town.adoptions if a.state in ("active", "improvement", "notice_given"))
    rows = demo.execute(text("select * from geo.coverage('wijk', :at)"), {"at": TODAY}).mappings().all()
    assert sum(row["adopted_m2"] for row in rows) == pytest.approx(kept, abs=0.5)
    assert None not in {row["code"] for row in rows}
    haven = [row["adopted_m2"] / row["managed_m2"] for row in rows if row["code"] <= "WK003417" and row["managed_m2"]]
    assert sum(share == 0 for share in haven) >= 3
    assert max(haven) > 0.03


def test_ten_years_ago_less_was_adopted(demo: Session) -> None:
    plots = [
        demo.scalar(text("select sum(plots) from geo.coverage('gemeente', :at)"), {"at": TODAY.replace(year=TODAY.year - years)})
        for years in (9, 6, 3, 0)
    ]
    assert plots == sorted(plots)
    assert plots[0] > 0


def test_adoptions_come_in_all_states_and_none_share_ground_and_time(demo: Session) -> None:
    states = dict(demo.execute(text("select state, count(*) from geo.adoption group by state")).all())
    assert set(states) == set(STATES)
    shared = demo.scalar(
        text("""select count(*) from geo.adoption a join geo.adoption b
                on a.id < b.id and a.granted and b.granted and a.period && b.period and st_relate(a.geom, b.geom, 'T********')""")
    )
    assert shared == 0


def test_every_state_was_reached_by_a_step_that_is_allowed(demo: Session) -> None:
    rows = demo.execute(
        text("""select subject_id, kind, before ->> 'state' as was, after ->> 'state' as now_is, at, actor_id
                from geo.event where subject = 'adoption' order by subject_id, at, id""")
    ).all()
    assert all(row.at <= NOW and row.actor_id for row in rows)
    assert all(find(row.was, row.now_is) for row in rows if row.kind != "insert")
    last = {row.subject_id: row.now_is for row in rows}
    current = {str(row.id): row.state for row in demo.execute(text("select id, state from geo.adoption"))}
    assert last == current


def test_events_are_dated_by_their_story(demo: Session) -> None:
    late = demo.execute(text("select subject, count(*) from geo.event where at > :now group by subject"), {"now": NOW}).all()
    assert late == []
    years = demo.scalar(text("select extract(year from age(max(at), min(at))) from geo.event where subject = 'adoption'"))
    assert years >= 8


def test_a_person_for_each_role_can_sign_in(demo: Session) -> None:
    roles = {}
    for name in ("resident", "neighbour", "wijkregisseur", "toezichthouder", "planner", "analyst", "admin"):
        actor = who_is(demo, issue_token(demo, f"{name}@demo.example", NOW), NOW)
        roles[name] = actor.roles
    assert roles["resident"] == roles["neighbour"] == {"resident": ()}
    assert roles["wijkregisseur"] == {"wijkregisseur": ("SD1",)}
    assert Counter(role for held in roles.values() for role in held)["admin"] == 1


def test_each_initiative_has_its_contact_among_its_members(demo: Session) -> None:
    orphans = demo.scalar(
        text("""select count(*) from geo.initiative i where not exists (
                  select from geo.initiative_member m
                  where m.initiative_id = i.id and m.person_id = i.contact_id and m.effort = 'initiator')""")
    )
    assert orphans == 0
    mine = demo.scalar(
        text("""select count(*) from geo.adoption a join geo.initiative i on i.id = a.initiative_id join geo.person p on p.id = i.contact_id
                where p.email = 'resident@demo.example' and a.state = 'active'""")
    )
    assert mine >= 1
