"""Alembic's environment: always called by ``geo_service.db.migrate`` with an open connection."""

from typing import Any

from alembic import context
from geoalchemy2.alembic_helpers import include_object
from sqlalchemy import text

from geo_service.db.tables import all_tables

connection = context.config.attributes["connection"]
connection.execute(text("set lock_timeout = '4s'; set statement_timeout = '60s'"))


def ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Only schema ``geo`` is ours; the views in ``layers`` are published by the catalogue."""
    return kind != "schema" or name == "geo"


context.configure(
    connection=connection,
    target_metadata=all_tables(),
    include_schemas=True,
    include_name=ours,
    include_object=include_object,
    version_table_schema="geo",
    transaction_per_migration=False,
)
context.run_migrations()
