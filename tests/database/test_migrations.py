"""Migrations: from empty to this version, twice, and equal to the models."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2.alembic_helpers import include_object
from sqlalchemy import text

from geo_service.db import migrate
from geo_service.db.engine import make_engine
from geo_service.db.tables import all_tables


def test_upgrade_twice_changes_nothing(database):
    login = make_engine(database.url, role=None)
    assert migrate.upgrade(login) is False
    login.dispose()


def test_the_newest_file_is_the_last_migration():
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_current_head() == migrate.newest()


def test_models_and_migrations_agree(database):
    login = make_engine(database.url, role=None)
    with login.connect() as connection:
        options = {
            "version_table_schema": "geo",
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == "geo",
            "include_object": include_object,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), all_tables()) == []
    login.dispose()


def test_the_application_owns_nothing_and_cannot_switch_the_guard_off(session):
    owned = session.execute(text("select count(*) from pg_class where relowner = 'geo_app'::regrole")).scalar_one()
    assert owned == 0
    assert session.execute(text("select current_user")).scalar_one() == "geo_app"
