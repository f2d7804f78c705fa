"""Asking a public service for pages: one request at a time, with patience, and trusting nothing that it answers."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx2 as httpx
import orjson

from geo_service import __version__
from geo_service.errors import N_, SetupError, UnusableSource

USER_AGENT = f"zelfbeheer-geo-service/{__version__}"
TRIES = 6
PAGE_BYTES = 64 * 2**20
PAGE_SECONDS = 300
LONGEST_WAIT = 120.0
REDIRECTS = 3
LATER = {408, 425, 429, 500, 502, 503, 504}
TIMEOUT = httpx.Timeout(60, connect=15)
Tell = Callable[..., None]


class Hiccup(Exception):
    """An answer that another try may better; ``wait`` is what the server asks, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Rejected(Exception):
    """The server understood, and says no (4xx): the argument tells why."""


@dataclass(frozen=True)
class Answer:
    """One page: its bytes, the same as JSON, and the CRS that its header names."""

    body: bytes
    content: Any
    crs: str | None


class Client:
    """Asks one server. ``pause``: seconds between two requests; the first wait after a failure is ten times that."""

    def __init__(self, base: str, pause: float, tell: Tell) -> None:
        self.base, self._pause, self._tell = base.rstrip("/"), pause, tell
        try:
            self._origin = _origin(httpx.URL(self.base))
        except (httpx.InvalidURL, ValueError):
            raise SetupError(N_("GEO_PDOK_URL is no http(s) address: {url}"), url=_printable(base)) from None
        headers = {"User-Agent": USER_AGENT, "Accept": "application/geo+json, application/json"}
        self._http = httpx.Client(headers=headers, timeout=TIMEOUT, follow_redirects=False)
        self._free_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._http.close()

    def page(self, url: str) -> Answer:
        """One page of JSON. Raises Rejected on 4xx, UnusableSource when the server stays ill or answers something else."""
        for attempt in range(1, TRIES + 1):
            time.sleep(max(0.0, self._free_at - time.monotonic()))
            try:
                return self._ask(url)
            except Hiccup as hiccup:
                reason = hiccup
                if attempt < TRIES:
                    self._rest(hiccup, attempt)
            finally:
                self._free_at = time.monotonic() + self._pause
        raise UnusableSource(
            N_("{host} gave no usable answer in {tries} tries: {reason}. What came in is kept; run this again later."),
            host=self._origin[1], tries=TRIES, reason=str(reason),
        )  # fmt: skip

    def _rest(self, hiccup: Hiccup, attempt: int) -> None:
        """Wait as long as the server asks, or twice as long as the last time; never exactly as long as others do."""
        if hiccup.wait is not None and hiccup.wait > LONGEST_WAIT:
            raise UnusableSource(
                N_("{host} asks to come back in {seconds} seconds. What came in is kept; run this again then."),
                host=self._origin[1], seconds=round(hiccup.wait),
            )  # fmt: skip
        backoff = min(60.0, self._pause * 10 * 2 ** (attempt - 1)) * random.uniform(0.5, 1)
        wait = backoff if hiccup.wait is None else hiccup.wait + random.uniform(0, self._pause)
        self._tell(N_("{reason}; trying again in {seconds} s ({attempt} of {tries})"), reason=str(hiccup), seconds=round(wait, 1),
                   attempt=attempt, tries=TRIES - 1)  # fmt: skip
        time.sleep(wait)

    def _ask(self, url: str) -> Answer:
        for _ in range(REDIRECTS + 1):
            target = self._checked(url)
            try:
                with self._http.stream("GET", target) as response:
                    if not response.is_redirect:
                        return self._read(response)
                    url = str(target.join(response.headers.get("location", "")))
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise Hiccup(_printable(f"{type(error).__name__} {error}".strip())) from None
            except httpx.InvalidURL:
                url = ""
        raise UnusableSource(N_("{host} redirects in circles."), host=self._origin[1])

    def _checked(self, url: str) -> httpx.URL:
        """An address on the server that we were told to ask, and nowhere else."""
        try:
            target = httpx.URL(url)
            same = _origin(target) == self._origin
        except (httpx.InvalidURL, ValueError):
            same = False
        if not same:
            raise UnusableSource(
                N_("{host} sends us to another address, which is not followed: {url}"), host=self._origin[1], url=_printable(url)
            )
        return target

    def _read(self, response: httpx.Response) -> Answer:
        status, kind = response.status_code, response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if status in LATER:
            raise Hiccup(f"HTTP {status}", _retry_after(response.headers.get("retry-after")))
        body = _limited(response, self._origin[1])
        if status >= 400:
            raise Rejected(f"HTTP {status} {_problem(body)}".strip())
        if status != 200:
            raise Hiccup(f"HTTP {status}")
        if "json" not in kind:
            raise Hiccup(f"{_printable(kind) or '?'} instead of JSON")
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise Hiccup("broken JSON") from None
        return Answer(body, content, response.headers.get("content-crs"))


def _limited(response: httpx.Response, host: str) -> bytes:
    """The whole body, unless it is larger or slower than any page may be."""
    parts, size, until = [], 0, time.monotonic() + PAGE_SECONDS
    for part in response.iter_bytes():
        size += len(part)
        if size > PAGE_BYTES:
            raise UnusableSource(N_("{host} answers a page of more than {size} MB."), host=host, size=PAGE_BYTES // 2**20)
        if time.monotonic() > until:
            raise Hiccup(f"> {PAGE_SECONDS} s")
        parts.append(part)
    return b"".join(parts)


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise ValueError
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _retry_after(told: str | None) -> float | None:
    """Seconds from a Retry-After header, which is a number or a date."""
    if not told:
        return None
    if told.strip().isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _problem(body: bytes) -> str:
    """What the server says is wrong, when it says it as JSON."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    told = content.get("detail") or content.get("description") or content.get("title") if isinstance(content, dict) else ""
    return _printable(str(told or ""))


def _printable(told: str) -> str:
    """Foreign text for a line of ours: short, and without control characters."""
    return "".join(character if character.isprintable() else " " for character in told[:200]).strip()
