"""Thirty-two connections race for shared ground; shapely counts overlaps afterwards."""

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import psycopg
import shapely

PROCESSES, THREADS = 4, 8
INSERT = """insert into {table} (initiative_id, plot_id, state, period, geom)
            values (%s, %s, 'active', '[2026-01-01,)', st_multi(st_geomfromtext(%s, 28992)))"""


@dataclass
class Outcome:
    """What one design did in one race."""

    name: str
    attempts_per_s: float
    accepted: int
    refused: int
    deadlocks: int
    overlapping_pairs: int
    overlap_m2: float

    def row(self) -> str:
        return (
            f"| {self.name} | {self.attempts_per_s:.0f} | {self.accepted} | {self.refused} | {self.deadlocks} "
            f"| {self.overlapping_pairs} | {self.overlap_m2:.1f} |"
        )


HEADER = "| design | attempts/s | accepted | refused | deadlocks | overlapping pairs | overlap m² |\n" + "|---" * 7 + "|"


def race(name: str, url: str, table: str, seconds: float, owner: tuple[str, int]) -> Outcome:
    """Insert random plots of 10 to 40 m in 2 x 2 km for some seconds, from all connections."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        start = time.perf_counter()
        counts = np.sum(pool.starmap(_process, [(url, table, seconds, owner, k) for k in range(PROCESSES)]), axis=0)
        wall = min(time.perf_counter() - start, seconds + 1)
    accepted, refused, deadlocks = map(int, counts)
    with psycopg.connect(url) as connection:
        rows = connection.execute(f"select st_asbinary(geom) from {table} where period && '[2026-01-01,)'").fetchall()
    pairs, area = overlaps(shapely.from_wkb([row[0] for row in rows]))
    return Outcome(name, sum(counts) / wall, accepted, refused, deadlocks, pairs, area)


def overlaps(shapes: np.ndarray) -> tuple[int, float]:
    """Pairs that share ground, and how much: independent of the database."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[left[left < right]], shapes[right[left < right]]))
    return int((shared > 0).sum()), float(shared.sum())


def _process(url: str, table: str, seconds: float, owner: tuple[str, int], number: int) -> tuple[int, int, int]:
    with ThreadPoolExecutor(THREADS) as threads:
        done = threads.map(lambda k: _client(url, table, seconds, owner, number * THREADS + k), range(THREADS))
        return tuple(np.sum(list(done), axis=0))


def _client(url: str, table: str, seconds: float, owner: tuple[str, int], seed: int) -> tuple[int, int, int]:
    rng, counts = np.random.default_rng(seed), [0, 0, 0]
    with psycopg.connect(url, autocommit=True) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            x, y = 140_000 + rng.uniform(0, 2000), 485_000 + rng.uniform(0, 2000)
            shape = shapely.set_precision(shapely.Point(x, y).buffer(rng.uniform(5, 20), quad_segs=3), 0.001)
            try:
                connection.execute(INSERT.format(table=table), [*owner, shape.wkt])
                counts[0] += 1
            except psycopg.errors.ExclusionViolation:
                counts[1] += 1
            except psycopg.errors.DeadlockDetected:
                counts[2] += 1
    return tuple(counts)
