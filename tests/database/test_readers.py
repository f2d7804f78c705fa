"""Logins for QGIS: over a real port, with a password, seeing the layers of one audience and nothing else."""

import json
import os
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from geo_service.db.embedded import LOGIN, Cluster
from tests import commands

PUBLIC, STAFF, EDITOR = "qgis_iedereen", "qgis_beheer", "qgis_zones"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Place:
    """A data folder whose database listens on loopback, and commands there."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port, self.passwords = folder, port, {}
        self.owner = ""  # the address of the service's own login

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GEO_")}
        env = {**kept, "GEO_DATA_DIR": str(self.folder), "GEO_DATABASE_PORT": str(self.port), "LANG": "en_US.UTF-8", "NO_COLOR": "1"}
        return commands.run(["db", "reader", *arguments], env)

    def address(self, name: str, password: str | None = None) -> str:
        return f"host=127.0.0.1 port={self.port} dbname=zelfbeheer user={name} password={password or self.passwords[name]}"


@pytest.fixture(scope="module")
def place():
    with tempfile.TemporaryDirectory(prefix="geo-readers-") as name:
        Path(name).chmod(0o755)
        made = Place(Path(name) / "data", free_port())
        with Cluster(made.folder, durable=False, port=made.port) as running:
            made.owner = running.url()
            for reader, *options in ((PUBLIC, "public"), (STAFF, "staff"), (EDITOR, "staff", "--edit")):
                added = made.cli("add", reader, "--audience", *options)
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
    assert {"niet_maaien", "aanvragen", "registerwijzigingen", "zones"} == staff - public
    assert {"zelfbeheerplekken", "beschikbaar_groen", "initiatieven"} <= public
    for name, layers in ((PUBLIC, public), (STAFF, staff)):
        for layer in layers:
            rows(place.address(name), f"select * from {layer} limit 1")
    assert rows(place.address(PUBLIC), "show default_transaction_read_only") == [("on",)]
    assert rows(place.address(PUBLIC), "show statement_timeout") == [("1min",)]


@pytest.mark.parametrize("name", [PUBLIC, STAFF, EDITOR])
@pytest.mark.parametrize(
    "statement",
    [
        "select * from geo.zone",
        "delete from geo.zone",
        "select geo.end_zone(1, current_date)",
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


def test_who_may_not_edit_does_not(place):
    for name in (PUBLIC, STAFF):
        with psycopg.connect(place.address(name), autocommit=True) as connection:
            connection.execute("set default_transaction_read_only = off")
            for statement in (
                "insert into layers.zones (soort) values ('x')",
                "update layers.zones set naam = 'x'",
                "delete from layers.zones",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


AREA = "st_multi(st_makeenvelope(142000, 483000, 142010, 483010, 28992))"
ADD = f"insert into zones (soort, effect, openbaarheid, geometrie) values ('x', 'verboden', 'openbaar', {AREA}) returning zone_id, versie"


def test_an_editor_writes_zones_through_their_layer_with_history(place):
    with psycopg.connect(place.address(EDITOR), autocommit=True) as connection, psycopg.connect(place.owner, autocommit=True) as owner:
        zone, version = connection.execute(ADD).fetchone()
        assert connection.execute("select effect, oppervlakte_m2 from zones where zone_id = %s", [zone]).fetchone() == ("verboden", 100)
        changed = connection.execute(
            "update zones set effect = 'waarschuwing', geldig_van = '2020-01-01' where zone_id = %s and versie = %s returning versie",
            [zone, version],
        ).fetchone()
        assert changed is not None
        assert changed[0] != version
        with pytest.raises(psycopg.errors.SerializationFailure, match="intussen gewijzigd"):  # as GDAL does: every column, as it read them
            connection.execute("update zones set naam = 'laat', versie = %s where zone_id = %s", [version, zone])
        assert connection.execute("delete from zones where zone_id = %s", [zone]).rowcount == 1
        assert connection.execute("select 1 from zones where zone_id = %s", [zone]).fetchone() is None
        assert owner.execute("select upper(valid) <= current_date + 1 from geo.zone where register_id = %s", [zone]).fetchone() == (True,)
        told = owner.execute(
            "select kind, database_user, before ->> 'effect', after ->> 'effect' from geo.event where subject_id = %s order by id", [zone]
        ).fetchall()
        assert told[:2] == [("insert", EDITOR, None, "forbidden"), ("update", EDITOR, "forbidden", "warn")]
        assert len(told) == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("soort = ' '", "soort ontbreekt"),
        ("effect = 'mag niet'", "effect is een van: verboden"),
        ("openbaarheid = 'geheim', soort = null", "soort ontbreekt; openbaarheid is een van"),
        ("geldig_van = '2030-01-01', geldig_tot = '2030-01-01'", "geldig_tot ligt na geldig_van"),
        ("zone_id = 'x'", "zone_id blijft zoals het is"),
        ("geometrie = null", "geometrie ontbreekt"),
        ("geometrie = st_translate(geometrie, 900000, 0)", "geometrie ligt buiten Nederland"),
        (
            "geometrie = 'srid=28992;multipolygon(((142000 483000, 142010 483010, 142010 483000, 142000 483010, 142000 483000)))'",
            "niet geldig",
        ),
        (
            "geometrie = 'srid=28992;multipolygon(((0.0001 483000, 0.0002 483000, 0.0002 483000.0001, 0.0001 483000)))'",
            "heeft geen oppervlakte",
        ),
        ("geometrie = 'srid=28992;point(142000 483000)'", "Geometry type"),
        ("geometrie = st_setsrid(geometrie, 4326)", "SRID"),
        ("geometrie = st_force3d(geometrie)", "dimension"),
    ],
)
def test_an_editor_is_told_what_is_wrong(place, change, told):
    with psycopg.connect(place.address(EDITOR)) as connection:
        zone, _ = connection.execute(ADD).fetchone()
        with pytest.raises(psycopg.DataError, match=told):
            connection.execute(f"update zones set {change} where zone_id = '{zone}'")


def test_of_two_editors_the_second_is_told(place):
    with psycopg.connect(place.address(EDITOR)) as first, psycopg.connect(place.address(EDITOR)) as second:
        zone, version = first.execute(ADD).fetchone()
        first.commit()
        first.execute("update zones set naam = 'eerst' where zone_id = %s", [zone])
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(second.execute, "update zones set naam = 'later', versie = %s where zone_id = %s", [version, zone])
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
            first.commit()
            with pytest.raises(psycopg.errors.SerializationFailure, match="intussen gewijzigd"):
                waiting.result(10)
        second.rollback()
        assert second.execute("select naam from zones where zone_id = %s", [zone]).fetchone() == ("eerst",)


def test_gdal_edits_zones(place, tmp_path):
    """Appends a file, changes a feature by all its columns, and removes it: with the programs of GDAL, over the port."""
    source = f"PG:{place.address(EDITOR)} active_schema=layers"
    file = tmp_path / "zones.geojson"
    ring = [[142100.0, 483100.0], [142110.0, 483100.0], [142110.0, 483110.0], [142100.0, 483110.0], [142100.0, 483100.0]]
    properties = {"soort": "kabels", "effect": "verboden", "openbaarheid": "openbaar", "naam": "Uit GDAL"}
    feature = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]}, "properties": properties}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    def run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert "ERROR" not in done.stderr, done.stderr
        return done.stdout

    run("ogr2ogr", "-append", "-a_srs", "EPSG:28992", source, str(file), "-nln", "layers.zones")
    run("ogrinfo", source, "-sql", "update layers.zones set effect = 'waarschuwing' where naam = 'Uit GDAL'")
    told = run("ogrinfo", "-ro", "-al", f"{source} tables=zones(geometrie)", "-where", "naam = 'Uit GDAL'")
    assert "effect (String) = waarschuwing" in told
    assert "oppervlakte_m2 (Real) = 100" in told
    run("ogrinfo", source, "-sql", "delete from layers.zones where naam = 'Uit GDAL'")
    assert rows(place.address(EDITOR), "select 1 from zones where naam = 'Uit GDAL'") == []


def test_a_login_is_rotated_listed_and_dropped(place):
    old = place.passwords[STAFF]
    rotated = place.cli("rotate", STAFF)
    assert rotated.returncode == 0, rotated.stderr
    place.passwords[STAFF] = rotated.stdout.strip()
    assert rows(place.address(STAFF), "select 1") == [(1,)]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(place.address(STAFF, old))
    assert place.cli("list").stdout.split() == [STAFF, "staff", PUBLIC, "public", EDITOR, "staff", "edits"]
    for arguments, told in (
        (("add", STAFF, "--audience", "staff"), "There is a login qgis_beheer already."),
        (("drop", LOGIN), "There is no login geo_login that geo-service made."),
        (("add", "geo_mine", "--audience", "public"), "geo_mine is no name for a login"),
        (("add", "mine", "--audience", "public", "--edit"), "Only a login for staff can edit"),
    ):
        refused = place.cli(*arguments)
        assert refused.returncode == 1
        assert refused.stderr.startswith(told)
    assert place.cli("drop", STAFF).returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(place.address(STAFF))
