"""Coverage follows what is written: by plain SQL, by period, care and management; and the command and service tell it."""

import csv
import io
import json
from datetime import date

import pytest
from sqlalchemy import text

from geo_service.coverage.service import coverage, land_use
from geo_service.db.engine import transaction
from geo_service.errors import NotFound
from tests.builders import add_adoption, add_district, add_green, add_management, assume_managed, box, insert, rebuild

TODAY = date(2026, 11, 21)


def haven(session, *, register: bool = False) -> None:
    """Two buurten side by side in one wijk; green of 100 by 50 m over their border, and 20 by 20 m outside every buurt."""
    assume_managed(session, "G0034")
    add_district(session, "GM0034", box(-100, -100, 500), level="gemeente")
    add_district(session, "WK003401", box(0, 0, 200, 100), level="wijk", parent="GM0034")
    add_district(session, "BU00340101", box(0, 0, 110, 100), parent="WK003401", population=300, homes=120)
    add_district(session, "BU00340102", box(100, 0, 100, 100), parent="WK003401")
    add_green(session, "G1", box(50, 0, 100, 50), plus_type="heesters")
    add_green(session, "G2", box(300, 0, 20))
    add_green(session, "G3", box(0, 60, 20), bronhouder="L0002")
    if register:
        add_management(session, box(0, 0, 80, 200))
    rebuild(session)


def row(session, code, at=TODAY, level="buurt"):
    return next(d for d in coverage(session, level, at, today=TODAY).districts if d.code == code)


def test_overlapping_districts_the_lowest_code_counts_and_the_rest_is_reported(session):
    haven(session)
    query = text(
        "select d.code, p.area_m2, p.taken_m2 from geo.district_piece p left join geo.district d on d.id = p.district_id order by 1"
    )
    assert [tuple(r) for r in session.execute(query)] == [("BU00340101", 11000, 0), ("BU00340102", 9000, 1000), (None, 230000, 0)]
    assert (row(session, "BU00340101").green_m2, row(session, "BU00340102").green_m2, row(session, None).green_m2) == (3400, 2000, 400)
    assert row(session, None).area_m2 == 230000
    assert row(session, "WK003401", level="wijk").area_m2 == 20000


