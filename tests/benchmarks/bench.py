"""The data of a run: a synthetic town in a private cluster, imported as a file or, where the import is not measured, put in directly."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from geo_service.db.embedded import Cluster
from geo_service.db.engine import make_engine, make_sessions, transaction
from geo_service.installation import open_installation
from geo_service.registers.service import assume_management
from geo_service.settings import Settings
from tests.benchmarks import town


@dataclass(frozen=True)
class Bench:
    """What every part works with. ``green``: the polygons in RD, in the order of their ids; ``database``: the pid of PostgreSQL."""

    folder: Path
    cluster: Cluster
    green: np.ndarray
    seconds: float
    sessions: sessionmaker[Session]

    @property
    def database(self) -> int:
        """The pid of PostgreSQL; its backends are its children."""
        return postmaster(self.cluster)

    @property
    def pids(self) -> list[int]:
        """This process, of which the database is a child."""
        return [os.getpid()]


def postmaster(cluster: Cluster) -> int:
    """The pid of the server of a cluster."""
    return int((cluster.data / "postmaster.pid").read_text().split("\n")[0])


@contextmanager
def small_bench(folder: Path, green: np.ndarray, buurten_of: int, seconds: float) -> Iterator[Bench]:
    """A cluster of its own with these objects, their pieces and a tenth as many adoptions."""
    with Cluster(folder) as cluster:
        bench = Bench(folder, cluster, green, seconds, make_sessions(make_engine(cluster.url())))
        put_in(bench, buurten_of)
        yield with_adoptions(bench)


def put_in(bench: Bench, buurten_of: int, *, with_green: bool = True, with_pieces: bool = True) -> None:
    """Districts and green straight into the tables, as the import would leave them."""
    with open_installation(Settings(data_dir=bench.cluster.folder)) as opened, transaction(opened.sessions) as session:
        town.load_districts(session, town.buurten(buurten_of))
        if with_green:
            town.load_green(session, bench.green)
            assume_management(session, opened.municipality)
        if with_green and with_pieces:
            session.execute(text("select geo.split_green()"))


def with_adoptions(bench: Bench) -> Bench:
    """Add the adoptions, and let PostgreSQL know its tables."""
    with transaction(bench.sessions) as session:
        town.load_adoptions(session, town.adopted(bench.green, len(bench.green) // 10))
    with psycopg.connect(bench.cluster.url(), autocommit=True) as admin:
        admin.execute("vacuum analyze")
    return bench
