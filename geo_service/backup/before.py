"""The database before something is put in its place."""

import time
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql

from geo_service.errors import N_, Conflict

OF_THE_PROGRAM = ("alembic_version", "layer_change", "published_layer", "setting", "table_change")
"""Tables that a new database fills by itself."""
OTHERS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and usename = session_user and pid <> pg_backend_pid() and backend_type = 'client backend'
"""
PATIENCE_S = 2.0
"""A command that ended a moment ago may still be in the list."""
IN_USE = N_("{count} connections of geo-service use this database. Stop serve, work and other commands first.")


@dataclass(frozen=True)
class Before:
    """Whether anything was entered, the files of rasters that its rows name, and the people it has forgotten."""

    holds: bool
    files: frozenset[str]
    forgotten: tuple[UUID, ...]


def require_alone(url: str) -> None:
    """``Conflict`` when a server, a worker or another command is connected as our login, here or on another machine."""
    end = time.monotonic() + PATIENCE_S
    with psycopg.connect(url, autocommit=True) as connection:
        while count := _first(connection, OTHERS):
            if time.monotonic() > end:
                raise Conflict(IN_USE, count=count)
            time.sleep(0.1)


def what_is_there(url: str) -> Before:
    """Look at a database of any version, also one that is new."""
    with psycopg.connect(url, autocommit=True) as connection:
        if not _first(connection, "select to_regclass('geo.setting') is not null"):
            return Before(holds=False, files=frozenset(), forgotten=())
        connection.execute("set role geo_owner")
        return Before(
            holds=_holds(connection),
            files=frozenset(_column(connection, "file", "raster_edition", "true")),
            forgotten=tuple(_column(connection, "id", "person", "forgotten_at is not null")),
        )


def _holds(connection: psycopg.Connection) -> bool:
    found = "select tablename from pg_tables where schemaname = 'geo' and not tablename = any (%s)"
    tables = [name for (name,) in connection.execute(found, [list(OF_THE_PROGRAM)])]
    return any(_first(connection, sql.SQL("select exists (select from geo.{})").format(sql.Identifier(name))) for name in tables)


def _column(connection: psycopg.Connection, column: str, table: str, condition: str) -> list:
    """Its values; none where an older version has no such column."""
    try:
        return [value for (value,) in connection.execute(f"select {column} from geo.{table} where {condition}")]  # noqa: S608
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        return []


def _first(connection: psycopg.Connection, query: str | sql.Composed) -> bool | int:
    row = connection.execute(query).fetchone()
    return row[0] if row else 0
