"""Bring a database to this version: roles, tables, functions, triggers, grants and derived pieces, in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

SQL = Path(__file__).parent / "sql"
AFTER_TABLES = ("functions", "exclusivity", "pieces", "adoptions", "coverage", "facts", "history", "grants")
LOCK = 20250


def upgrade(engine: Engine) -> bool:
    """Upgrade; returns whether tables changed. Two at once wait for each other. ``engine`` connects as the login, not as a role."""
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        run_file(connection, "roles")
        connection.execute(text("set local role geo_owner"))
        pending = not is_current(connection)
        if pending:
            drop_views(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.execute(text("set local statement_timeout = 0"))
        for name in AFTER_TABLES:
            run_file(connection, name)
        if pending:
            connection.execute(text("select geo.rebuild_pieces()"))
        connection.execute(text("reset role"))
    return pending


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
