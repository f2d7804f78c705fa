"""Eight clients on kept connections ask one server for some seconds; CPU is that of the server's process and of PostgreSQL."""

import http.client
import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg

from tests.benchmarks.measure import cpu_of
from tests.benchmarks.servers import CONNECTIONS, Server

Ask = Callable[[Iterator[int]], list[tuple[float, int, bool]]]
"""Takes numbers from a shared iterator until it ends, asks for each; per request: seconds, bytes, whether it was answered well."""


@dataclass
class Variant:
    """One row of a table: who is asked what, and what that took in all rounds together."""

    name: str
    pids: tuple[int, ...]
    ask: Ask
    wall_s: list[float] = field(default_factory=list)
    kilobytes: float = 0
    failed: int = 0
    server_s: float = 0
    database_s: float = 0

    @property
    def count(self) -> int:
        return len(self.wall_s)

    @property
    def cpu_ms(self) -> float:
        """Per request, server and PostgreSQL together."""
        return 1000 * (self.server_s + self.database_s) / max(self.count, 1)

    def row(self, ours: "Variant") -> str:
        p50, p99 = 1000 * statistics.median(self.wall_s), 1000 * sorted(self.wall_s)[int(0.99 * self.count)]
        server, database, size = (f"{total / self.count:.2f}" for total in (1000 * self.server_s, 1000 * self.database_s, self.kilobytes))
        ratio = self.cpu_ms / ours.cpu_ms if ours.cpu_ms else 0
        return (
            f"| {self.name} | {self.count} | {self.failed} | {p50:.1f} | {p99:.1f} | {size} | {server} | {database} "
            f"| {self.cpu_ms:.2f} | {ratio:.2f}x |"
        )


HEADER = (
    "| who | n | failed | p50 ms | p99 ms | KB | server CPU ms | PostgreSQL CPU ms | CPU ms/request | CPU against this service |\n"
    + "|---" * 10
    + "|"
)


def http_ask(server: Server, paths: Sequence[str], encoding: str = "identity", etags: Sequence[str] = ()) -> Ask:
    """Ask a server for its paths in turn; with ``etags`` (one per path) the answer must be 304."""
    expected = (304,) if etags else (200, 204)

    def ask(numbers: Iterator[int]) -> list[tuple[float, int, bool]]:
        connection, done = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60), []
        for number in numbers:
            start = time.perf_counter()
            known = {"If-None-Match": etags[number % len(etags)]} if etags else {}
            connection.request("GET", paths[number % len(paths)], headers={"Accept-Encoding": encoding, **known})
            answer = connection.getresponse()
            size = len(answer.read())
            done.append((time.perf_counter() - start, size, answer.status in expected))
        connection.close()
        return done

    return ask


def sql_ask(url: str, work: Callable[[psycopg.Connection, int], int]) -> Ask:
    """Do the work of a request on a connection to PostgreSQL, without a server between; ``work`` gives the number of bytes."""

    def ask(numbers: Iterator[int]) -> list[tuple[float, int, bool]]:
        done = []
        with psycopg.connect(url, autocommit=True) as connection:
            for number in numbers:
                start = time.perf_counter()
                size = work(connection, number)
                done.append((time.perf_counter() - start, size, True))
        return done

    return ask


def answered(server: Server, path: str, encoding: str = "identity") -> http.client.HTTPResponse:
    """One answer, for checks: 200, or told."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    answer = connection.getresponse()
    if answer.status not in (200, 204):
        raise OSError(f"{server.name} answers {answer.status} to {path}: {answer.read(300)!r}")
    return answer


def compare(variants: Sequence[Variant], database: int, seconds: float, rounds: int = 2) -> None:
    """Warm up, then load each variant in turn, round after round, so that a busy moment of the machine hits all of them."""
    for variant in variants:
        _burst(variant.ask, _until(time.monotonic() + seconds / 2, 0))
    for _ in range(rounds):
        for variant in variants:
            before = sum(map(cpu_of, variant.pids)), cpu_of(database)
            done = _burst(variant.ask, _until(time.monotonic() + seconds, variant.count))
            variant.server_s += sum(map(cpu_of, variant.pids)) - before[0]
            variant.database_s += cpu_of(database) - before[1]
            variant.wall_s += [wall for wall, _, _ in done]
            variant.kilobytes += sum(size for _, size, _ in done) / 1024
            variant.failed += sum(not well for _, _, well in done)


def _until(end: float, first: int) -> Iterator[int]:
    return itertools.takewhile(lambda _: time.monotonic() < end, itertools.count(first))


def _burst(ask: Ask, numbers: Iterator[int]) -> list[tuple[float, int, bool]]:
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return list(itertools.chain.from_iterable(threads.map(ask, [numbers] * CONNECTIONS)))
