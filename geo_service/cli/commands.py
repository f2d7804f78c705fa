"""The tree of commands; each group has a file of its own."""

import typer

from geo_service.cli import check, coverage, database, imports, layers, maps, people, serve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Residents adopt public green; staff decide; analysts take exact layers away.",
)
app.command()(serve.serve)
app.command("import", help=imports.EXAMPLES)(imports.import_source)
app.command("check", help=check.EXAMPLES)(check.check)
app.command()(coverage.coverage)
app.add_typer(database.app, name="db")
app.add_typer(layers.app, name="layers")
app.add_typer(maps.app, name="maps")
app.add_typer(people.app, name="people")
