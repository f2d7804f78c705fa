"""Logins that read the layers of one audience directly, for QGIS and psql. They own nothing, see no table, and write nothing but what
the view of a layer takes from those that may edit."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from psycopg import sql

from geo_service.errors import N_, InvalidInput, NotFound, SetupError

Audience = Literal["public", "staff"]
NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
MARK = "reads layers; made by geo-service db reader"
"""The comment on such a login: no other one is ever touched."""
DEFAULTS = {
    "search_path": "layers, public",
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "idle_session_timeout": "12h",
}
CONNECTIONS = 10
EDITOR = "geo_editor"


def add(url: str, name: str, audience: Audience, *, edits: bool = False) -> str:
    """Make a login that is member of exactly the role of its audience; returns its password, which is kept nowhere.

    ``edits``: it also writes through the views of layers that can be edited. Its name is in the history of what it changes.
    """
    if edits and audience != "staff":
        raise InvalidInput(N_("Only a login for staff can edit: --audience staff --edit"))
    if not NAME.fullmatch(name) or name.startswith(("pg_", "geo_")):
        raise InvalidInput(N_("{name} is no name for a login: lower case letters, digits and _, not geo_… or pg_…."), name=name)
    with _connected(url) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
            raise SetupError(N_("There is a login {name} already."), name=name)
        login = sql.Identifier(name)
        connection.execute(
            sql.SQL("create role {} login nosuperuser nocreatedb nocreaterole noreplication connection limit {} in role {}").format(
                login,
                sql.Literal(CONNECTIONS),
                sql.SQL(", ").join(map(sql.Identifier, (f"geo_{audience}", *((EDITOR,) if edits else ())))),
            )
        )
        connection.execute(sql.SQL("comment on role {} is {}").format(login, sql.Literal(MARK)))
        for setting, value in (DEFAULTS | ({"default_transaction_read_only": "off"} if edits else {})).items():
            parts = sql.SQL(", ").join(map(sql.Literal, value.split(", ")))
            connection.execute(sql.SQL("alter role {} set {} to {}").format(login, sql.Identifier(setting), parts))
        return _new_password(connection, name)


def rotate(url: str, name: str) -> str:
    """Give a login a new password and return it; open connections stay."""
    with _connected(url) as connection:
        _require(connection, name)
        return _new_password(connection, name)


def drop(url: str, name: str) -> None:
    """Remove a login."""
    with _connected(url) as connection:
        _require(connection, name)
        connection.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def listed(url: str) -> list[tuple[str, str]]:
    """Names with their audience (and ``edits`` behind it), in order."""
    with _connected(url) as connection:
        return connection.execute(
            """select r.rolname,
                      replace(g.rolname, 'geo_', '') || case when pg_has_role(r.oid, 'geo_editor', 'member') then ' edits' else '' end
               from pg_roles r
               join pg_auth_members m on m.member = r.oid join pg_roles g on g.oid = m.roleid
               where shobj_description(r.oid, 'pg_authid') = %s and g.rolname in ('geo_public', 'geo_staff') order by 1""",
            [MARK],
        ).fetchall()


def address(url: str, name: str) -> str:
    """How QGIS, psql and GDAL reach the database as this login, without the password."""
    host, port, database = place(url)
    return f"host='{host}' port={port} dbname={database} user={name}"


def place(url: str) -> tuple[str, int, str]:
    """Host (or folder of the socket), port and name of the database, for programs on this machine."""
    with _connected(url) as connection:
        info = connection.info
        hosts = connection.execute("select current_setting('listen_addresses')").fetchone()
        host = "127.0.0.1" if info.host.startswith("/") and hosts and hosts[0] else info.host
        return host, info.port, info.dbname


def _require(connection: psycopg.Connection[Any], name: str) -> None:
    query = "select 1 from pg_roles where rolname = %s and shobj_description(oid, 'pg_authid') = %s"
    if not connection.execute(query, [name, MARK]).fetchone():
        raise NotFound(N_("There is no login {name} that geo-service made."), name=name)


def _new_password(connection: psycopg.Connection[Any], name: str) -> str:
    """Only its hash goes to the server, so it is in no log."""
    password = secrets.token_urlsafe(24)
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(name), sql.Literal(hashed)))
    return password


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """One transaction as the login of the installation."""
    try:
        with psycopg.connect(url) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege:
        text = N_("The login of GEO_DATABASE_URL may not do this: it needs CREATEROLE (from PostgreSQL 16 on also ADMIN on the role).")
        raise SetupError(text) from None
