"""One file that holds everything that cannot be made anew, and back: everything, or nothing."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import psycopg
import pytest
from rasterio.transform import from_origin
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo_service.backup.restoring import restored
from geo_service.backup.saving import back_up
from geo_service.catalogue.raster import figures, service
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.db import readers
from geo_service.db.embedded import Cluster
from geo_service.db.engine import make_engine, make_sessions, transaction
from geo_service.errors import UnusableSource
from geo_service.installation import open_installation
from geo_service.people.service import add_person
from geo_service.settings import Settings
from tests import commands
from tests.builders import X, Y, add_adoption, box
from tests.conftest import ROOT, Database, elsewhere, serving
from tests.rasters import shares, write
from tests.small_town import SIDE, build

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY = date(2025, 6, 1)
EARLIER = date(2024, 6, 1)
READER, STAYS, LEAVES = "back_up_reader", "blijft@example.org", "gaat@example.org"
FREE, TAKEN = box(60, 500, 40), box(70, 110, 10)
EVERYTHING = """
    select format('%I.%I', nspname, relname), relkind::text, relacl::text || relowner::regrole::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname in ('geo', 'layers', 'jobs') and relkind in ('r', 'v', 'S')
"""
STOP = """
    create function public.stop() returns event_trigger language plpgsql as $$ begin perform pg_sleep(1); raise 'No more'; end $$;
    create event trigger stop on ddl_command_end when tag in ('CREATE TRIGGER') execute function public.stop();
"""
STOPPING = "select count(*) from pg_stat_activity where application_name = 'psql' and query ilike 'create trigger%%'"
LOADING = "select count(*) from pg_stat_activity where application_name = 'psql'"
OTHER_FILE = "update geo.raster_edition set file = 'newer.tif' where day = (select max(day) from geo.raster_edition)"
SUM = "select count(*), md5(string_agg(md5(t::text), '' order by md5(t::text))) from {} t"
TRIGGERS = "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1, 2"


@dataclass(frozen=True)
class Place:
    """A data folder, and commands there."""

    folder: Path
    url: str
    told: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GEO_")}
        return {**kept, "GEO_DATA_DIR": str(self.folder), "LANG": "en_US.UTF-8", "NO_COLOR": "1", "COLUMNS": "200", **self.told}

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return commands.run(arguments, self.environment)

    def one(self, query: str, *values):
        with psycopg.connect(self.url) as connection:
            return connection.execute(query, values).fetchone()[0]

    def do(self, query: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(query)

    @property
    def rasters(self) -> set[str]:
        return {path.name for path in rasters_folder(self.folder).iterdir()}


def wait_until(true) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def beside(path: Path) -> Path:
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def source(module_database: Database) -> Iterator[Place]:
    """A town with adoptions, people, two rasters of which one file is lost, a login of a reader, and work that waits."""
    with tempfile.TemporaryDirectory(prefix="geo-backup-") as name:
        folder = beside(Path(name)) / "data"
        kept = write(Path(name) / "kept.tif", shares(200, 200), place=from_origin(X, Y + 2 * SIDE, 10, 10))
        lost = write(Path(name) / "lost.tif", shares(200, 200, seed=2), place=from_origin(X, Y + 2 * SIDE, 10, 10))
        rasters = load_catalogue(content_root()).rasters
        with transaction(module_database.sessions) as session:
            build(session)
            add_person(session, STAYS, "Blijft")
            add_person(session, LEAVES, "Gaat")
            for path, day in ((kept, DAY), (lost, EARLIER)):
                edition = service.register(session, rasters_folder(folder), rasters["groenkaart"], path, day=day, now=NOW)
            figures.refresh(session, rasters_folder(folder), rasters)
            session.execute(text("select geo.enqueue('deliver')"))
        (rasters_folder(folder) / edition.file).unlink()
        readers.add(module_database.url, READER, "staff", edits=True)
        yield Place(folder, module_database.url, {"GEO_DATABASE_URL": module_database.url})
        readers.drop(module_database.url, READER)


@pytest.fixture(scope="module")
def saved(source: Place) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A backup, and what was told."""
    return source.folder.parent / "saved.tar", source.cli("db", "backup", str(source.folder.parent / "saved.tar"))


@pytest.fixture(scope="module")
def back(saved) -> Iterator[tuple[Place, subprocess.CompletedProcess[str]]]:
    """The backup in a new data folder, and what was told."""
    with tempfile.TemporaryDirectory(prefix="geo-restored-") as name:
        folder = beside(Path(name)) / "data"
        with Cluster(folder, durable=False) as cluster:
            place = Place(folder, cluster.url(), {})
            yield place, place.cli("db", "restore", str(saved[0]))


@pytest.fixture
def place(back) -> Place:
    return back[0]


