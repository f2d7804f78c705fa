"""A map as one HTML file that opens offline."""

from collections.abc import Callable
from pathlib import Path

from geo_service.cartography.document import in_one_file
from geo_service.cartography.view import MapParts
from geo_service.catalogue.export import appearing


def write(parts: MapParts, content: Callable[[str], str], path: Path) -> int:
    """Write the file whole or not at all, and return its size in bytes. ``content`` gives the text of an asset by its name."""
    with appearing(path, "html", force=True) as part:
        return part.write_bytes(in_one_file(parts, content).encode())
