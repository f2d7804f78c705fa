"""``geo-service import … pdok:GM0034`` as a process, against a replay on loopback: whole, slow, ill, broken off and hostile."""

import gzip
import os
import time
from dataclasses import replace
from itertools import pairwise

import pytest
import shapely

from geo_service.db.engine import transaction
from geo_service.geometry import CRS84_URI
from tests import builders, commands
from tests.conftest import cloned
from tests.pdok_replay.editions import BGT, berm, bgt, cbs, green
from tests.pdok_replay.server import EPSG, PARAMETERS, Replay, replaying
from tests.registers import rows, square

TABLES = ("green_object", "green_piece", "district", "register_import", "lineage", "adoption", "setting")
BOMB = gzip.compress(bytes(65 << 20))
AREA = shapely.box(142_900, 482_900, 143_600, 483_200)
"""The municipality of these tests: the squares of ``tests.registers`` with room around them."""


@pytest.fixture(scope="module")
def gemeente(cluster, template):
    """A database in which the municipality's boundary is known, to clone from."""
    with cloned(cluster, template) as made:
        with transaction(made.sessions) as session:
            builders.add_district(session, "GM0034", AREA, level="gemeente")
        made.engine.dispose()
        yield made.engine.url.database


@pytest.fixture
def here(cluster, gemeente, tmp_path):
    (tmp_path / "proj").symlink_to(cluster.folder / "proj")  # making the grid takes seconds
    with cloned(cluster, gemeente) as made:
        yield made


def surroundings(database, replay, folder, pause="0.002"):
    env = {**os.environ, **database.environment, "LANG": "en_US.UTF-8", "NO_COLOR": "1", "COLUMNS": "200"}
    return env | {"GEO_PDOK_URL": replay.url, "GEO_PDOK_PAUSE": pause, "GEO_DATA_DIR": str(folder)}


@pytest.fixture
def bring(here, tmp_path):
    """Run the command to its end, as somebody would."""

    def run(replay, *arguments, database=here, **options):
        return commands.run(["import", *arguments], surroundings(database, replay, tmp_path, **options))

    return run


def squares(count):
    return bgt([green(f"G{n}", square(n)) for n in range(count)])


def counted(database):
    with database.sessions() as session:
        return [rows(session, f"select count(*) from geo.{table}")[0][0] for table in TABLES]


def green_of(database):
    with database.sessions() as session:
        return [name for (name,) in rows(session, "select register_id from geo.green_object where upper_inf(valid) order by id")]


def test_all_pages_come_in_by_the_next_link_and_politely(here, bring, tmp_path):
    with replaying(Replay(squares(25), page=10)) as replay:
        told = bring(replay, "green", "pdok:GM0034", pause="0.1")
    assert told.returncode == 0, told.stderr
    assert green_of(here) == [f"G{n}" for n in range(25)]
    pages = replay.asked("begroeidterreindeel")
    assert [("cursor=" in page, "offset" in page) for page in pages] == [(False, False), (True, False), (True, False)]
    assert "bbox=142900%2C482900%2C143600%2C483200" in pages[0]
    assert all("28992" in page.partition("&crs=")[2] for page in pages)
    assert all(asked["User-Agent"].startswith("zelfbeheer-geo-service/") for _, _, asked in replay.requests)
    moments = [moment for moment, _, _ in replay.requests]
    assert min(after - before for before, after in pairwise(moments)) > 0.09
    assert "skipped: pdok:GM0034 ondersteunendwegdeel has no features" in told.stdout
    assert list((tmp_path / "pdok").glob("*/*/*.json")) == []


