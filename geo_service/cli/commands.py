"""The tree of commands; each group has a file of its own."""

import typer

from geo_service.cli import database

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich", help=__doc__)
app.add_typer(database.app, name="db")
