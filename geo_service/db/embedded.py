"""The service's own PostGIS: a private cluster in the data folder, on a unix socket only, shared by all commands on that folder.

Whoever comes first starts it, whoever leaves last stops it; both under one lock. A killed program leaves the server running: the next
one adopts it. The server process never runs as root.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg

from geo_service.db.machine import find_programs, give, is_zombie, prepare_folder, refuse_other_version, unprivileged, works_in
from geo_service.db.rd_grid import ensure_rd_grid
from geo_service.errors import N_, SetupError

LOGIN, DATABASE = "geo_login", "zelfbeheer"
PORT = 5432
SOCKET_PATH_LIMIT = 90
OPTIONS = {
    "listen_addresses": "", "max_connections": "100", "max_locks_per_transaction": "128", "shared_buffers": "256MB", "jit": "off",
    "work_mem": "32MB", "maintenance_work_mem": "128MB", "random_page_cost": "1.1", "log_min_messages": "warning",
    "log_min_error_statement": "panic", "log_destination": "stderr",
}  # fmt: skip
WHO_MAY_CONNECT = f"""# written at every start; on the socket, in a folder of its own user, and by password for readers' logins
local all {LOGIN} trust
local all +geo_public,+geo_staff trust
host all {LOGIN} all reject
host {DATABASE} +geo_public,+geo_staff 127.0.0.1/32 scram-sha-256
"""


class Cluster:
    """One user of the cluster in ``folder``; use as a context manager. With ``port`` a server that is started listens on loopback too."""

    def __init__(self, folder: Path, *, durable: bool = True, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "postgres"
        self.durable, self.port = durable, port
        self._users: IO[str] | None = None

    def url(self, database: str = DATABASE) -> str:
        """The address for SQLAlchemy and psycopg."""
        port = self._line_of_pid_file(4) or self.port or PORT
        return f"postgresql://{LOGIN}@/{database}?host={quote(str(self.socket_folder()))}" + (f"&port={port}" if port != PORT else "")

    def socket_folder(self) -> Path:
        """Beside the data, or in /tmp where the path would be too long for a socket, or would look like two (a comma)."""
        beside = self.folder / "socket"
        if len(str(beside)) <= SOCKET_PATH_LIMIT and "," not in str(beside):
            return beside
        return Path("/tmp") / f"geo-service-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]}"  # noqa: S108 - mode 0700, see below

    def __enter__(self) -> "Cluster":
        prepare_folder(self.folder)
        self._users = (self.folder / "users.lock").open("w")
        try:
            with self._alone():
                fcntl.flock(self._users, fcntl.LOCK_SH)
                if not self._running():
                    self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._users is None:
            return
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses the server
            else:
                self._stop()
            self._users.close()

    def _alone(self) -> IO[str]:
        lock = (self.folder / "start.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def _pid(self) -> int | None:
        return self._line_of_pid_file(1)

    def _line_of_pid_file(self, number: int) -> int | None:
        """Line 1 is the process, line 4 the port."""
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n")[number - 1])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def _running(self) -> bool:
        """Whether the pid file is of a living server of this folder; a stale one is removed."""
        pid = self._pid()
        if pid is None:
            return False
        if is_zombie(pid) or not works_in(pid, self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            return False
        self._wait_until_ready(pid)
        return True

    def _start(self) -> None:
        programs = find_programs()
        as_user = unprivileged()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs, as_user)
        refuse_other_version(self.data, programs)
        grid = ensure_rd_grid(self.folder / "proj")
        socket = self.socket_folder()
        socket.mkdir(mode=0o700, exist_ok=True)
        give(socket, as_user)
        options = {**OPTIONS, "unix_socket_directories": f'"{socket}"', "unix_socket_permissions": "0700"}
        if self.port:
            rules = self.folder / "pg_hba.conf"
            rules.write_text(WHO_MAY_CONNECT)
            give(rules, as_user)
            options |= {"listen_addresses": "127.0.0.1", "port": str(self.port), "hba_file": str(rules)}
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "PROJ_USER_WRITABLE_DIRECTORY": str(grid)}
        with (self.folder / "postgres.log").open("a") as log:
            server = subprocess.Popen(  # noqa: S603
                [programs / "postgres", "-D", self.data, *[f"-c{key}={value}" for key, value in options.items()]],
                cwd=self.data, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for us; the server is stopped last
                **as_user,
            )  # fmt: skip
        self._wait_until_ready(server.pid, server)

    def _initialise(self, programs: Path, as_user: dict[str, Any]) -> None:
        """Make the cluster beside its place and move it there when it is whole: a program killed meanwhile leaves nothing half done."""
        draft = self.folder / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        give(draft, as_user)
        command = [str(programs / "initdb"), "-D", str(draft), "-U", LOGIN, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **as_user)  # noqa: S603
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise SetupError(N_("PostgreSQL could not make its folder {folder}: {fault}"), folder=str(self.data), fault=done.stderr.strip())
        draft.rename(self.data)

    def _wait_until_ready(self, pid: int, server: subprocess.Popen[bytes] | None = None, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                lines = (self.data / "postmaster.pid").read_text().split("\n")
                if int(lines[0]) == pid and len(lines) > 7 and lines[7].strip() == "ready":
                    self._ensure_database()
                    return
            except (FileNotFoundError, ValueError):
                pass
            if server is not None and server.poll() is not None:
                break
            time.sleep(0.02)
        tail = (self.folder / "postgres.log").read_text(errors="replace").strip().split("\n")[-1]
        raise SetupError(N_("PostgreSQL did not start: {fault} (see {log})"), fault=tail, log=str(self.folder / "postgres.log"))

    def _ensure_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE}")

    def _stop(self) -> None:
        pid = self._pid()
        if pid is None or not works_in(pid, self.data):
            return
        os.kill(pid, signal.SIGINT)  # fast shutdown
        end = time.monotonic() + 30
        while (self.data / "postmaster.pid").exists() and not is_zombie(pid) and time.monotonic() < end:
            time.sleep(0.02)
