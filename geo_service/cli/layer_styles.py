"""``geo-service layers style`` and ``layers project``: how the layers look, for other programs."""

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.export import require_free
from geo_service.catalogue.project.plan import load_plan
from geo_service.catalogue.project.service import make_project
from geo_service.catalogue.project.sources import Database, Service
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.registry import load_catalogue
from geo_service.catalogue.styles.maplibre import maplibre, tiles_address
from geo_service.catalogue.styles.qml import qml
from geo_service.catalogue.styles.sld import sld
from geo_service.cli.common import err, installation, language, read_settings
from geo_service.content import content_root
from geo_service.db.engine import transaction
from geo_service.db.readers import place
from geo_service.errors import N_, InvalidInput
from geo_service.words import say

Output = Annotated[Path | None, typer.Option("-o", "--output", help="File to write; without it standard output.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that exists.")]
STAFF = N_("Staff layers are read from the database: add --database.")


class Format(StrEnum):
    """For whom."""

    qml = "qml"
    sld = "sld"
    mapbox = "mapbox"


def style(
    layer: Annotated[str, typer.Argument(help="Id of the layer (geo-service layers list).", show_default=False)],
    format: Annotated[Format, typer.Option(help="qml for QGIS, sld for OGC SLD 1.1, mapbox for MapLibre.")] = Format.qml,
    output: Output = None,
    force: Force = False,
) -> None:
    """Write the style of a layer. No database is needed.

    Example: geo-service layers style zelfbeheerplekken --format sld -o zelfbeheerplekken.sld
    """
    settings = read_settings()
    catalogue = load_catalogue(content_root(settings.content_dir))
    found = catalogue.find_raster(layer, staff=True) if layer in catalogue.rasters else catalogue.find(layer, staff=True)

    def for_maplibre(wanted: LayerDefinition | RasterDefinition) -> str:
        return (
            json.dumps(maplibre(wanted, tiles_address(f"{settings.base_url.rstrip('/')}/ogc/v1", wanted)), ensure_ascii=False, indent=2)
            + "\n"
        )

    writers: dict[Format, Callable[[LayerDefinition | RasterDefinition], str]] = {
        Format.qml: qml, Format.sld: sld, Format.mapbox: for_maplibre
    }  # fmt: skip
    _write(writers[format](found).encode(), output, force=force)


def project(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write, ending in .qgz.", show_default=False)],
    database: Annotated[
        bool, typer.Option("--database", help="Features from the database by a reader's login, in RD (docs/qgis.md).")
    ] = False,
    staff: Annotated[bool, typer.Option("--staff", help="With the layers for staff; only with --database.")] = False,
    force: Force = False,
) -> None:
    """Write a project for QGIS with all layers, styled. It holds no password: QGIS asks for it.

    Examples:

      geo-service layers project -o almere.qgz

      geo-service layers project --database --staff -o beheer.qgz
    """
    if staff and not database:
        raise InvalidInput(STAFF)
    with installation() as opened:
        base = opened.settings.base_url.rstrip("/")
        service = Database(base, *place(opened.url)) if database else Service(base)
        plan = load_plan(opened.content, opened.catalogue)
        with transaction(opened.sessions) as session:
            made = make_project(session, opened.catalogue, plan, service, opened.municipality.name, staff=staff)
    _write(made, output, force=force)


def _write(content: bytes, output: Path | None, *, force: bool) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    require_free(output, force=force)
    output.write_bytes(content)
    err.print(say(N_("Written: {path}"), language(), path=str(output)), markup=False)
