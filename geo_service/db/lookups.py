"""Questions that only read. In a session, or without one: no transaction and no thread, a fifth of the cost, for what is asked often."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.orm import Session

from geo_service.db.engine import is_open

SETTINGS = {"geo.as_of": "", "geo.tile_zoom": ""}
"""What the views look at beside their tables, and what that is while nobody says."""
SET = "select set_config(name, value, %(local)s) from unnest(%(names)s::text[], %(values)s::text[]) as told (name, value)"
OPTIONS = "-c timezone=UTC -c search_path=public -c statement_timeout=20s -c default_transaction_read_only=on"


@dataclass(frozen=True)
class Lookup:
    """A statement as the driver wants it, its values, and the settings that its views look at."""

    statement: str
    values: Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)

    def on(self, at: date | None) -> "Lookup":
        """The same of a day; today when that is ``None``."""
        return replace(self, settings={**self.settings, "geo.as_of": at.isoformat() if at else ""})


def rows(session: Session, lookup: Lookup) -> Sequence[Any]:
    """Ask it in a session; its settings last until the transaction ends."""
    connection = session.connection()
    if lookup.settings:
        connection.exec_driver_sql(SET, _told(lookup.settings, local=True))
    return connection.exec_driver_sql(lookup.statement, dict(lookup.values)).all()


class Lookups:
    """Connections of the running server on which anybody's lookups are asked, at most ``most`` at once; the others wait."""

    def __init__(self, url: str, most: int) -> None:
        self._url, self._turns = url, asyncio.Semaphore(most)
        self._free: list[_Line] = []

    async def rows(self, lookup: Lookup) -> list[tuple[Any, ...]]:
        """Ask it. ``psycopg.errors.QueryCanceled`` when it takes too long."""
        async with self._turns:
            line = await self._line()
            try:
                return await line.rows(lookup)
            finally:
                await self._give_back(line)

    async def close(self) -> None:
        """Give the connections back."""
        while self._free:
            await self._free.pop().connection.close()

    async def _line(self) -> "_Line":
        """The one that was used last: it has most statements ready."""
        while self._free:
            line = self._free.pop()
            if is_open(line.connection):
                return line
            await line.connection.close()
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, options=OPTIONS)
        await connection.execute("set role geo_app")
        return _Line(connection)

    async def _give_back(self, line: "_Line") -> None:
        if line.connection.info.transaction_status == TransactionStatus.IDLE:
            self._free.append(line)
        else:
            await line.connection.close()


class _Line:
    """A connection, and which settings it has: they are told again only when they change."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self.connection, self._settings = connection, SETTINGS

    async def rows(self, lookup: Lookup) -> list[tuple[Any, ...]]:
        wanted = {**SETTINGS, **lookup.settings}
        if wanted != self._settings:
            await self.connection.execute(SET, _told(wanted, local=False))
            self._settings = wanted
        return await (await self.connection.execute(lookup.statement, lookup.values, binary=True)).fetchall()


def _told(settings: Mapping[str, str], *, local: bool) -> dict[str, Any]:
    return {"names": list(settings), "values": list(settings.values()), "local": local}
