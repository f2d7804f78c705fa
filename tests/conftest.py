"""A real PostGIS for every test: one private cluster per run, a migrated template, and a clone of it where a test needs its own."""

import fcntl
import os
import pickle
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.views import publish
from geo_service.content import content_root
from geo_service.db import migrate
from geo_service.db.embedded import Cluster
from geo_service.db.engine import make_engine, make_sessions
from geo_service.db.rd_grid import ensure_rd_grid
from geo_service.demo.records import Town
from geo_service.demo.town import build
from geo_service.geometry import use_grid
from geo_service.municipality import Municipality, load_municipality
from tests import commands

ROOT = Path(__file__).parents[1]
TEMPLATE = "template_geo"
DEMO_TEMPLATE = "template_demo"
DEMO_DAY = date(2026, 11, 2)


@pytest.hookimpl(optionalhook=True)
def pytest_handlecrashitem(report: pytest.TestReport) -> None:
    """End the run when a worker died: the others would wait for its tests for ever."""
    pytest.exit(f"{report.longrepr}; its last words stand above", returncode=1)


def run_folder() -> Path:
    """One folder for all workers of this run."""
    return Path(tempfile.gettempdir()) / f"geo-tests-{os.environ.get('PYTEST_XDIST_TESTRUNUID') or os.getpid()}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The private cluster of this run; the last worker removes it."""
    with Cluster(run_folder(), durable=False) as running:
        use_grid(ensure_rd_grid(running.folder / "proj"))
        yield running
    if not (running.data / "postmaster.pid").exists():
        shutil.rmtree(running.folder, ignore_errors=True)
        shutil.rmtree(running.socket_folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A database with migrations applied and layers published; made once per run."""
    with (cluster.folder / "template.lock").open("w") as lock, psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not admin.execute("select 1 from pg_database where datname = %s and datistemplate", [TEMPLATE]).fetchone():
            admin.execute(f"create database {TEMPLATE}")
            prepare(cluster.url(TEMPLATE))
            admin.execute(f"alter database {TEMPLATE} is_template true")
    return TEMPLATE


def prepare(url: str) -> None:
    """What ``open_installation`` does to a new database."""
    login = make_engine(url, role=None, pool_size=1)
    migrate.upgrade(login)
    login.dispose()
    owner = make_engine(url, role="geo_owner", pool_size=1)
    publish(owner, load_catalogue(content_root()))
    owner.dispose()


@dataclass(frozen=True)
class Database:
    """A database of one test."""

    url: str
    engine: Engine
    sessions: sessionmaker[Session]

    @property
    def environment(self) -> dict[str, str]:
        """Settings for a process that uses this database."""
        return {"GEO_DATABASE_URL": self.url, "GEO_DATA_DIR": str(run_folder())}


@contextmanager
def cloned(cluster: Cluster, template: str) -> Iterator[Database]:
    """A clone of the template (0.1 s), dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name} template {template} strategy file_copy")  # half the time of the default
        engine = make_engine(cluster.url(name))
        yield Database(cluster.url(name), engine, make_sessions(engine))
        engine.dispose()
        admin.execute(f"drop database {name} with (force)")


