"""Bring a database to this version: roles, tables, functions, triggers, grants and derived pieces, in one transaction."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

if TYPE_CHECKING:
    from alembic.config import Config

SQL = Path(__file__).parent / "sql"
MIGRATIONS = Path(__file__).parent / "migrations"
AFTER_TABLES = (
    "functions",
    "exclusivity",
    "pieces",
    "adoptions",
    "coverage",
    "rasters",
    "facts",
    "history",
    "agreements",
    "coarse",
    "availability",
    "zones",
    "jobs",
    "grants",
)
LOCK = 20250


def upgrade(engine: Engine) -> bool:
    """Upgrade; returns whether anything changed. Two at once wait for each other. ``engine`` connects as the login, not as a role.

    A database that this version made already is left alone: a command beside a running server takes no lock on its tables.
    """
    fingerprint = _fingerprint()
    with engine.begin() as connection:
        connection.execute(text("set local lock_timeout = '10min'"))  # the other one may be making all of it
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        connection.execute(text("set local lock_timeout to default"))
        if _made_by(connection) == fingerprint:
            return False
        run_file(connection, "roles")
        connection.execute(text("set local role geo_owner"))
        if not is_current(connection):
            _change_tables(connection)
        for name in AFTER_TABLES:
            run_file(connection, name)
        connection.execute(text("select geo.rebuild_pieces()"))
        connection.execute(
            text(
                "insert into geo.setting values ('version', cast(:value as jsonb)) on conflict (key) do update set value = excluded.value"
            ),
            {"value": json.dumps(fingerprint)},
        )
        connection.execute(text("reset role"))
    return True


def _change_tables(connection: Connection) -> None:
    from alembic import command  # a fifth of a second to load: most starts change no table

    drop_views(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(text("set local statement_timeout = 0"))


def _fingerprint() -> dict[str, str | None]:
    """The newest migration, and the SQL files by their content."""
    files = "".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("roles", *AFTER_TABLES))
    return {"migration": newest(), "sql": hashlib.sha256(files.encode()).hexdigest()}


def _made_by(connection: Connection) -> dict[str, str | None] | None:
    """The fingerprint of the version that made this database; None for a new one."""
    if connection.execute(text("select to_regclass('geo.setting')")).scalar() is None:
        return None
    return connection.execute(text("select value from geo.setting where key = 'version'")).scalar()


def newest() -> str:
    """The newest migration by the names of their files (``20261121_0001_first_tables.py``): Alembic would load them all."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("*_*.py")).split("_")[1]


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of this version."""
    from alembic.runtime.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"version_table_schema": "geo"})
    return context.get_current_revision() == newest()


def knows(migration: str) -> bool:
    """Whether this version comes after a migration, or is of it."""
    return any((MIGRATIONS / "versions").glob(f"*_{migration}_*.py"))


def drop_views(connection: Connection) -> None:
    """Tables can only change when no view looks at them; layers are published again after the upgrade."""
    views = connection.execute(text("select schemaname, viewname from pg_views where schemaname in ('geo', 'layers')"))
    for schema, view in views.all():
        connection.execute(text(f'drop view if exists "{schema}"."{view}" cascade'))


def run_file(connection: Connection, name: str) -> None:
    """Run one of the SQL files; each can be run again at any time."""
    connection.exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_path_separator", "os")
    return config
