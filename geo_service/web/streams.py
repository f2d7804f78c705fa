"""Answers that are made while they leave. A stream that breaks stays visibly broken, and closes what it opened."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import anyio
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

PIECE = 256 * 1024


class ClosingResponse(StreamingResponse):
    """Makes the first piece before the answer starts: what is wrong from the start becomes an error, not a broken answer. By then the
    session of the request is finished, however long the first piece takes.

    Closes its generator when the client leaves; Starlette would leave that to garbage collection.
    """

    def __init__(self, generator: Generator[bytes, None, None], **options: Any) -> None:
        self.generator = _after_the_first(generator)
        super().__init__(iterate_in_threadpool(self.generator), **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await run_in_threadpool(next, self.generator)
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self.generator.close)


def _after_the_first(stream: Generator[bytes, None, None]) -> Generator[bytes, None, None]:
    with closing(stream):
        first = next(stream, b"")
        yield b""  # it is there
        yield first
        yield from stream


def file_pieces(path: Path) -> Generator[bytes, None, None]:
    """The content of a file."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
