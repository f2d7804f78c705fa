"""``geo-service db reader``: logins for QGIS, psql and GDAL that see the layers of one audience and nothing else; some edit zones."""

from enum import StrEnum
from typing import Annotated

import typer

from geo_service.cli.common import err, installation, language, out
from geo_service.db import readers
from geo_service.errors import N_
from geo_service.words import say

app = typer.Typer(no_args_is_help=True, help="Logins that read layers directly (docs/qgis.md).")
Name = Annotated[str, typer.Argument(help="Name of the login.", show_default=False)]


class Audience(StrEnum):
    """Whose layers."""

    public = "public"
    staff = "staff"


@app.command()
def add(
    name: Name,
    audience: Annotated[Audience, typer.Option(help="public: the public layers; staff: all layers.")],
    edit: Annotated[bool, typer.Option("--edit", help="Also edit the layers that can be edited (zones).")] = False,
) -> None:
    """Make a login and show its password once.

    Example: geo-service db reader add qgis_beheer --audience staff
    Example: geo-service db reader add qgis_zones --audience staff --edit
    """
    with installation() as opened:
        _tell(readers.add(opened.url, name, audience.value, edits=edit), readers.address(opened.url, name))


@app.command()
def rotate(name: Name) -> None:
    """Give a login a new password and show it once."""
    with installation() as opened:
        _tell(readers.rotate(opened.url, name), readers.address(opened.url, name))


@app.command()
def drop(name: Name) -> None:
    """Remove a login; connections that are open stay until they close."""
    with installation() as opened:
        readers.drop(opened.url, name)
    out.print(say(N_("{name} is removed."), language(), name=name), markup=False)


@app.command("list")
def list_readers() -> None:
    """The logins, and whose layers they read."""
    with installation() as opened:
        for name, audience in readers.listed(opened.url):
            out.print(f"{name}  {audience}", markup=False, highlight=False)


def _tell(password: str, address: str) -> None:
    """The password goes to standard output alone, so that it can be piped to where it is kept."""
    err.print(address, markup=False)
    if address.startswith("host='/"):
        err.print(say(N_("Set GEO_DATABASE_PORT to let QGIS on this machine in; without it there is only this socket."), language()))
    err.print(say(N_("The password is shown once:"), language()), markup=False)
    print(password)  # noqa: T201  (as it is, for a pipe)
