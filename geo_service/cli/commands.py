"""The tree of commands. Each has a file of its own, which is loaded when somebody asks for it: all together take seconds."""

import gc
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

COMMANDS = {
    "serve": "serve.serve",
    "work": "work.work",
    "import": "imports.import_source",
    "check": "check.check",
    "coverage": "coverage.coverage",
    "db": "database.app",
    "crs": "crs.app",
    "layers": "layers.app",
    "rasters": "rasters.app",
    "maps": "maps.app",
    "people": "people.app",
}
"""Where each command (a function) or group (a Typer) is, in this folder."""


class Commands(TyperGroup):
    """The commands by name, found when they are asked for."""

    def list_commands(self, _ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return list(COMMANDS)

    def get_command(self, _ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]
        if cmd_name not in COMMANDS:
            return None
        place, _, name = COMMANDS[cmd_name].partition(".")
        module = _loaded(f"geo_service.cli.{place}")
        part = getattr(module, name)
        if isinstance(part, typer.Typer):
            return get_group(part)
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        alone.command(cmd_name, help=getattr(module, "EXAMPLES", None))(part)
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
