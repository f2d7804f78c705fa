"""A layer as a file to take away. Memory stays flat, and a file that is not whole never looks whole."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.formats import find_format
from geo_service.catalogue.order import BROKEN, Export, Progress
from geo_service.catalogue.selection import Wish, chosen
from geo_service.errors import N_, Conflict, InvalidInput, SetupError

NOT_A_FILE = N_("{path} is not a file.")


def order(session: Session, layer: LayerDefinition, format: str, wish: Wish, style: str | None = None) -> Export:
    """An export; without ``crs`` in RD, and GeoJSON in CRS84 as RFC 7946 wants. What is wrong with the wish is ``InvalidInput``."""
    found = find_format(format)
    if style is not None and (style, found.name) != ("qgis", "gpkg"):
        raise InvalidInput(N_("The only style is qgis, in a gpkg."))
    return Export(**chosen(session, layer, wish, found.crs), format=found, style=style)


def save(url: str, wanted: Export, target: Path, *, force: bool = False, progress: Progress | None = None) -> None:
    """Write the export to ``target``. It appears under its name only when it is whole."""
    with appearing(target, wanted.format.extension, force=force) as part:
        write_file(url, wanted, part, progress)


@contextmanager
def appearing(target: Path, extension: str, *, force: bool) -> Iterator[Path]:
    """A path to write to, in a folder of its own beside the target; what is there at the end gets the name of the target."""
    require_free(target, force=force)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=target.parent) as folder:
        part = Path(folder) / f"part.{extension}"
        yield part
        part.replace(target)


def require_free(target: Path, *, force: bool) -> None:
    """Refuse a name that is taken, a device or folder of that name, and a folder that is not there, before any work is done."""
    if target.exists() and not target.is_file():
        raise InvalidInput(NOT_A_FILE, path=str(target))
    if target.exists() and not force:
        raise Conflict(N_("{path} exists already; --force replaces it."), path=str(target))
    if not target.parent.is_dir():
        raise InvalidInput(N_("There is no folder {path}."), path=str(target.parent))


def write_file(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """Write the export to a new file in a folder of its own; what breaks is told as ``SetupError``."""
    try:
        if wanted.format.write:
            wanted.format.write(url, wanted, path, progress)
        elif wanted.format.stream:
            with path.open("wb") as file:
                for piece in wanted.format.stream(url, wanted, progress):
                    file.write(piece)
    except (psycopg.Error, OSError) as error:
        raise SetupError(BROKEN, fault=str(error).splitlines()[0]) from error
