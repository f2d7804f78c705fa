"""How often a client may ask what anybody may ask: a token bucket per address, in memory of this process; and how many at once."""

import ipaddress
import math
import time
from collections.abc import Callable, Generator
from contextlib import closing
from threading import BoundedSemaphore, Lock

from geo_service.errors import N_, Busy, TooManyRequests

MOST_CLIENTS = 10_000
FULL = N_("Others are taking files away at this moment. Try again in {retry_after} seconds.")


class RateLimit:
    """``per_minute`` requests per client on average, and ``at_once`` (as many, unless told) after silence."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic, *, at_once: int | None = None) -> None:
        self.per_minute, self.clock, self.most = per_minute, clock, float(at_once or per_minute)
        self.buckets: dict[str, tuple[float, float]] = {}
        self.lock = Lock()

    def take(self, address: str) -> None:
        """Count one request; TooManyRequests, with the seconds to wait, when the bucket is empty."""
        client, now = client_of(address), self.clock()
        with self.lock:
            tokens = self._tokens(client, now)
            if tokens < 1:
                raise TooManyRequests(retry_after=math.ceil((1 - tokens) * 60 / self.per_minute))
            if client not in self.buckets and len(self.buckets) >= MOST_CLIENTS:
                self._forget(now)
            self.buckets[client] = (tokens - 1, now)

    def _tokens(self, client: str, now: float) -> float:
        tokens, then = self.buckets.get(client, (self.most, now))
        return min(self.most, tokens + (now - then) * self.per_minute / 60)

    def _forget(self, now: float) -> None:
        """Drop clients whose bucket is full again; when all are busy, drop everyone rather than grow without end."""
        busy = {client: self.buckets[client] for client in self.buckets if self._tokens(client, now) < self.most}
        self.buckets = busy if len(busy) < MOST_CLIENTS else {}


class Slots:
    """At most ``count`` at the same time. Who comes later is told to come back: waiting would pile up threads and connections."""

    def __init__(self, count: int) -> None:
        self.free = BoundedSemaphore(count)

    def during(self, pieces: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
        """The same pieces, with a place taken from the first to the last; ``Busy`` when there is none."""
        with closing(pieces):
            if not self.free.acquire(blocking=False):
                raise Busy(FULL, retry_after=10)
            try:
                yield from pieces
            finally:
                self.free.release()


def client_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address: one subscriber has many of these."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