def test_what_is_not_ours_is_left_out_by_name(here, bring):
    """Expired versions, bridges, other municipalities in the box, a repeated page, curves, unknown properties; bermen with plants only."""
    far = shapely.box(142_850, 482_950, 142_950, 482_960)
    over = shapely.box(142_890, 483_000, 142_950, 483_010)
    begroeid = [
        green("NOW", square(0)),
        green("NOW", square(0), tijdstip_registratie="2018-01-01T00:00:00Z", eind_registratie="2020-05-01T12:00:00Z"),
        green("GONE", square(1), eind_registratie="2021-01-01T00:00:00Z"),
        green("BRIDGE", square(2), relatieve_hoogteligging=1),
        green("ELSEWHERE", far), green("BORDER", over, bronhouder="L0002"),
        green("NOTHING", None), green("NEW", square(3), kleur="groen", herkomst={"a": 1}),
        green("ZERO", square(4), plus_fysiek_voorkomen="a\0b"),
    ]  # fmt: skip
    bermen = [
        berm("BERM", square(10)), berm("VERGE", square(11), functie="verkeerseiland"),
        berm("STONE", square(12), fysiek_voorkomen="gesloten verharding"),
    ]  # fmt: skip
    with replaying(Replay(bgt(begroeid, bermen), page=4, repeat=True)) as replay:
        told = bring(replay, "green", "pdok:GM0034")
    assert told.returncode == 0, told.stderr
    assert sorted(green_of(here)) == ["BERM", "BORDER", "NEW", "NOW", "ZERO"]
    for line in (
        "refused: 2, not at ground level", "refused: 1, outside the municipality", "refused: 1, no geometry", "refused: 1, given twice",
        "refused: 2, an older version", "refused: 1, another function than berm", "refused: 1, no vegetation",
        "not known here, and not used: herkomst, kleur",
    ):  # fmt: skip
        assert line in told.stdout, f"{line} not in\n{told.stdout}"


@pytest.mark.parametrize("crs", [CRS84_URI, EPSG + "4258", EPSG + "3857"])
def test_another_crs_than_was_asked_is_transformed(here, bring, crs):
    with replaying(Replay(squares(3), crs=crs)) as replay:
        told = bring(replay, "green", "pdok:GM0034")
    assert told.returncode == 0, told.stderr
    with here.sessions() as session:
        for n, (wkb,) in enumerate(rows(session, "select st_asbinary(geom) from geo.green_object order by register_id")):
            assert shapely.hausdorff_distance(shapely.from_wkb(bytes(wkb)), square(n)) < 0.0015


def test_failures_are_tried_again(here, bring):
    faults = {1: "500", 2: "cut off", 4: "503 html", 5: "429", 7: "200 html", 8: "broken json", 10: "hang up"}
    with replaying(Replay(squares(40), page=10, faults=faults)) as replay:
        told = bring(replay, "green", "pdok:GM0034")
    assert told.returncode == 0, told.stderr
    assert len(green_of(here)) == 40
    assert told.stderr.count("trying again in") == len(faults)
    moments = [moment for moment, path, _ in replay.requests if "/items" in path]
    assert moments[5] - moments[4] >= 1
    """Retry-After."""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"faults": dict.fromkeys(range(1, 99), "500")}, "127.0.0.1 gave no usable answer in 6 tries: HTTP 500"),
        ({"faults": {1: "429 for an hour"}}, "asks to come back in 3,600 seconds"),
        ({"content_crs": False}, "names no CRS that is known (Content-Crs: -)"),
        ({"mend": lambda page: {**page, "type": "Feature"}}, "no GeoJSON FeatureCollection"),
        ({"mend": lambda page: {**page, "features": [1]}}, "something that is no GeoJSON Feature"),
        ({"mend": lambda page: [page]}, "no GeoJSON FeatureCollection"),
        ({"mend": lambda page: linked(page, "https://elders.example/items")}, "sends us to another address"),
        ({"mend": lambda page: linked(page, "file:///etc/passwd")}, "sends us to another address"),
        ({"mend": lambda page: linked(page, "")}, "the pages of the server never end"),
        ({"mend": lambda page: without(page, "lokaal_id", "relatieve_hoogteligging")}, "needed: lokaal_id, relatieve_hoogteligging."),
        ({"faults": {1: lambda handler: handler.send(200, BOMB, Content_Encoding="gzip")}}, "a page of more than 64 MB"),
        ({"faults": {1: lambda handler: handler.send(302, b"", Location="http://127.0.0.2/items")}}, "sends us to another address"),
        ({"faults": dict.fromkeys(range(1, 9), lambda handler: handler.send(302, b"", Location=handler.path))}, "redirects in circles"),
        ({"knows": PARAMETERS - {"bbox"}}, "the server refuses: HTTP 400 unknown query parameter(s) found: bbox"),
        ({"collections": {}}, "the server refuses: HTTP 404"),
        ({"collections": bgt([])}, "pdok:GM0034 has no features"),
    ],
    ids=lambda value: value.split()[-1] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_hostile_or_ill_server_gets_one_clear_line(here, bring, change, told):
    before = counted(here)
    with replaying(replace(Replay(squares(12), page=5), **change)) as replay:
        done = bring(replay, "green", "pdok:GM0034", pause="0.001")
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    last = done.stderr.splitlines()[-1]
    assert told in last, done.stderr
    assert "Traceback" not in done.stderr
    assert counted(here) == before


