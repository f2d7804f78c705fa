"""``geo-service maps``: the maps of the content folder, and a map as one file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from geo_service.cartography import single_file
from geo_service.cartography.folium_map import draw
from geo_service.cartography.registry import as_markdown, load_maps
from geo_service.cartography.view import view_of
from geo_service.catalogue.registry import load_catalogue
from geo_service.cli.common import err, language, out, read_settings, session
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.errors import N_
from geo_service.web.assets import asset_text
from geo_service.words import say

app = typer.Typer(no_args_is_help=True)
WRITTEN = N_("{file}: {size} kB, opens without a server.")


@app.command("list")
def list_maps(markdown: Annotated[bool, typer.Option(help="As the text of maps/README.md.")] = False) -> None:
    """Show every map with its title, audience and levels.

    Example: [bold]geo-service maps list[/bold]
    """
    content = content_root(read_settings().content_dir)
    maps = load_maps(content, load_catalogue(content))
    if markdown:
        print(as_markdown(maps), end="")  # noqa: T201 - as it is, without wrapping
        return
    table = Table("id", "title", "audience", "levels", "layers", box=None)
    for each in maps.values():
        title = each.title.say(language())
        table.add_row(each.id, title, each.audience, ", ".join(each.choropleth.levels), ", ".join(each.layers()))
    out.print(table)


@app.command()
def build(
    map_id: Annotated[str, typer.Argument(metavar="MAP", help="The map, for example dekking.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The HTML file to write.")],
    level: Annotated[str | None, typer.Option("--niveau", help="stadsdelen, wijken or buurten.")] = None,
    at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to show; today by default.")] = None,
) -> None:
    """Write a map as one HTML file that opens offline, without anything from another host.

    Examples: [bold]geo-service maps build dekking -o dekking.html[/bold] ·
    [bold]geo-service maps build dekking --niveau buurten --at 2020-01-01 -o dekking-2020.html[/bold]
    """
    with session() as (opened, open_session):
        definition = load_maps(opened.content, opened.catalogue).find(map_id, staff=True)
        view = view_of(definition, level, at.date() if at else day_of(datetime.now(UTC)), language())
        with err.status(definition.title.say(language())):
            parts = draw(open_session, definition, opened.catalogue, view, served=False)
            size = single_file.write(parts, asset_text, output)
    out.print(say(WRITTEN, language(), file=str(output), size=size // 1000), soft_wrap=True, highlight=False)
