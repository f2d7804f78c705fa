"""``geo-service db``: the database itself."""

import typer

from geo_service.cli.common import installation, out

app = typer.Typer(no_args_is_help=True, help="The database: upgrade it to this version.")


@app.command()
def upgrade() -> None:
    """Bring tables, functions, triggers and grants to this version (``serve`` does the same)."""
    with installation():
        out.print("The database is up to date.")
