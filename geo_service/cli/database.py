"""``geo-service db``: the database itself."""

import typer

from geo_service.cli import readers
from geo_service.cli.common import installation, language, out
from geo_service.db.external import probe
from geo_service.errors import N_
from geo_service.words import say

app = typer.Typer(no_args_is_help=True, help="The database: upgrade it to this version, and let readers in.")
app.add_typer(readers.app, name="reader")
NO_GRID = N_("This server lacks the RDNAPTRANS2018 grid: positions in longitude and latitude are up to 25 cm off.")


@app.command()
def upgrade() -> None:
    """Bring tables, functions, triggers and grants to this version (``serve`` does the same), and tell what runs here."""
    with installation() as opened:
        found = probe(opened.url)
    out.print(f"PostgreSQL {found.postgresql}, PostGIS {found.postgis}", markup=False, highlight=False)
    if not found.rd_grid:
        out.print(say(NO_GRID, language()), markup=False)
    out.print(say(N_("The database is up to date."), language()), markup=False)