def linked(page, href):
    return {**page, "links": [{"rel": "next", "href": href or link["href"]} for link in page["links"] if link["rel"] == "self"]}


def without(page, *names):
    for feature in page["features"]:
        feature["properties"] = {name: value for name, value in feature["properties"].items() if name not in names}
    return page


def test_geometries_that_are_none_are_counted(here, bring):
    strange = [
        {"type": "CurvePolygon", "geometries": []},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Point", "coordinates": [1, 2]},
        7,
    ]

    def mend(page):
        for feature, geometry in zip(page["features"], strange, strict=False):
            feature["geometry"] = geometry
        return page

    with replaying(Replay(squares(6), mend=mend)) as replay:
        told = bring(replay, "green", "pdok:GM0034")
    assert told.returncode == 0, told.stderr
    assert "refused: 3, unreadable geometry" in told.stdout
    assert green_of(here) == ["G4", "G5"]


def broken_off(here, replay, folder):
    """Kill the command when some pages are on disk."""
    process = commands.start(["import", "green", "pdok:GM0034"], surroundings(here, replay, folder))
    deadline = time.monotonic() + 60
    while len(list((folder / "pdok").glob("*/begroeidterreindeel/0*.json"))) < 3:
        assert time.monotonic() < deadline
        assert process.exitcode is None
        time.sleep(0.005)
    process.kill()
    process.join()


def test_a_run_that_was_killed_goes_on(here, bring, tmp_path):
    with replaying(Replay(squares(60), page=5, slow=0.05)) as replay:
        broken_off(here, replay, tmp_path)
        assert green_of(here) == []
        before, replay.slow = len(replay.asked()), 0
        told = bring(replay, "green", "pdok:GM0034")
    assert told.returncode == 0, told.stderr
    assert "begroeidterreindeel: going on after" in told.stderr
    assert green_of(here) == [f"G{n}" for n in range(60)]
    assert len(replay.asked("begroeidterreindeel")[before:]) < 12
    assert "cursor=" in replay.asked()[before]


@pytest.mark.parametrize("why", ["cursor", "question", "damage", "old"])
def test_what_was_kept_is_left_when_it_does_not_fit(here, bring, tmp_path, why):
    with replaying(Replay(squares(30), page=5, faults={4: "429 for an hour"})) as replay:
        assert "What came in is kept" in bring(replay, "green", "pdok:GM0034").stderr
        folder = tmp_path / "pdok/green-GM0034/begroeidterreindeel"
        if why == "cursor":
            replay.edition = "2"
        elif why == "question":
            with transaction(here.sessions) as session:
                builders.add_district(session, "GM0034", shapely.buffer(AREA, 5, join_style="mitre"), level="gemeente", year=2025)
        elif why == "damage":
            (folder / "00002.json").write_text("{}")
        else:
            state = (folder / "state.json").read_text()
            (folder / "state.json").write_text(state.replace('"began":"20', '"began":"19'))
        told = bring(replay, "green", "pdok:GM0034")
    assert told.returncode == 0, told.stderr
    assert "starting afresh" in told.stderr
    assert green_of(here) == [f"G{n}" for n in range(30)]


