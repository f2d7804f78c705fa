"""The rate limit: a token bucket per client."""

import pytest

from geo_service.errors import TooManyRequests
from geo_service.web import limits
from geo_service.web.limits import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def allowed(limit: RateLimit, address: str, times: int) -> int:
    count = 0
    for _ in range(times):
        try:
            limit.take(address)
        except TooManyRequests:
            continue
        count += 1
    return count


def test_a_full_bucket_and_then_one_per_interval():
    clock = Clock()
    limit = RateLimit(60, clock)
    assert allowed(limit, "10.0.0.1", 70) == 60
    clock.now += 5
    assert allowed(limit, "10.0.0.1", 70) == 5
    clock.now += 3600
    assert allowed(limit, "10.0.0.1", 70) == 60


def test_the_seconds_to_wait_are_told_and_enough():
    clock = Clock()
    limit = RateLimit(6, clock)
    allowed(limit, "10.0.0.1", 6)
    with pytest.raises(TooManyRequests) as raised:
        limit.take("10.0.0.1")
    clock.now += raised.value.values["retry_after"]
    limit.take("10.0.0.1")


def test_clients_do_not_share_a_bucket_but_a_subscriber_does():
    limit = RateLimit(10, Clock())
    assert allowed(limit, "10.0.0.1", 20) + allowed(limit, "10.0.0.2", 20) == 20
    assert allowed(limit, "2001:db8::1", 20) + allowed(limit, "2001:db8::ffff", 20) == 10


def test_memory_stays_bounded(monkeypatch):
    monkeypatch.setattr(limits, "MOST_CLIENTS", 100)
    clock = Clock()
    limit = RateLimit(10, clock)
    for number in range(1000):
        clock.now += 0.001
        limit.take(f"client {number}")
        assert len(limit.buckets) <= 100