def test_the_file_is_a_plain_tar_for_its_owner_only(source, saved):
    path, told = saved
    assert told.returncode == 0, told.stderr
    lost, closing = told.stderr.splitlines()
    assert re.fullmatch(
        r"Not in the backup, since it is lost or damaged: groenkaart-2024-06-01-\w+.tif. See geo-service rasters list.", lost
    )
    assert re.fullmatch(rf"{path}: [\d.]+ MB, the database and 1 files of rasters, in [\d.]+ s\.", closing)
    assert path.stat().st_mode & 0o777 == 0o600
    with tarfile.open(path) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        assert tar.getnames() == [*(part["name"] for part in manifest["parts"]), "manifest.json"]
        for part in manifest["parts"]:
            content = tar.extractfile(part["name"]).read()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (part["size"], part["sha256"])
        listed = subprocess.run(["pg_restore", "--list"], input=tar.extractfile("database.dump").read(), capture_output=True, check=True)
    assert b"TABLE DATA geo adoption geo_owner" in listed.stdout
    assert manifest["readers"] == [{"name": READER, "audience": "staff edits"}]
    assert {path.name for path in source.folder.parent.iterdir()} == {"data", "kept.tif", "lost.tif", "saved.tar"}
    assert not [name for name in source.rasters if name.startswith(".")]


def test_a_raster_that_is_removed_meanwhile_is_in_it(source, tmp_path):
    (kept,) = rasters_folder(source.folder).glob("*.tif")
    content = kept.read_bytes()
    with open_installation(Settings(database_url=source.url, data_dir=source.folder)) as here, (tmp_path / "a.tar").open("w+b") as target:
        back_up(here, target, NOW, lambda _part, _done: kept.unlink(missing_ok=True))
    assert not kept.exists()
    kept.write_bytes(content)
    with tarfile.open(tmp_path / "a.tar") as tar:
        assert tar.extractfile(f"rasters/{kept.name}").read() == content


def test_a_file_that_exists_and_a_folder_that_cannot_be_written_are_told(source, saved):
    again = source.cli("db", "backup", str(saved[0]))
    assert (again.returncode, again.stderr.strip()) == (1, f"{saved[0]} exists. To put this backup in its place: --overwrite")
    nowhere = source.cli("db", "backup", "/proc/none/a.tar")
    assert (nowhere.returncode, nowhere.stderr.strip()) == (1, "/proc/none/a.tar could not be written: No such file or directory")


def test_a_full_disk_leaves_the_older_backup(source, saved):
    before = saved[0].read_bytes()
    limited = [
        "bash",
        "-c",
        'ulimit -f 300; exec "$@"',
        "-",
        sys.executable,
        "-m",
        "geo_service",
        "db",
        "backup",
        "--overwrite",
        str(saved[0]),
    ]
    full = subprocess.run(limited, cwd=ROOT, env=source.environment, capture_output=True, text=True, check=False)
    assert (full.returncode, full.stderr.strip()) == (1, f"{saved[0]} could not be written: File too large")
    assert saved[0].read_bytes() == before
    assert not saved[0].with_name("saved.tar.part").exists()


def contents(url: str) -> dict[str, tuple]:
    """Rows, sums and sequences of everything in our schemas, with who may do what."""
    found = {}
    with psycopg.connect(url) as connection:
        for name, kind, rights in connection.execute(EVERYTHING).fetchall():
            query = "select last_value, is_called from {}" if kind == "S" else SUM
            found[name] = (rights, *connection.execute(query.format(name)).fetchone())
        found["triggers"] = connection.execute(TRIGGERS).fetchall()
    return found


def test_everything_is_back_in_a_new_folder(source, saved, back):
    place, told = back
    assert told.returncode == 0, told.stderr
    assert f"Make it again: geo-service db reader add {READER} --audience staff --edit" in told.stderr
    one, other = contents(source.url), contents(place.url)
    changed = {name for name in one | other if one.get(name) != other.get(name)}
    assert changed <= {"geo.table_change", "geo.table_change_id_seq"}, "the rest is the same, generated columns too"
    assert {"layers.dekking_wijken", "layers.zelfbeheerplekken", "geo.event", "jobs.procrastinate_jobs"} < one.keys() - changed
    assert place.one("select count(*) from geo.raster_figure") > 0
    assert len(place.rasters) == 1


def test_ground_that_is_taken_stays_taken_and_the_next_plot_gets_the_next_code(place):
    newest = place.one("select max(code) from geo.plot")
    engine = make_engine(place.url)
    with make_sessions(engine)() as session, pytest.raises(DBAPIError, match="ExclusionViolation"):
        add_adoption(session, TAKEN, period=(DAY, None))
    with transaction(make_sessions(engine)) as session:
        adoption = add_adoption(session, FREE, period=(DAY, None))
        of_plot = text("select p.code from geo.plot p join geo.adoption a on a.plot_id = p.id where a.id = :id")
        code = session.scalar(of_plot, {"id": adoption})
    engine.dispose()
    assert int(code.removeprefix("PL-")) > int(newest.removeprefix("PL-"))


