"""The database as one stream: what pg_dump makes of the schemas that are ours, and back in one transaction.

Passwords go by the environment, never by the command line, which everybody on the machine can read.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from geo_service.db.machine import find_programs
from geo_service.db.migrate import LOCK, SQL
from geo_service.errors import N_, SetupError

SCHEMAS = ("geo", "layers", "jobs")
PROGRAMS = ("pg_dump", "pg_restore", "psql")
PIECE = 1024 * 1024
NO_PROGRAMS = N_(
    "pg_dump, pg_restore and psql are not installed. Debian or Ubuntu: apt install postgresql-client; macOS: brew install postgis."
)
TOO_OLD = N_("The server is PostgreSQL {server}, pg_dump here is {ours}. Install postgresql-client-{server}.")
FAILED = N_("{program} failed: {fault}")
LOST = N_("The connection broke at the very end: whether the backup is in place is not certain. Restore it again.")
BEFORE = f"""
\\o /dev/null
begin;
set local lock_timeout = '10s';
select pg_advisory_xact_lock({LOCK});  -- a server that starts meanwhile waits for this, and then finds what was restored
{{roles}}
set local role geo_owner;
drop schema {", ".join(SCHEMAS)} cascade;
reset role;
{{roles}}
set local role geo_owner;
"""
"""The schemas themselves are made by the login, as for an upgrade: the owner may lack the right to."""
SCHEMA_ITSELF = re.compile(r"\d+; \d+ \d+ SCHEMA ")
LOADED = b"\n\\echo loaded\n"
CONNECTION_LOST = 2
"""How psql ends then."""


class Uncertain(SetupError):
    """Nobody can tell whether the last commit was done."""


def dump(url: str, snapshot: str, take: Callable[[bytes], None]) -> None:
    """Hand the database over piece by piece (custom format of pg_dump), as it was at ``snapshot``. ``SetupError`` when that fails."""
    schemas = [f"--schema={schema}" for schema in SCHEMAS]
    options = ["--format=custom", "--role=geo_owner", f"--snapshot={snapshot}", "--lock-wait-timeout=60s", *schemas]
    with tempfile.TemporaryFile() as told, _started(url, "pg_dump", options, told, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        try:
            while piece := program.stdout.read(PIECE):
                take(piece)
        except BaseException:
            program.kill()
            raise
        if program.wait():
            raise _failure("pg_dump", told)


@contextmanager
def loading(url: str, path: Path, more: str = "") -> Iterator[None]:
    """Put the dump in ``path`` in the place of our schemas, in one transaction that is committed when the context ends without an error;
    ``more`` is SQL that belongs to it.

    Everything is made as ``geo_owner``, so the login needs no more power than for an upgrade. ``SetupError`` when it fails, and then all
    is as before; ``Uncertain`` when the connection broke during the commit.
    """
    before = BEFORE.format(roles=(SQL / "roles.sql").read_text(encoding="utf-8"))
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    with tempfile.TemporaryFile() as told, _started(url, "psql", options, told, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as psql:
        assert psql.stdin is not None
        assert psql.stdout is not None
        try:
            with suppress(BrokenPipeError):  # psql stopped at an error, which is told
                psql.stdin.write(before.encode())
                _pour(path, url, psql.stdin)
                psql.stdin.write(more.encode() + LOADED)
                psql.stdin.flush()
            if not psql.stdout.readline():
                psql.wait()
                raise _failure("psql", told)
            yield
            with suppress(BrokenPipeError):
                psql.stdin.write(b"commit;\n")
                psql.stdin.flush()
                psql.stdin.close()
            if code := psql.wait():
                raise Uncertain(LOST) if code == CONNECTION_LOST else _failure("psql", told)
        except BaseException:
            psql.kill()
            with suppress(BrokenPipeError):
                psql.stdin.close()
            raise


def _pour(path: Path, url: str, into: IO[bytes]) -> None:
    """The SQL of a dump; what pg_restore cannot read to its end is an error, before anything is committed."""
    program = str(programs(url) / "pg_restore")
    with tempfile.TemporaryFile() as told, tempfile.NamedTemporaryFile("w") as wanted:
        listed = subprocess.run([program, "--list", str(path)], stdout=subprocess.PIPE, stderr=told, text=True, check=False)  # noqa: S603
        if listed.returncode:
            raise _failure("pg_restore", told)
        wanted.write("".join(line for line in listed.stdout.splitlines(keepends=True) if not SCHEMA_ITSELF.match(line)))
        wanted.flush()
        command = [program, "--no-owner", f"--use-list={wanted.name}", "--file=-", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, stdin=subprocess.DEVNULL) as reading:  # noqa: S603
            assert reading.stdout is not None
            shutil.copyfileobj(reading.stdout, into, PIECE)
            reading.stdout.close()
            if reading.wait():
                raise _failure("pg_restore", told)


def programs(url: str) -> Path:
    """The folder of pg_dump and its like for this server: of its own version where that is installed, else the newest, if new enough."""
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10000
    found = find_programs(PROGRAMS, NO_PROGRAMS, server)
    told = subprocess.run([found / "pg_dump", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    ours = int(told.split()[2].split(".")[0])
    if ours < server:
        raise SetupError(TOO_OLD, server=str(server), ours=str(ours))
    return found


def _started(url: str, program: str, options: list[str], told: IO[bytes], **streams: Any) -> subprocess.Popen[bytes]:
    place: dict[str, Any] = dict(conninfo_to_dict(url))
    secret = {"PGPASSWORD": str(place.pop("password"))} if place.get("password") else {}
    environment = {**os.environ, **secret, "LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8"}
    command = [str(programs(url) / program), *options, f"--dbname={make_conninfo(**place)}"]
    return subprocess.Popen(command, env=environment, stderr=told, **{"stdin": subprocess.DEVNULL, **streams})  # noqa: S603


def _failure(program: str, told: IO[bytes]) -> SetupError:
    """The first line that tells of an error; rows, which may follow in a DETAIL or CONTEXT, are not told."""
    told.seek(0)
    lines = told.read().decode(errors="replace").strip().splitlines() or ["?"]
    fault = next((line for line in lines if "error" in line.lower() or "fatal" in line.lower()), lines[-1])
    return SetupError(FAILED, program=program, fault=fault)
