"""Text that PostgreSQL makes itself, passed on in pieces as it comes: little memory, and the first byte at once."""

from typing import Any

from sqlalchemy import Select

from geo_service.catalogue.order import Export, Pieces, Progress, compiled, connected

PIECE = 128 * 1024
"""PostgreSQL sends row by row; passing on every row by itself costs more than making it."""


def copied(url: str, wanted: Export, query: Select[Any], options: str, progress: Progress | None) -> Pieces:
    """The rows of ``query`` by COPY, in pieces of whole rows."""
    copy, values = compiled(query)
    with (
        connected(url, wanted) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"copy ({copy}) to stdout with ({options})", values) as rows,
    ):
        gathered = bytearray()
        for row in rows:
            gathered += row
            if len(gathered) >= PIECE:
                yield _passed_on(gathered, progress)
                gathered = bytearray()
        if gathered:
            yield _passed_on(gathered, progress)


def _passed_on(gathered: bytearray, progress: Progress | None) -> bytes:
    if progress:
        progress(gathered.count(b"\n"))
    return bytes(gathered)
