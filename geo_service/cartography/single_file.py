"""A map as one HTML file that opens offline."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from geo_service.cartography.document import in_one_file
from geo_service.cartography.view import MapParts
from geo_service.errors import N_, SetupError

NO_FOLDER = N_("There is no folder {folder}.")


def write(parts: MapParts, content: Callable[[str], str], path: Path) -> int:
    """Write the file whole or not at all, and return its size in bytes. ``content`` gives the text of an asset by its name."""
    if not path.parent.is_dir():
        raise SetupError(NO_FOLDER, folder=str(path.parent))
    document = in_one_file(parts, content).encode()
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document)
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return len(document)
