"""Import, plot check, coverage and the race for ground, each beside the plain way to do the same. Without HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.adoptions.decision import decide
from geo_service.db.engine import transaction
from geo_service.geometry import multipolygon, snap
from geo_service.municipality import load_municipality
from tests.benchmarks import baselines, measure, race, town
from tests.benchmarks.bench import Bench, small_bench
from tests.benchmarks.report import Report

ROOT = Path(__file__).parents[2]


def bench_import(bench: Bench, report: Report) -> None:
    """A BGT file into the register with its pieces, beside ogr2ogr, which only copies rows into a table."""
    path = bench.folder / "bgt.gpkg"
    town.write_bgt(path, bench.green)
    with psycopg.connect(bench.cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("create database ogr")
    with psycopg.connect(bench.cluster.url("ogr"), autocommit=True) as admin:
        admin.execute("create extension postgis")
    target = f"PG:host={bench.cluster.socket_folder()} user=geo_login dbname=ogr"
    ogr = ["ogr2ogr", "-f", "PostgreSQL", target, str(path), "-nlt", "PROMOTE_TO_MULTI", "--config", "PG_USE_COPY", "YES"]
    ours = [sys.executable, "-m", "geo_service", "import", "green", str(path)]
    report.part("Import")
    rows = []
    for name, command in (("ogr2ogr: rows only", ogr), ("geo-service import green: versions, pieces, report", ours)):
        start = time.perf_counter()
        env = {**os.environ, "GEO_DATA_DIR": str(bench.cluster.folder)}
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
        wall = time.perf_counter() - start
        rows.append(f"| {name} | {wall:.1f} | {len(bench.green) / wall:,.0f} |")
    report.table("| what | wall s | objects/s |\n|---|---|---|", rows)
    with psycopg.connect(bench.cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("drop database ogr")
    report.aim(f"import of {len(bench.green):,} BGT polygons", "under 60 s", f"{wall:.0f} s", wall < 60)


def bench_plot_check(bench: Bench, report: Report, count: int = 200) -> None:
    """The whole decision, rules and suggestion included, at full size and at a tenth of it; baseline: the overlap test alone."""
    report.part("Plot check")
    with small_bench(bench.folder / "tenth", bench.green[: len(bench.green) // 10], len(bench.green), bench.seconds) as small:
        tenth = _checks("decision, a tenth of the data", small, count)
    full = _checks("decision, all data", bench, count)
    naive = _checks("baseline: overlap by intersecting all", bench, 20, baselines.overlap_by_union)
    report.table(measure.HEADER, [tenth.row(), full.row(tenth), naive.row(tenth)])
    report.aim("plot check", "p50 under 15 ms", f"{full.p50:.1f} ms", full.p50 < 15)
    grown = full.cpu_ms / tenth.cpu_ms
    report.aim("plot check, ten times the data", "at most 1.5x", f"{grown:.2f}x", grown <= 1.5)


def _checks(name: str, bench: Bench, count: int, check: Callable[[Session, object], object] | None = None) -> measure.Timing:
    municipality, rng = load_municipality("almere"), np.random.default_rng(7)
    spots = shapely.point_on_surface(bench.green[rng.choice(len(bench.green), count + 10)])
    shapes = [multipolygon(snap(shapely.buffer(spot, radius))) for spot, radius in zip(spots, rng.uniform(3, 12, len(spots)), strict=True)]

    def decision(session: Session, shape: object) -> object:
        return decide(session, shape, municipality, measure.now())

    def work(k: int) -> None:
        with bench.sessions() as session:
            (check or decision)(session, shapes[k])

    return measure.timed(name, bench.pids, work, count)


def bench_coverage(bench: Bench, report: Report, count: int = 60) -> None:
    """Coverage of all buurten on random days; baseline: intersecting adoptions, green and districts for each question."""
    days = [f"{2016 + k % 11}-{1 + k % 12:02d}-15" for k in range(count + 10)]

    def ours(k: int) -> None:
        with bench.sessions() as session:
            session.execute(text("select * from geo.coverage('buurt', cast(:at as date))"), {"at": days[k]}).all()

    def overlay(k: int) -> None:
        with bench.sessions() as session:
            baselines.coverage_by_overlay(session, days[k])

    report.part("Coverage of all buurten on a day")
    first = measure.timed("sum of pieces", bench.pids, ours, count)
    slow = measure.timed("baseline: overlay when asked", bench.pids, overlay, 2, warm=0)
    report.table(measure.HEADER, [first.row(), slow.row(first)])
    report.aim("coverage of all buurten, any date", "under 50 ms", f"p50 {first.p50:.0f} ms", first.p50 < 50)


def bench_race(bench: Bench, report: Report) -> None:
    """Ours beside check-then-insert without locks, and beside one lock for all ground."""
    with transaction(bench.sessions) as session:
        owner = session.execute(text("select i.id::text, p.id from geo.initiative i, geo.plot p limit 1")).one()
    report.part("Thirty-two clients race for shared ground")
    url = bench.cluster.url()
    tables = (("this service", "geo.adoption"), *baselines.make_race_tables(url))
    outcomes = [race.race(name, url, table, 2 * bench.seconds, tuple(owner)) for name, table in tables]
    report.table(race.HEADER, [outcome.row() for outcome in outcomes])
    mine = outcomes[0]
    safe = mine.overlapping_pairs + mine.deadlocks == 0
    report.aim("adoptions raced by 32 clients", "0 overlaps, no deadlock", f"{mine.overlapping_pairs} and {mine.deadlocks}", safe)
    report.aim("the same, attempts per second", "500", f"{mine.attempts_per_s:.0f}", mine.attempts_per_s >= 500)
