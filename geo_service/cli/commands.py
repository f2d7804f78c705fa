"""The tree of commands. Each has a file of its own, which is loaded when somebody runs it: all together take seconds.

What the list tells of each is therefore here.
"""

import gc
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

COMMANDS = {
    "serve": ("serve.serve", "Serve the API, the maps and the pages, with the worker beside it."),
    "work": ("work.work", "Send mail and do the work that is due, until Ctrl-C; serve does this by itself."),
    "import": ("imports.import_source", "Import a register: districts, green, management, zones, ground, trees or addresses."),
    "check": ("check.check", "What the rules say of a plot that somebody drew: every rule with its reason and m²."),
    "coverage": ("coverage.coverage", "Green, what the municipality manages of it, and what residents adopted of that, in m²."),
    "db": ("database.app", "The database: upgrade it to this version, back it up and restore it, and let readers in."),
    "crs": ("crs.app", "Coordinates: are RD and longitude/latitude within 1 mm of RDNAPTRANS2018?"),
    "layers": ("layers.app", "Layers: list, check and publish them, export them as files, with their styles."),
    "rasters": ("rasters.app", "Rasters: judge files of cells, and register them as layers, one edition per day."),
    "maps": ("maps.app", "The maps: list them, or build one as a file that opens offline."),
    "people": ("people.app", "People: add them with a role, give them a token, forget them."),
}
"""Where each command (a function) or group (a Typer) is, in this folder, and what it does."""


class Commands(TyperGroup):
    """The commands by name; what is listed is their line, and the command itself is found when it is run."""

    def __init__(self, **settings: Any) -> None:
        listed = {name: TyperCommand(name, help=told) for name, (_, told) in COMMANDS.items()}
        super().__init__(**{**settings, "commands": listed})

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and _found(str(name)), rest


def _found(command: str) -> Any:
    place, told = COMMANDS[command]
    file, _, name = place.partition(".")
    module = _loaded(f"geo_service.cli.{file}")
    part = getattr(module, name)
    if isinstance(part, typer.Typer):
        group = get_group(part)
        group.help = told
        return group
    alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
    alone.command(command, help=getattr(module, "EXAMPLES", None))(part)
    return get_command(alone)


def _loaded(name: str) -> ModuleType:
    """The module, loaded without looking for garbage: there is none yet, and looking takes a fifth of the time."""
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.enable()
        gc.freeze()


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.callback()
def about() -> None:
    """Residents adopt public green; staff decide; analysts take exact layers away."""
