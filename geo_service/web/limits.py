"""How often a client may ask what anybody may ask: a token bucket per address, in memory of this process."""

import ipaddress
import math
import time
from collections.abc import Callable
from threading import Lock

from geo_service.errors import TooManyRequests

MOST_CLIENTS = 10_000


class RateLimit:
    """``per_minute`` requests per client on average, and as many at once after a minute of silence."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self.clock = per_minute, clock
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
        tokens, then = self.buckets.get(client, (float(self.per_minute), now))
        return min(self.per_minute, tokens + (now - then) * self.per_minute / 60)

    def _forget(self, now: float) -> None:
        """Drop clients whose bucket is full again; when all are busy, drop everyone rather than grow without end."""
        busy = {client: self.buckets[client] for client in self.buckets if self._tokens(client, now) < self.per_minute}
        self.buckets = busy if len(busy) < MOST_CLIENTS else {}


def client_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 address: one subscriber has many of these."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
