"""The ten questions of docs/ten-questions.md: every answer is run as it stands and compared with the tables behind the layers."""

import csv
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pytest

from tests.web.spreadsheet import Book

DOCUMENT = Path(__file__).parents[2] / "docs" / "ten-questions.md"
ADDRESS = "http://127.0.0.1:8000"
CLOSE = 1e-6
BOX = "st_makeenvelope(142500, 482500, 145000, 484500, 28992)"
DISTRICTS = "select c.code, {columns} from geo.coverage('{level}', {day}) c where c.district_id is not null"
TODAY = "(now() at time zone 'Europe/Amsterdam')::date"
KEPT = "select p.code from geo.adoption a join geo.plot p on p.id = a.plot_id where a.adopted and a.period @> date '{day}'"


def parts() -> list[list[str]]:
    """The code blocks of the preface and of each question."""
    texts = re.split(r"^## \d+\. ", DOCUMENT.read_text(), flags=re.MULTILINE)
    return [re.findall(r"```\w+\n(.*?)```", text, re.DOTALL) for text in texts]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the answers are written."""
    return tmp_path_factory.mktemp("answers")


@pytest.fixture(scope="module")
def ask(demo_server, folder):
    """Run question N in its three ways: the folder, what Python calls its answer, the sheets."""
    preface = [block.replace(ADDRESS, demo_server.url) for block in parts()[0]]

    def run(number: int) -> tuple[dict[str, Any], Book]:
        shell, python, steps = parts()[number]
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", preface[0] + shell], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        names: dict[str, Any] = {}
        exec(preface[1] + python.replace('to_file("', f'to_file("{folder}/'), names)
        return names, Book(f"{demo_server.url}/api/v1/layers", folder).follow(steps.splitlines())

    return run


@pytest.fixture(scope="module")
def truth(demo_server):
    """The rows of a query on the tables behind the layers."""

    def rows(query: str) -> list[Any]:
        with demo_server.database.sessions() as session:
            return [tuple(row) for row in session.connection().exec_driver_sql(query)]

    return rows


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def figures(pairs: Any) -> dict[str, float]:
    """Names and numbers, whatever held them."""
    pairs = pairs.items() if isinstance(pairs, Mapping | pd.Series) else pairs
    return {str(name): float(value or 0) for name, value in pairs}


def same(found: Any, right: Any) -> None:
    """Equal names and (nearly) equal numbers, and not nothing."""
    right = figures(right)
    assert len(right) > 1
    assert any(right.values())
    assert figures(found) == pytest.approx(right, rel=CLOSE, abs=CLOSE)


def test_no_answer_has_more_than_five_lines():
    questions = parts()[1:]
    assert len(questions) == 10
    assert max(len(block.splitlines()) for question in questions for block in question) <= 5
    assert {len(question) for question in questions} == {3}


def test_1_green_per_wijk(ask, truth, folder):
    right = truth(DISTRICTS.format(columns="c.green_m2", level="wijk", day=TODAY))
    names, book = ask(1)
    for name in ("groen_per_wijk.gpkg", "groen_per_wijk_2.gpkg"):
        frame = geopandas.read_file(folder / name)
        assert frame.crs.to_epsg() == 28992
        same(zip(frame.code, frame.groen_m2, strict=True), right)
    same(zip(names["answer"].code, names["answer"].groen_m2, strict=True), right)
    same(book.answer, right)


def test_2_change_per_buurt(ask, truth, folder):
    share = "coalesce(c.adopted_m2 / nullif(c.managed_m2, 0), 0)"
    then, now = (
        figures(truth(DISTRICTS.format(columns=share, level="buurt", day=f"date '{day}'"))) for day in ("2020-01-01", "2026-01-01")
    )
    right = {code: now[code] - then[code] for code in now}
    names, book = ask(2)
    same(table(folder / "verschil.csv"), right)
    same(names["answer"], right)
    same(book.answer, right)


def test_3_plots_near_a_street(ask, truth, folder):
    right = {
        code
        for (code,) in truth("""
            select z.plekcode from layers.zelfbeheerplekken z where z.oppervlakte_m2 >= 100 and exists (
              select from geo.ground g where g.name = 'Ekstermarke' and g.family = 'road' and g.appearance = 'rijbaan lokale weg'
                and st_dwithin(g.geom, z.geometrie, 25))""")
    }
    names, book = ask(3)
    assert right
    assert {row[0] for row in table(folder / "bij_straat.csv")} == set(names["answer"]) == set(book.answer.index) == right


def test_4_free_green_by_type(ask, truth, folder):
    right = truth("select soort_groen, sum(st_area(geometrie)) from layers.beschikbaar_groen where status = 'vrij' group by 1")
    names, book = ask(4)
    same(table(folder / "vrij.csv"), right)
    same(names["answer"], right)
    same(book.answer, right)


def test_5_what_changed_hands_in_2023(ask, truth, folder):
    before, after = ({code for (code,) in truth(KEPT.format(day=day))} for day in ("2022-12-31", "2023-12-31"))
    began = truth(f"{KEPT.format(day='2023-12-31')} and lower(a.period) >= '2023-01-01' and a.follows_id is null")
    names, book = ask(5)
    assert began
    assert before - after
    for found in ({row[0] for row in table(folder / "begonnen.csv")}, set(names["answer"]), set(book.answer.index)):
        assert found == {code for (code,) in began}
    for found in ({row[0] for row in table(folder / "beëindigd.csv")}, set(names["ended"]), set(book.sheets["voor"]["Plekcode"])):
        assert found == before - after


def test_6_green_outside_every_buurt(ask, truth, folder):
    green, outside = truth(
        f"select sum(green_m2), coalesce(sum(green_m2) filter (where district_id is null), 0) from geo.coverage('buurt', {TODAY})"
    )[0]
    names, book = ask(6)
    assert green > 1e7
    for found in (table(folder / "buiten.csv")[0][0], names["answer"], book.answer):
        assert float(found) == pytest.approx(float(outside), abs=1)


def test_7_largest_initiatives(ask, truth, folder):
    right = truth(f"""select i.slug, sum(a.area_m2) from geo.adoption a join geo.initiative i on i.id = a.initiative_id
                      where a.adopted and a.period @> {TODAY} group by 1 order by 2 desc limit 5""")
    names, book = ask(7)
    same(table(folder / "grootste.csv"), right)
    same(names["answer"].itertuples(index=False), right)
    same(book.answer, right)


def test_8_plots_in_a_project_area(ask, truth, folder):
    right = truth(f"select status, count(*) from layers.zelfbeheerplekken where st_intersects(geometrie, {BOX}) group by 1")
    names, book = ask(8)
    same(table(folder / "gebied.csv"), right)
    same(names["answer"], right)
    same(book.answer, right)


def test_9_green_per_inhabitant(ask, truth, folder):
    right = truth(f"""select d.code, c.green_m2 / d.population from geo.coverage('wijk', {TODAY}) c
                      join geo.district d on d.id = c.district_id where d.population > 0""")
    names, book = ask(9)
    same(table(folder / "per_inwoner.csv"), right)
    same(names["answer"], right)
    same(book.answer, right)


def test_10_full_and_partial_care(ask, truth, folder):
    right = truth(DISTRICTS.format(columns="c.adopted_full_m2, c.adopted_partial_m2", level="stadsdeel", day=TODAY))
    names, book = ask(10)
    plain = pd.read_csv(folder / "zorg.csv", sep=";", decimal=",").set_index("code")
    for place, column in ((1, "geadopteerd_volledig_m2"), (2, "geadopteerd_gedeeltelijk_m2")):
        wanted = {row[0]: row[place] for row in right}
        same(plain[column], wanted)
        same(names["answer"][column], wanted)
        same(book.answer.iloc[:, place - 1], wanted)