@contextmanager
def elsewhere(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """An empty database with PostGIS, and a login of the same name that may make roles there."""
    name = f"outside_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute(f"create role {name} login createrole")
        admin.execute(f"create database {name}")
        admin.execute(f"grant create on database {name} to {name}")
        with psycopg.connect(cluster.url(name), autocommit=True) as inside:
            inside.execute("create extension postgis")
        try:
            yield name, f"postgresql://{name}@/{name}?host={cluster.socket_folder()}"
        finally:
            admin.execute(f"drop database {name} with (force)")
            admin.execute(f"drop owned by {name}")
            admin.execute(f"drop role {name}")


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A database of this test alone."""
    with cloned(cluster, template) as made:
        yield made


@pytest.fixture(scope="module")
def module_database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A database that the tests of one file share."""
    with cloned(cluster, template) as made:
        yield made


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One session on a fresh database."""
    with database.sessions() as open_session:
        yield open_session


@pytest.fixture(scope="session")
def rd_grid(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The RDNAPTRANS2018 grid for tests without a database."""
    use_grid(ensure_rd_grid(tmp_path_factory.mktemp("proj")))


@pytest.fixture(scope="session")
def municipality() -> Municipality:
    return load_municipality("almere")


@pytest.fixture(scope="session")
def content() -> Path:
    return content_root()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real Dutch data beside the checkout; not part of the repository."""
    folder = Path(os.environ.get("GEO_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("there is no shared data here")
    return folder


@pytest.fixture
def run_cli(database: Database) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``geo-service …`` as a process on the database of this test."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, **database.environment, "LANG": "en_US.UTF-8", "NO_COLOR": "1", "COLUMNS": "200", **environment}
        return commands.run(arguments, env)

    return run


@dataclass(frozen=True)
class Server:
    """A running ``geo-service serve``."""

    url: str
    process: ForkServerProcess
    database: Database
    log: Path


@contextmanager
def serving(database: Database, *arguments: str, **environment: str) -> Iterator[Server]:
    """Start the server as a process on a free port and stop it at the end; its log is shown when it dies. Without its worker,
    unless told ``GEO_WORKER="true"``."""
    with tempfile.TemporaryDirectory(prefix="geo-serve-") as folder:
        log = Path(folder) / "log"
        _share_files(Path(folder))
        env = {**os.environ, **database.environment, "GEO_DATA_DIR": folder, "NO_COLOR": "1", "COLUMNS": "200", "GEO_WORKER": "false"}
        env["GEO_SIGN_INS_PER_MINUTE"] = "1000"  # all tests come from one address
        env |= environment
        process, told = commands.start_piped(["serve", "--port", "0", *arguments], env, stderr=log)
        try:
            with told:
                yield Server(_first_address(told, log), process, database, log)
        finally:
            process.terminate()
            process.join(20)
            assert process.exitcode is not None, f"the server did not stop:\n{log.read_text()}"


def _share_files(folder: Path) -> None:
    """One folder of rasters for all data folders of this run: a clone of a database finds the files that its template has. And one of
    the RD grid, as in any folder that was served before."""
    for name in ("rasters", "proj"):
        shared = run_folder() / name
        shared.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(shared)


def _first_address(told: IO[str], log: Path) -> str:
    for line in told:
        if line.startswith("http://"):
            return line.strip()
    raise AssertionError(f"the server did not start:\n{log.read_text()}")


@pytest.fixture
def server(database: Database) -> Iterator[Server]:
    """A server on the database of this test."""
    with serving(database) as running:
        yield running


@pytest.fixture(scope="module")
def module_server(module_database: Database) -> Iterator[Server]:
    """A server that the tests of one file share."""
    with serving(module_database) as running:
        yield running


@pytest.fixture(scope="session")
def town(cluster: Cluster) -> Town:
    """The demo town as of one day; drawing it takes some seconds, so one worker does it for all."""
    with (cluster.folder / "town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        drawn = cluster.folder / "town.pickle"
        if not drawn.exists():
            drawn.write_bytes(pickle.dumps(build(DEMO_DAY)))
        made: Town = pickle.loads(drawn.read_bytes())
        return made


@pytest.fixture(scope="session")
def demo_template(cluster: Cluster, template: str) -> str:
    """A database in which ``serve --demo`` put the schematic town; made once per run."""
    with (cluster.folder / "demo.lock").open("w") as lock, psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not admin.execute("select 1 from pg_database where datname = %s and datistemplate", [DEMO_TEMPLATE]).fetchone():
            admin.execute(f"create database {DEMO_TEMPLATE} template {template}")
            url = cluster.url(DEMO_TEMPLATE)
            engine = make_engine(url)
            with serving(Database(url, engine, make_sessions(engine)), "--demo"):
                pass
            engine.dispose()
            admin.execute(f"alter database {DEMO_TEMPLATE} is_template true")
    return DEMO_TEMPLATE


@pytest.fixture(scope="session")
def demo_server(cluster: Cluster, demo_template: str) -> Iterator[Server]:
    """A server with the schematic town, for all tests that only look at it."""
    with cloned(cluster, demo_template) as made, serving(made, "--demo") as running:
        yield running


@pytest.fixture(scope="module")
def demo_copy(cluster: Cluster, demo_template: str) -> Iterator[Server]:
    """A server with a town of its own, for the tests of one file that change it."""
    with cloned(cluster, demo_template) as made, serving(made, "--demo") as running:
        yield running
