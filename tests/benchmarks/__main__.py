"""``make bench``: plot check, coverage, race and import at 100,000 green objects and 10,000 adoptions, beside baselines."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.adoptions.decision import decide
from geo_service.db.embedded import Cluster
from geo_service.db.engine import make_engine, make_sessions, transaction
from geo_service.geometry import multipolygon, snap
from geo_service.installation import open_installation
from geo_service.municipality import load_municipality
from geo_service.registers.service import assume_management
from geo_service.settings import Settings
from tests.benchmarks import baselines, measure, race, town

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Everything in one run, so that ratios hold on a shared machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=100_000, help="green objects (adoptions are a tenth)")
    parser.add_argument("--seconds", type=float, default=4, help="length of a race")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="geo-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        green = town.cells(options.objects)
        print(f"{len(green):,} green objects, {len(green) // 10:,} adoptions, {os.cpu_count()} cores\n")
        with Cluster(folder / "data") as cluster:
            bench_import(folder, cluster, green)
            sessions = fill(folder, cluster, green)
            pids = [os.getpid()]  # the databases are children of this process
            bench_plot_check(folder, sessions, green, pids)
            bench_coverage(sessions, pids)
            bench_race(cluster, sessions, options.seconds)


def bench_import(folder: Path, cluster: Cluster, green: np.ndarray) -> None:
    """A BGT file into the register with its pieces, beside ogr2ogr, which only copies rows into a table."""
    path = folder / "bgt.gpkg"
    town.write_bgt(path, green)
    settings = Settings(data_dir=cluster.folder)
    with open_installation(settings) as opened, transaction(opened.sessions) as session:
        town.load_districts(session, town.buurten(len(green)))
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("create database ogr")
    with psycopg.connect(cluster.url("ogr"), autocommit=True) as admin:
        admin.execute("create extension postgis")
    target = f"PG:host={cluster.socket_folder()} user=geo_login dbname=ogr"
    ogr = ["ogr2ogr", "-f", "PostgreSQL", target, str(path), "-nlt", "PROMOTE_TO_MULTI", "--config", "PG_USE_COPY", "YES"]
    ours = [sys.executable, "-m", "geo_service", "import", "green", str(path)]
    print("## Import\n\n| what | wall s | objects/s |\n|---|---|---|")
    for name, command in (("ogr2ogr: rows only", ogr), ("geo-service import green: versions, pieces, report", ours)):
        start = time.perf_counter()
        env = {**os.environ, "GEO_DATA_DIR": str(cluster.folder)}
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
        wall = time.perf_counter() - start
        print(f"| {name} | {wall:.1f} | {len(green) / wall:,.0f} |", flush=True)
    print()


def fill(folder: Path, cluster: Cluster, green: np.ndarray):
    """Add the adoptions; returns sessions of the application."""
    sessions = make_sessions(make_engine(cluster.url()))
    with transaction(sessions) as session:
        town.load_adoptions(session, town.adopted(green, len(green) // 10))
    with psycopg.connect(cluster.url(), autocommit=True) as admin:
        admin.execute("vacuum analyze")
    return sessions


def bench_plot_check(folder: Path, sessions, green: np.ndarray, pids: list[int], count: int = 200) -> None:
    """The whole decision, rules and suggestion included, at full size and at a tenth of it; baseline: the overlap test alone."""
    print("## Plot check\n\n" + measure.HEADER)
    with Cluster(folder / "tenth") as small:
        few = green[: len(green) // 10]
        with open_installation(Settings(data_dir=small.folder)) as opened, transaction(opened.sessions) as session:
            town.load_districts(session, town.buurten(len(green)))
            town.load_green(session, few)
            assume_management(session, opened.municipality)
            session.execute(text("select geo.split_green()"))
            town.load_adoptions(session, town.adopted(few, len(few) // 10))
        with psycopg.connect(small.url(), autocommit=True) as admin:
            admin.execute("vacuum analyze")
        tenth = _checks("decision, a tenth of the data", make_sessions(make_engine(small.url())), few, pids, count)
    full = _checks("decision, all data", sessions, green, pids, count)
    naive = _checks("baseline: overlap by intersecting all", sessions, green, pids, 20, baselines.overlap_by_union)
    print(tenth.row(), full.row(tenth), naive.row(tenth), sep="\n", end="\n\n", flush=True)


def _checks(name: str, sessions, green: np.ndarray, pids: list[int], count: int, check=None) -> measure.Timing:
    municipality, rng = load_municipality("almere"), np.random.default_rng(7)
    spots = shapely.point_on_surface(green[rng.choice(len(green), count + 10)])
    shapes = [multipolygon(snap(shapely.buffer(spot, radius))) for spot, radius in zip(spots, rng.uniform(3, 12, len(spots)), strict=True)]

    def decision(session: Session, shape) -> object:
        return decide(session, shape, municipality, measure.now())

    def work(k: int) -> None:
        with sessions() as session:
            (check or decision)(session, shapes[k])

    return measure.timed(name, pids, work, count)


def bench_coverage(sessions, pids: list[int], count: int = 60) -> None:
    """Coverage of all buurten on random days; baseline: intersecting adoptions, green and districts for each question."""
    print("## Coverage of all buurten on a day\n\n" + measure.HEADER)
    days = [f"{2016 + k % 11}-{1 + k % 12:02d}-15" for k in range(count + 10)]

    def ours(k: int) -> None:
        with sessions() as session:
            session.execute(text("select * from geo.coverage('buurt', cast(:at as date))"), {"at": days[k]}).all()

    def overlay(k: int) -> None:
        with sessions() as session:
            baselines.coverage_by_overlay(session, days[k])

    first = measure.timed("sum of pieces", pids, ours, count)
    slow = measure.timed("baseline: overlay when asked", pids, overlay, 2, warm=0)
    print(first.row(), slow.row(first), sep="\n", end="\n\n", flush=True)


def bench_race(cluster: Cluster, sessions, seconds: float) -> None:
    """Ours beside check-then-insert without locks, and beside one lock for all ground."""
    with transaction(sessions) as session:
        owner = session.execute(text("select i.id::text, p.id from geo.initiative i, geo.plot p limit 1")).one()
    print("## Thirty-two clients race for shared ground\n\n" + race.HEADER)
    for name, table in (("this service", "geo.adoption"), *baselines.make_race_tables(cluster.url())):
        print(race.race(name, cluster.url(), table, seconds, tuple(owner)).row(), flush=True)
    print()


if __name__ == "__main__":
    main()
