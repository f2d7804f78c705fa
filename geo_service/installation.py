"""What is running here: the database (our own or an existing one), the municipality and the content, opened together."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from geo_service.catalogue.registry import Catalogue, load_catalogue
from geo_service.catalogue.views import publish
from geo_service.content import content_root
from geo_service.db import migrate
from geo_service.db.embedded import Cluster
from geo_service.db.engine import make_engine, make_sessions
from geo_service.db.external import probe
from geo_service.db.machine import FALLBACK, reachable
from geo_service.db.rd_grid import ensure_rd_grid
from geo_service.errors import N_, SetupError
from geo_service.geometry import use_grid
from geo_service.municipality import Municipality, load_municipality
from geo_service.settings import Settings


@dataclass(frozen=True)
class Installation:
    """Everything that a command or the web application works with. ``owner`` publishes and migrates; ``engine`` acts as geo_app."""

    settings: Settings
    municipality: Municipality
    content: Path
    catalogue: Catalogue
    url: str
    engine: Engine
    owner: Engine
    sessions: sessionmaker[Session]


@contextmanager
def open_installation(settings: Settings) -> Iterator[Installation]:
    """Start or join the database, bring it to this version, and close what was opened."""
    municipality = load_municipality(settings.municipality)
    content = content_root(settings.content_dir)
    with open_database(settings) as url, _connected(settings, municipality, content, url) as installation:
        yield installation


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """Start or join the database, whatever is in it; its address."""
    _make(settings.data_dir)
    use_grid(ensure_rd_grid(settings.data_dir.absolute() / "proj"))
    if settings.database_url:
        probe(settings.database_url)
        yield settings.database_url
        return
    with Cluster(settings.data_dir, port=settings.database_port) as own:
        yield own.url()


def hold_folder(data_dir: Path, taken: str) -> IO[str]:
    """The one who serves or restores on this folder, for as long as the file is open; a killed one lets it go. ``SetupError`` with the
    text ``taken`` when somebody else is."""
    lock = (data_dir / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SetupError(taken, folder=str(data_dir)) from None
    return lock


def usable_data_dir(settings: Settings) -> Settings:
    """The settings, with the default data folder replaced where the database's user could not reach it."""
    if "data_dir" in settings.model_fields_set or settings.database_url or os.geteuid() != 0 or reachable(settings.data_dir):
        return settings
    return settings.model_copy(update={"data_dir": FALLBACK})


def _make(folder: Path) -> None:
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise SetupError(N_("{folder} is no folder that can be written. Choose another GEO_DATA_DIR."), folder=str(folder))


@contextmanager
def _connected(settings: Settings, municipality: Municipality, content: Path, url: str) -> Iterator[Installation]:
    login = make_engine(url, role=None, pool_size=1)
    try:
        migrate.upgrade(login)
    finally:
        login.dispose()
    catalogue = load_catalogue(content)
    engine, owner = make_engine(url), make_engine(url, role="geo_owner", pool_size=1)
    try:
        publish(owner, catalogue)
        yield Installation(settings, municipality, content, catalogue, url, engine, owner, make_sessions(engine))
    finally:
        engine.dispose()
        owner.dispose()
