"""Whole-process CPU and wall time: our processes and the database's, read from /proc."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, its threads and its children, the finished ones included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(int(value) for value in fields[11:15]) / TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(cpu_of(int(child)) for child in children)


@dataclass
class Timing:
    """Wall times of single requests in ms, and CPU ms per request of the processes watched."""

    name: str
    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: float = 0.0

    @property
    def p50(self) -> float:
        return statistics.median(self.wall_ms)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.wall_ms, n=100)[98] if len(self.wall_ms) > 1 else self.wall_ms[0]

    def row(self, base: "Timing | None" = None) -> str:
        ratio = f"{self.cpu_ms / base.cpu_ms:.2f}x" if base and base.cpu_ms else "1.00x"
        return f"| {self.name} | {len(self.wall_ms)} | {self.p50:.1f} | {self.p99:.1f} | {self.cpu_ms:.1f} | {ratio} |"


HEADER = "| what | n | p50 ms | p99 ms | CPU ms/request | CPU against the first |\n|---|---|---|---|---|---|"


def timed(name: str, pids: list[int], work: Callable[[int], object], count: int, warm: int = 5) -> Timing:
    """Do ``work(k)`` one after another."""
    for k in range(warm):
        work(-1 - k)
    timing = Timing(name)
    with watched(pids, timing, count):
        for k in range(count):
            start = time.perf_counter()
            work(k)
            timing.wall_ms.append(1000 * (time.perf_counter() - start))
    return timing


@contextmanager
def watched(pids: list[int], timing: Timing, count: int) -> Iterator[None]:
    """The CPU that these processes spend meanwhile, per request."""
    before = sum(map(cpu_of, pids))
    yield
    timing.cpu_ms = 1000 * (sum(map(cpu_of, pids)) - before) / max(count, 1)


def now() -> datetime:
    """The moment, as services take it."""
    return datetime.now(UTC)