def test_an_adoption_by_plain_sql_counts_at_once_and_until_its_period_ends(session):
    haven(session)
    adoption = add_adoption(session, box(90, 10, 40, 60), period=(date(2020, 5, 1), None))
    assert [row(session, code).adopted_m2 for code in ("BU00340101", "BU00340102", None)] == [800, 800, 0]
    assert [row(session, code).adopted_outside_m2 for code in ("BU00340101", "BU00340102")] == [400, 400]
    assert row(session, "BU00340101").coverage == pytest.approx(800 / 3000)
    ended = "update geo.adoption set state = 'ended', period = daterange('2020-05-01', '2021-01-01') where id = :id"
    session.execute(text(ended), {"id": adoption})
    days = [date(2020, 4, 30), date(2020, 5, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert [row(session, "BU00340101", day).adopted_m2 for day in days] == [0, 800, 800, 0]


def test_a_moved_adoption_counts_where_it_lies_now(session):
    haven(session)
    adoption = add_adoption(session, box(60, 0, 10))
    moved = "update geo.adoption set geom = st_translate(geom, 70, 0) where id = :id"
    session.execute(text(moved), {"id": adoption})
    assert (row(session, "BU00340101").adopted_m2, row(session, "BU00340102").adopted_m2) == (0, 100)


def test_only_adopted_states_count(session):
    haven(session)
    for number, state in enumerate(("draft", "submitted", "agreement_draft", "awaiting_signatures", "active", "refused")):
        add_adoption(session, box(50 + 5 * number, 0, 5), state=state)
    total = coverage(session, "buurt", TODAY, today=TODAY).total
    assert (total.adopted_m2, total.plots, total.initiatives) == (25, 1, 1)


def test_care_is_told_apart(session):
    haven(session)
    add_adoption(session, box(60, 0, 10), care="full")
    add_adoption(session, box(70, 0, 10), care="partial", measures=["litter"])
    figures = row(session, "BU00340101")
    assert (figures.adopted_m2, figures.adopted_full_m2, figures.adopted_partial_m2) == (200, 100, 100)


def test_grey_unmanaged_and_faraway_ground_is_beside_managed_green(session):
    haven(session)
    add_adoption(session, box(0, 55, 30), scope="public_space")  # 20 by 20 m of it is green of somebody else
    add_adoption(session, box(1000, 1000, 10))
    assert (row(session, "BU00340101").adopted_m2, row(session, "BU00340101").adopted_outside_m2) == (0, 900)
    assert row(session, None).adopted_outside_m2 == 100


def test_management_by_hand_counts_after_a_rebuild(session):
    haven(session, register=True)
    add_adoption(session, box(70, 0, 20, 10))
    answer = coverage(session, "buurt", TODAY, today=TODAY)
    assert (answer.managed_basis, answer.total.managed_m2, answer.total.adopted_m2, answer.total.adopted_outside_m2) == (
        "register",
        1900,
        100,
        100,
    )
    add_management(session, box(80, 0, 120, 100), valid=(date(2024, 1, 1), None))
    rebuild(session)
    totals = {day: coverage(session, "buurt", day, today=TODAY).total for day in (date(2023, 12, 31), date(2024, 1, 1))}
    assert [total.managed_m2 for total in totals.values()] == [1900, 5400]
    assert [(total.adopted_m2, total.adopted_outside_m2) for total in totals.values()] == [(100, 100), (200, 0)]


def test_versions_change_what_an_adoption_covers(session):
    haven(session)
    change = date(2022, 1, 1)
    add_green(session, "G9", box(0, 80, 20, 20), version="1", valid=(date(2018, 1, 1), change), applies=(None, change))
    add_green(session, "G9", box(0, 80, 10, 20), version="2", valid=(change, None), applies=(change, None))
    rebuild(session)
    add_adoption(session, box(0, 80, 20, 20), period=(date(2019, 1, 1), None))
    before, after = row(session, "BU00340101", date(2021, 12, 31)), row(session, "BU00340101", change)
    assert (before.adopted_m2, before.adopted_outside_m2, before.estimated) == (400, 0, False)
    assert (after.adopted_m2, after.adopted_outside_m2) == (200, 200)
    assert row(session, "BU00340101", date(2017, 1, 1)).estimated


def test_green_that_vanishes_leaves_the_sums(session):
    haven(session)
    session.execute(text("delete from geo.green_object where register_id = 'G3'"))
    assert row(session, "BU00340101").green_m2 == 3000


def test_days_far_away_and_towns_without_districts(session):
    assert coverage(session, None, date(1, 1, 1), today=TODAY).districts == []
    add_green(session, "G1", box(0, 0, 10))
    rebuild(session)
    add_adoption(session, box(0, 0, 10))
    answer = coverage(session, "wijk", date(2999, 1, 1), today=TODAY, language="en")
    assert answer.estimated
    assert [(d.code, d.name, d.green_m2, d.managed_m2, d.coverage) for d in answer.districts] == [
        (None, "Outside every district", 100, 0, None)
    ]
    assert not coverage(session, "wijk", TODAY, today=TODAY).estimated


def test_buurten_find_their_gemeente_by_code_when_the_register_names_no_parent(session):
    assume_managed(session, "G0034")
    add_district(session, "GM0034", box(0, 0, 100), level="gemeente")
    add_district(session, "BU00340101", box(0, 0, 100))
    add_green(session, "G1", box(0, 0, 10))
    rebuild(session)
    answer = coverage(session, None, TODAY, today=TODAY)
    assert (answer.level, [d.code for d in answer.districts], answer.total.managed_m2) == ("buurt", ["BU00340101"], 100)
    assert row(session, "GM0034", level="gemeente").green_m2 == 100


def test_types_add_up(session):
    haven(session)
    add_adoption(session, box(60, 0, 10))
    answer = coverage(session, "wijk", TODAY, today=TODAY, by_type=True)
    assert [(t.green_type, t.green_m2, t.adopted_m2) for t in answer.total.types] == [("heesters", 5000, 100), ("grasland overig", 800, 0)]
    for district in answer.districts:
        assert sum(t.managed_m2 for t in district.types) == pytest.approx(district.managed_m2, abs=1e-4)


def test_land_use(session):
    haven(session)
    add_green(session, "R1", box(20, 90, 30, 10), category="recreation", plus_type="speelterrein")
    insert(session, "ground", register_id="H1", family="housing", appearance="erf", geom=box(-10, 80, 40, 10))
    rebuild(session)
    use = land_use(session, "BU00340101", TODAY)
    assert (use.area_m2, use.green_m2, use.recreation_m2, use.housing_m2, use.homes) == (11000, 3400, 300, 300, 120)
    assert use.green_or_recreation_share == pytest.approx(3700 / 11000)
    with pytest.raises(NotFound):
        land_use(session, "BU99999999", TODAY)


def test_the_application_may_split_but_not_write_pieces(session):
    rights = """select has_table_privilege('geo_app', 'geo.green_piece', 'insert'),
                       has_function_privilege('geo_app', 'geo.split_green(int[])', 'execute')"""
    assert tuple(session.execute(text(rights)).one()) == (False, True)


def test_the_command_tells_the_same_in_three_forms(database, run_cli):
    with transaction(database.sessions) as session:
        haven(session)
        add_adoption(session, box(60, 0, 10))
    told = json.loads(run_cli("coverage", "--level", "buurt", "--at", "2026-11-21", "--format", "json").stdout)
    assert told["districts"][0] | {"types": None} == {
        "code": "BU00340101", "name": "buurt BU00340101", "level": "buurt", "areaM2": 11000, "greenM2": 3400, "managedM2": 3000,
        "adoptedM2": 100, "adoptedFullM2": 100, "adoptedPartialM2": 0, "adoptedOutsideM2": 0, "coverage": 100 / 3000, "plots": 1,
        "initiatives": 1, "estimated": False, "types": None,
    }  # fmt: skip
    assert (told["level"], told["at"], told["managedBasis"], told["total"]["greenM2"]) == ("buurt", "2026-11-21", "assumption", 5800)
    rows = list(csv.DictReader(io.StringIO(run_cli("coverage", "--level", "buurt", "--at", "2026-11-21", "--format", "csv").stdout)))
    assert [float(r["greenM2"]) for r in rows] == [district["greenM2"] for district in told["districts"]]
    table = run_cli("coverage", "--level", "buurt", "--at", "2026-11-21", LANG="nl_NL.UTF-8", COLUMNS="60")
    assert "5.800" in table.stdout.splitlines()[-1]
    assert "3,33%" in table.stdout
    assert "aanname" in table.stderr
    wrong = run_cli("coverage", "--at", "gisteren")
    assert (wrong.returncode, wrong.stderr.strip()) == (1, "gisteren is not a day; write YYYY-MM-DD.")
    assert run_cli("coverage", "--level", "straat").returncode == 2