def test_a_dry_run_writes_nothing_and_keeps_its_pages(here, bring, tmp_path):
    before = counted(here)
    with replaying(Replay(squares(8), page=5)) as replay:
        dry = bring(replay, "green", "pdok:GM0034", "--dry-run")
        assert (dry.returncode, counted(here)) == (0, before), dry.stderr
        assert "dry run: nothing was written" in dry.stdout
        asked = len(replay.asked())
        real = bring(replay, "green", "pdok:GM0034")
    assert real.returncode == 0, real.stderr
    assert len(replay.asked()) == asked
    assert len(green_of(here)) == 8


def test_districts_of_a_year_with_their_key_figures(here, bring):
    buurten = {f"BU0034010{n}": shapely.box(142_900 + n * 100, 482_900, 143_000 + n * 100, 483_200) for n in range(7)}
    other = {"BU99990101": shapely.box(150_000, 483_000, 150_100, 483_100)}
    edition = cbs(AREA, {"WK003401": AREA}, {**buurten, **other})
    with replaying(Replay(edition, page=3, knows=PARAMETERS - {"gemeentecode"}, repeat=True)) as replay:
        assert "pdok:GM0034@2024, or --year 2024" in bring(replay, "districts", "pdok:GM0034").stderr
        assert "HTTP 404" in bring(replay, "districts", "pdok:GM0034@2031").stderr
        told = bring(replay, "districts", "pdok:gm0034", "--year", "2024")
    assert told.returncode == 0, told.stderr
    assert "does not take gemeentecode" in told.stderr
    assert "refused: 1, of another municipality" in told.stdout
    with here.sessions() as session:
        found = rows(session, "select code, year, population, homes, round(area_m2) from geo.district where level = 'buurt' order by code")
    assert found == [(code, 2024, 100 + n, None if n == 1 else 40 + n, 30_000) for n, code in enumerate(buurten)]


def test_what_cannot_be_asked_is_told(bring, database):
    with replaying(Replay(squares(1))) as replay:
        assert "is not Almere (GM0034)" in bring(replay, "green", "pdok:GM0228").stderr
        assert "is not understood" in bring(replay, "green", "pdok:Almere").stderr
        assert "zones must come from a file" in bring(replay, "zones", "pdok:GM0034").stderr
        assert "are for files" in bring(replay, "green", "pdok:GM0034", "--layer", "x").stderr
        assert "There is no folder" in bring(replay, "green", "pdok:GM0034", "--report", "/nowhere/at/all.csv").stderr
        unknown = bring(replay, "green", "pdok:GM0034", database=database)
        assert (unknown.returncode, replay.asked()) == (1, [])
        assert "First: geo-service import districts pdok:GM0034" in unknown.stderr
        replay.url = "ftp://example.nl"
        assert "GEO_PDOK_URL is no http(s) address" in bring(replay, "green", "pdok:GM0034").stderr


def test_a_delivery_that_lacks_too_much_is_not_believed(here, bring):
    with replaying(Replay(squares(20))) as replay:
        assert bring(replay, "green", "pdok:GM0034").returncode == 0
        replay.collections[BGT + "begroeidterreindeel"] = squares(10)[BGT + "begroeidterreindeel"]
        told = bring(replay, "green", "pdok:GM0034")
        assert (told.returncode, len(green_of(here))) == (1, 20)
        assert "lacks 10 of the 20 objects" in told.stderr
        told = bring(replay, "green", "pdok:GM0034", "--complete")
    assert (told.returncode, len(green_of(here))) == (0, 10), told.stderr
    assert "vanished: 10 (1,000 m²), now 0 (0 m²)" in told.stdout