def test_the_server_serves_it_and_nothing_is_restored_meanwhile(saved, place):
    database = Database(place.url, None, None)
    with serving(database, GEO_DATA_DIR=str(place.folder)) as server:
        plots = httpx2.get(f"{server.url}/ogc/v1/collections/zelfbeheerplekken/items").json()
        assert plots["numberMatched"] == 21
        assert httpx2.get(f"{server.url}/ogc/v1/collections/groenkaart").status_code == 200
        refused = place.cli("db", "restore", str(saved[0]), "--replace")
        assert (refused.returncode, refused.stderr.strip()) == (1, f"A server uses {place.folder}. Stop it first.")


def test_a_restore_that_fails_or_is_killed_leaves_what_was_there(saved, place):
    place.do(OTHER_FILE)
    for file in rasters_folder(place.folder).iterdir():
        file.rename(file.with_name("newer.tif"))
    place.do(
        "create function public.stop() returns event_trigger language plpgsql as $$ begin perform pg_sleep(1); raise 'No more'; end $$"
    )
    place.do("create event trigger stop on ddl_command_end when tag in ('CREATE TRIGGER') execute function public.stop()")
    before = contents(place.url), place.rasters
    failed = place.cli("db", "restore", str(saved[0]), "--replace")
    assert (failed.returncode, failed.stderr.strip()) == (1, "psql failed: ERROR:  No more")
    assert (contents(place.url), place.rasters) == before

    killed = commands.start(["db", "restore", str(saved[0]), "--replace"], place.environment)
    wait_until(lambda: place.one(STOPPING))
    killed.kill()
    wait_until(lambda: not place.one(LOADING))
    assert contents(place.url) == before[0]
    assert len(place.rasters) == 2, "what was taken out lies there"
    place.do("drop function public.stop() cascade")


def test_what_is_there_is_replaced_only_when_told_and_who_was_forgotten_stays_so(saved, place):
    refused = place.cli("db", "restore", str(saved[0]))
    assert (refused.returncode, refused.stderr.strip()) == (1, "This database holds data. To put the backup in its place: --replace")
    assert place.cli("people", "forget", LEAVES).returncode == 0
    assert "newer.tif" in place.rasters, "which the replaced database names"
    done = place.cli("db", "restore", str(saved[0]), "--replace")
    assert done.returncode == 0, done.stderr
    assert place.one("select count(*) from geo.adoption") == 20
    assert place.one("select count(*) from geo.person where email = %s", STAYS) == 1
    assert place.one("select count(*) from geo.person where email = %s", LEAVES) == 0
    assert place.one("select count(*) from geo.setting where key = 'forget_again'") == 0, "the list is worked off"
    assert len(place.rasters - {"newer.tif"}) == len(place.rasters) == 1, "nor what a killed restore left"


def test_a_login_without_special_power_restores_in_a_database_of_others(saved, cluster):
    with elsewhere(cluster) as (name, url), tempfile.TemporaryDirectory() as folder:
        done = Place(Path(folder), url, {"GEO_DATABASE_URL": url}).cli("db", "restore", str(saved[0]))
        assert done.returncode == 0, done.stderr
        with psycopg.connect(cluster.url(name)) as admin:
            assert admin.execute("select count(*) from geo.adoption").fetchone() == (20,)
            assert admin.execute("select distinct tableowner from pg_tables where schemaname = 'geo'").fetchall() == [("geo_owner",)]


def changed(path: Path, into: Path, change) -> Path:
    into.write_bytes(change(path.read_bytes()))
    return into


def other_manifest(**values):
    """The same backup, whose manifest tells something else."""

    def change(content: bytes) -> bytes:
        made = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(content)) as tar, tarfile.open(fileobj=made, mode="w") as other:
            for member in tar:
                told = tar.extractfile(member).read()
                if member.name == "manifest.json":
                    told = json.dumps(json.loads(told) | values).encode()
                    member.size = len(told)
                other.addfile(member, io.BytesIO(told))
        return made.getvalue()

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda content: b"", "is no backup of geo-service"),
        (lambda content: b"PGDMP" * 1000, "is no backup of geo-service"),
        (lambda content: content[: len(content) // 2], "was cut off: its end is missing"),
        (lambda content: content[: content.rindex(b"manifest.json")], "was cut off: its end is missing"),
        (lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:], "was altered: database.dump is not what was saved"),
        (other_manifest(migration="9999"), "was made by a newer geo-service (0.1.0)"),
        (other_manifest(program="7.0.0"), "was made by a newer geo-service (7.0.0)"),
        (other_manifest(format=2), "was made by a newer geo-service"),
        (
            other_manifest(parts=[{"name": "rasters/../../a.tif", "size": 1, "sha256": ""}]),
            "was altered: manifest.json is not what was saved",
        ),
    ],
)
def test_a_file_that_is_not_right_is_refused(saved, place, tmp_path, change, fault):
    path, before = changed(saved[0], tmp_path / "a.tar", change), place.rasters
    settings = Settings(data_dir=place.folder)
    with pytest.raises(UnusableSource, match=re.escape(fault)), restored(settings, path, NOW, lambda _part, _done: None, replace=True):
        pass
    assert place.one("select count(*) from geo.adoption") == 20
    assert place.rasters == before
