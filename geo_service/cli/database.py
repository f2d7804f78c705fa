"""``geo-service db``: the database itself."""

import typer

from geo_service.cli import readers
from geo_service.cli.common import installation, language, out, tell_missing_grid
from geo_service.cli.db_backup import backup, restore
from geo_service.db.external import probe
from geo_service.errors import N_
from geo_service.words import say

app = typer.Typer(no_args_is_help=True)
app.add_typer(readers.app, name="reader")
app.command()(backup)
app.command()(restore)


@app.command()
def upgrade() -> None:
    """Bring tables, functions, triggers and grants to this version (``serve`` does the same), and tell what runs here."""
    with installation() as opened:
        found = probe(opened.url)
        tell_missing_grid(opened)
    out.print(f"PostgreSQL {found.postgresql}, PostGIS {found.postgis}", markup=False, highlight=False)
    out.print(say(N_("The database is up to date."), language()), markup=False)
