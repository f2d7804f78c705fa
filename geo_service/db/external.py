"""An existing PostGIS (``GEO_DATABASE_URL``): is it new enough, and may we use it?"""

from dataclasses import dataclass

import psycopg

from geo_service.errors import N_, SetupError

POSTGRESQL, POSTGIS = 14, (3, 2)


@dataclass(frozen=True)
class Found:
    """What the probe found; ``db upgrade`` tells it."""

    postgresql: str
    postgis: str


def probe(url: str) -> Found:
    """Connect and look; an unusable database is refused with what to do about it."""
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            return _look(connection)
    except psycopg.OperationalError as error:
        raise SetupError(N_("No connection to the database of GEO_DATABASE_URL: {fault}"), fault=str(error).split("\n")[0]) from None


def _look(connection: psycopg.Connection) -> Found:
    if connection.info.server_version // 10000 < POSTGRESQL:
        raise SetupError(N_("PostgreSQL {needed} or newer is needed."), needed=POSTGRESQL)
    row = connection.execute("select default_version from pg_available_extensions where name = 'postgis'").fetchone()
    if row is None or tuple(int(part) for part in row[0].split(".")[:2]) < POSTGIS:
        raise SetupError(N_("PostGIS 3.2 or newer is needed on the server."))
    rights = connection.execute(
        """select exists (select from pg_extension where extname = 'postgis'),
                  (select count(*) = 5 from pg_roles
                   where rolname in ('geo_owner', 'geo_app', 'geo_public', 'geo_staff', 'geo_editor') and pg_has_role(oid, 'member')),
                  rolcreaterole or rolsuper, has_database_privilege(current_database(), 'create')
           from pg_roles where rolname = current_user"""
    ).fetchone()
    assert rights is not None
    has_postgis, has_roles, may_create_roles, may_create = rights
    if not may_create:
        raise SetupError(N_("The login of GEO_DATABASE_URL needs the right CREATE on its database."))
    if not (has_roles or may_create_roles):
        raise SetupError(
            N_("The login of GEO_DATABASE_URL needs CREATEROLE, or membership of geo_owner, geo_app, geo_public, geo_staff and geo_editor.")
        )
    if not has_postgis:
        connection.execute("create extension if not exists postgis")
    return Found(connection.info.parameter_status("server_version") or "?", row[0])
