"""Bring a database to this version: roles, tables, functions, triggers, grants and derived pieces, in one transaction."""

import hashlib
import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

SQL = Path(__file__).parent / "sql"
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
    drop_views(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(text("set local statement_timeout = 0"))


def _fingerprint() -> dict[str, str | None]:
    """The newest migration, and the SQL files by their content."""
    files = "".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in ("roles", *AFTER_TABLES))
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return {"migration": head, "sql": hashlib.sha256(files.encode()).hexdigest()}


def _made_by(connection: Connection) -> dict[str, str | None] | None:
    """The fingerprint of the version that made this database; None for a new one."""
    if connection.execute(text("select to_regclass('geo.setting')")).scalar() is None:
        return None
    return connection.execute(text("select value from geo.setting where key = 'version'")).scalar()


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of this version."""
    context = MigrationContext.configure(connection, opts={"version_table_schema": "geo"})
    return context.get_current_revision() == ScriptDirectory.from_config(_config()).get_current_head()


def drop_views(connection: Connection) -> None:
    """Tables can only change when no view looks at them; layers are published again after the upgrade."""
    views = connection.execute(text("select schemaname, viewname from pg_views where schemaname in ('geo', 'layers')"))
    for schema, view in views.all():
        connection.execute(text(f'drop view if exists "{schema}"."{view}" cascade'))


def run_file(connection: Connection, name: str) -> None:
    """Run one of the SQL files; each can be run again at any time."""
    connection.exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_path_separator", "os")
    return config
