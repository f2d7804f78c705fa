"""Logins for QGIS: over a real port, with a password, seeing the layers of one audience and nothing else."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from geo_service.db.embedded import LOGIN, Cluster
from tests.conftest import ROOT

PUBLIC, STAFF = "qgis_iedereen", "qgis_beheer"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Place:
    """A data folder whose database listens on loopback, and commands there."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.passwords = folder, port, {}

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GEO_")}
        env = {**kept, "GEO_DATA_DIR": str(self.folder), "GEO_DATABASE_PORT": str(self.port), "LANG": "en_US.UTF-8", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "geo_service", "db", "reader", *arguments]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)

    def address(self, name: str, password: str | None = None) -> str:
        return f"host=127.0.0.1 port={self.port} dbname=zelfbeheer user={name} password={password or self.passwords[name]}"


@pytest.fixture(scope="module")
def place():
    with tempfile.TemporaryDirectory(prefix="geo-readers-") as name:
        Path(name).chmod(0o755)
        made = Place(Path(name) / "data", free_port())
        with Cluster(made.folder, durable=False, port=made.port):
            for reader, audience in ((PUBLIC, "public"), (STAFF, "staff")):
                added = made.cli("add", reader, "--audience", audience)
                assert added.returncode == 0, added.stderr
                assert f"host='127.0.0.1' port={made.port} dbname=zelfbeheer user={reader}" in added.stderr
                made.passwords[reader] = added.stdout.strip()
            yield made


def rows(address: str, query: str) -> list[tuple]:
    with psycopg.connect(address, connect_timeout=10) as connection:
        return connection.execute(query).fetchall()


def test_a_reader_sees_exactly_the_layers_of_its_audience(place):
    seen = "select table_name::text from information_schema.tables where table_schema = 'layers'"
    public, staff = ({name for (name,) in rows(place.address(name), seen)} for name in (PUBLIC, STAFF))
    assert {"niet_maaien", "aanvragen", "registerwijzigingen"} == staff - public
    assert {"zelfbeheerplekken", "beschikbaar_groen", "initiatieven"} <= public
    for name, layers in ((PUBLIC, public), (STAFF, staff)):
        for layer in layers:
            rows(place.address(name), f"select * from {layer} limit 1")
    assert rows(place.address(PUBLIC), "show default_transaction_read_only") == [("on",)]
    assert rows(place.address(PUBLIC), "show statement_timeout") == [("1min",)]


@pytest.mark.parametrize("name", [PUBLIC, STAFF])
@pytest.mark.parametrize(
    "statement",
    [
        "select * from geo.zone",
        "select * from geo.person",
        "select * from geo.plot_facts(st_makeenvelope(142000,483000,142100,483100,28992), current_date, null, now(), 'GM0034', 100, '{}')",
        "select geo.split_green()",
        "delete from layers.wijken",
        "update layers.buurten set naam = 'x'",
        "create table layers.mine (id int)",
        "create table public.mine (id int)",
        "create temporary table mine (id int)",
        "create function pg_temp.leak(text) returns bool language sql as 'select true'",
        "set role geo_app",
        "set role geo_owner",
        "create role other",
        "copy (select 1) to program 'true'",
        "select pg_read_file('/etc/passwd')",
        "select pg_advisory_lock(20251, 0)",  # all ground: adoptions would wait for ever
        "select pg_try_advisory_xact_lock_shared(20253, 0)",
        "select lo_from_bytea(0, 'stored')",
    ],
)
def test_a_reader_can_neither_write_nor_look_behind_the_layers(place, name, statement):
    with psycopg.connect(place.address(name), autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")  # a default, not a lock: what they lack is the right
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)):
            connection.execute(statement)


def test_a_public_reader_does_not_see_staff_layers(place):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(place.address(PUBLIC), "select * from layers.aanvragen")


def test_the_port_lets_in_readers_with_their_password_only(place):
    for address in (place.address(PUBLIC, "wrong"), place.address(LOGIN, "x"), place.address("postgres", "x")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(place.address(PUBLIC).replace("zelfbeheer", "postgres"))


def test_gdal_opens_every_layer_with_its_system_and_type(place):
    def ogrinfo(*arguments: str) -> str:
        done = subprocess.run(["ogrinfo", "-ro", *arguments], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    listed = ogrinfo(f"PG:{place.address(STAFF)} schemas=layers")
    assert "beschikbaar_groen (Multi Polygon, Multi Polygon, Multi Polygon, Multi Polygon)" in listed
    told = ogrinfo("-so", f"PG:{place.address(PUBLIC)} tables=layers.zelfbeheerplekken(geometrie)", "layers.zelfbeheerplekken(geometrie)")
    assert 'ID["EPSG",28992]' in told
    past = ogrinfo(
        "-q", f"PG:{place.address(PUBLIC)} options='-c geo.as_of=2020-06-01'", "-sql", "select current_setting('geo.as_of') as day"
    )
    assert "2020-06-01" in past


def test_a_login_is_rotated_listed_and_dropped(place):
    old = place.passwords[STAFF]
    rotated = place.cli("rotate", STAFF)
    assert rotated.returncode == 0, rotated.stderr
    place.passwords[STAFF] = rotated.stdout.strip()
    assert rows(place.address(STAFF), "select 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(place.address(STAFF, old))
    assert place.cli("list").stdout.split() == [STAFF, "staff", PUBLIC, "public"]
    for arguments, told in (
        (("add", STAFF, "--audience", "staff"), "There is a login qgis_beheer already."),
        (("drop", LOGIN), "There is no login geo_login that geo-service made."),
        (("add", "geo_mine", "--audience", "public"), "geo_mine is no name for a login"),
    ):
        refused = place.cli(*arguments)
        assert refused.returncode == 1
        assert refused.stderr.startswith(told)
    assert place.cli("drop", STAFF).returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(place.address(STAFF))
