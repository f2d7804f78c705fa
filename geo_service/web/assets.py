"""The built front end: hashed files in ``web/static``, found through the manifest that the build writes."""

import json
from functools import cache
from pathlib import Path

from geo_service.errors import N_, NotFound, SetupError

STATIC = Path(__file__).parent / "static"
ADDRESS = "/static"
NOT_BUILT = N_("The pages are not built yet. Run make, or: npm ci && npm run build")


@cache
def _manifest() -> dict[str, str]:
    try:
        manifest: dict[str, str] = json.loads((STATIC / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SetupError(NOT_BUILT) from None
    return manifest


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir())


def asset_url(name: str) -> str:
    """The address of ``site.css`` and the like; it changes with the content."""
    return f"{ADDRESS}/{_manifest()[name]}"


def asset_text(name: str) -> str:
    """The content of an asset, for a document that holds its own."""
    return (STATIC / _manifest()[name]).read_text(encoding="utf-8")


def asset_file(name: str) -> Path:
    """The file behind an address.

    Raises
    ------
    NotFound
        For every name that the build did not write.
    """
    if name not in _names():
        raise NotFound
    return STATIC / name
