"""The service's own PostGIS, as processes: shared, adopted after a kill, stopped by the last, never as root."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx2 as httpx
import psycopg
import pytest

from geo_service.db.embedded import Cluster
from tests import commands
from tests.conftest import ROOT


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the database's user can reach."""
    with tempfile.TemporaryDirectory(prefix="geo-data-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path / "our data, 100%"


def environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GEO_")}
    return {**kept, "GEO_DATA_DIR": str(folder), "LANG": "en_US.UTF-8", "NO_COLOR": "1", "COLUMNS": "200"}


def cli(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.run(arguments, environment(folder))


@contextmanager
def served(folder: Path) -> Iterator[tuple[ForkServerProcess, str]]:
    """``serve`` alone: its worker would use the database too, and stop it when it is the last."""
    environs = {**environment(folder), "GEO_WORKER": "false"}
    process, told = commands.start_piped(["serve", "--port", "0"], environs, stderr=commands.NOWHERE)
    try:
        with told:
            yield process, next(line.strip() for line in told if line.startswith("http://"))
    finally:
        process.terminate()  # not kill: that would leave its database behind
        process.join(20)


def server_pid(folder: Path) -> int | None:
    try:
        return int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    except FileNotFoundError:
        return None


def test_the_last_one_stops_it_and_it_never_runs_as_root(folder):
    with Cluster(folder, durable=False) as first:
        pid = server_pid(folder)
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        with Cluster(folder, durable=False), psycopg.connect(first.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert server_pid(folder) == pid, "the first still uses it"
    assert server_pid(folder) is None


def test_kill_9_and_restart_lose_nothing(folder):
    with served(folder) as (process, url):
        assert httpx.get(f"{url}/healthz").status_code == 200
        with psycopg.connect(Cluster(folder).url(), autocommit=True) as connection:
            connection.execute("insert into geo.plot (name) values ('Bleekveld')")
        orphan = server_pid(folder)
        process.kill()
        process.join(10)
    assert server_pid(folder) == orphan, "the database outlives a killed program"
    with served(folder) as (process, url):
        assert server_pid(folder) == orphan, "and is adopted by the next"
        with psycopg.connect(Cluster(folder).url()) as connection:
            assert connection.execute("select name from geo.plot").fetchall() == [("Bleekveld",)]
        os.kill(process.pid, signal.SIGINT)
        process.join(20)
        assert process.exitcode == 0
    assert server_pid(folder) is None, "Ctrl-C stops everything that was started"


def test_sigterm_stops_everything_too(folder):
    """Started as somebody would, and with the worker."""
    command = [sys.executable, "-m", "geo_service", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert next(line for line in process.stdout if line.startswith("http://"))
        finally:
            process.terminate()
        assert process.wait(20) == 143
    assert server_pid(folder) is None


def test_kill_9_of_the_database_leaves_a_stale_file_that_is_no_obstacle(folder):
    with Cluster(folder) as cluster:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("create table kept as select 1 as n")
        pid = server_pid(folder)
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while subprocess.run(["pgrep", "-P", str(pid)], capture_output=True).stdout and time.monotonic() < end:
            time.sleep(0.05)
    assert (folder / "postgres" / "postmaster.pid").exists()
    with Cluster(folder) as cluster, psycopg.connect(cluster.url()) as connection:
        assert connection.execute("select n from kept").fetchone() == (1,)


def test_killed_while_it_was_made_the_next_start_makes_it_whole(folder):
    command = [sys.executable, "-m", "geo_service", "db", "upgrade"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(folder), stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + 60
    while not (folder / "postgres.new" / "PG_VERSION").exists() and time.monotonic() < end:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)  # initdb as well
    process.wait(10)
    assert not (folder / "postgres").exists()
    assert cli(folder, "db", "upgrade").returncode == 0


def test_two_commands_at_once_share_one_new_database(folder):
    command = [sys.executable, "-m", "geo_service", "db", "upgrade"]
    both = [subprocess.Popen(command, cwd=ROOT, env=environment(folder), stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0], [process.stderr.read() for process in both]
    assert server_pid(folder) is None


def test_one_serve_per_folder(folder):
    with served(folder):
        second = cli(folder, "serve", "--port", "0")
        assert second.returncode == 1
        assert second.stderr.startswith("Another serve already runs on ")
        assert cli(folder, "db", "upgrade").returncode == 0, "commands join the running database"


def test_a_folder_of_another_major_version_is_refused(folder):
    with Cluster(folder, durable=False):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("12\n")
    refused = cli(folder, "db", "upgrade")
    assert refused.returncode == 1
    assert re.search(r"was made by PostgreSQL 12; installed is \d+", refused.stderr)
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_folder_that_the_database_cannot_reach_is_refused(tmp_path_factory):
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    done = cli(closed / "data", "db", "upgrade")
    if os.geteuid() == 0:  # only root hands the database to somebody else
        assert (done.returncode, "cannot be reached" in done.stderr) == (1, True)
    else:
        assert done.returncode == 0


WRONG = {
    "GEO_PORT": "abc",
    "GEO_BASE_URL": "groen.example",
    "GEO_HOST": "256.1.1.1",
    "GEO_DATABASE_URL": "mysql://me:secret@host/x",
    "GEO_DATA_DIR": "/dev/null",
    "GEO_CONTENT_DIR": "/dev",
    "GEO_PLOT_CHECKS_PER_MINUTE": "0",
}
ONE_BY_ONE = """
import json, os, sys
from geo_service.cli import main
sys.argv, right = ["geo-service", "serve"], dict(os.environ)
for name, value in json.loads(sys.stdin.read()).items():
    os.environ[name] = value
    try:
        main()
    except SystemExit as ended:
        print("exit", ended.code, file=sys.stderr)
    del os.environ[name]
    os.environ.update(right)
"""


def test_a_wrong_setting_is_one_line_with_its_name(folder):
    """In one process, as most of the time of each goes to its start."""
    command, told = [sys.executable, "-c", ONE_BY_ONE], json.dumps(WRONG)
    done = subprocess.run(command, cwd=ROOT, env=environment(folder), input=told, capture_output=True, text=True, timeout=120)
    lines = done.stderr.strip().splitlines()
    assert lines[1::2] == ["exit 1"] * len(WRONG), done.stderr
    assert [name for name, line in zip(WRONG, lines[::2], strict=True) if name not in line] == []
    assert "secret" not in done.stderr


def test_a_port_in_use_is_told_before_anything_is_loaded(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = cli(folder, "serve", "--demo", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1), done.stderr
    assert "GEO_PORT" in done.stderr
