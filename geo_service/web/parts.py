"""A file in whole or in parts: what ``Range`` and ``If-Range`` ask (RFC 9110, 13.1.5 and 14), for programs that read what they need."""

import re
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse

from geo_service.errors import RangeNotSatisfiable
from geo_service.web.headers import ASKED_FOR_HEAD, Receive, Scope, Send

MOST_PARTS = 100
MOST_DIGITS = 20
PART = re.compile(r"([0-9]+)-([0-9]*)|-([0-9]+)")
Part = tuple[int, int]
"""The first byte and the last one, both of them included."""


class FileInParts(FileResponse):
    """A file with its ETag among the headers. ``RangeNotSatisfiable`` when nothing of what was asked lies in it.

    What is asked is judged here: the framework answers a Range that it does not understand with 400 in plain text, and all of a Range
    with 416 when one part lies beyond the end.
    """

    def __init__(self, request: Request, path: Path, **answer: Any) -> None:
        super().__init__(path, stat_result=path.stat(), **answer)
        self._head = bool(request.scope.get(ASKED_FOR_HEAD))
        wanted = None if self._head or not self._unchanged(request) else parts_of(request.headers.get("range", ""), self._size)
        if wanted == []:
            raise RangeNotSatisfiable(size=self._size)
        self._wanted = wanted or []

    @property
    def _size(self) -> int:
        return int(self.headers["content-length"])

    def _unchanged(self, request: Request) -> bool:
        """Whether the asker has parts of the file as it is now; who does not say so trusts that it is."""
        known = request.headers.get("if-range")
        return known is None or known in (self.headers["etag"], self.headers["last-modified"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; of HEAD without reading the file."""
        headers = [(name, value) for name, value in scope["headers"] if name not in (b"range", b"if-range")]
        if self._wanted:
            headers.append((b"range", b"bytes=" + b",".join(b"%d-%d" % part for part in self._wanted)))
        await super().__call__({**scope, "headers": headers, "method": "HEAD" if self._head else "GET"}, receive, send)


def parts_of(asked: str, size: int) -> list[Part] | None:
    """The parts of a file of ``size`` bytes that a Range asks for, as far as they lie in it.

    None means all of it: nothing is asked, in another unit, by other rules, or in more than 100 parts.
    """
    unit, equals, told = asked.partition("=")
    found = [PART.fullmatch(part.strip(" \t")) for part in told.split(",") if part.strip(" \t")]
    if unit.lower() != "bytes" or not equals or not found or len(found) > MOST_PARTS or not all(found):
        return None
    numbers = [[_number(digits) for digits in part.groups()] for part in found if part]
    if any(first is not None and last is not None and last < first for first, last, _ in numbers):
        return None
    inside = [_inside(first, last, suffix, size) for first, last, suffix in numbers]
    return [part for part in inside if part[0] <= part[1]]


def _inside(first: int | None, last: int | None, suffix: int | None, size: int) -> Part:
    if first is None:
        return max(size - (suffix or 0), 0), size - 1
    return first, size - 1 if last is None else min(last, size - 1)


def _number(digits: str | None) -> int | None:
    """A number, or a larger one than any file has bytes: Python reads no endless ones."""
    return int(digits.lstrip("0")[:MOST_DIGITS] or 0) if digits else None
