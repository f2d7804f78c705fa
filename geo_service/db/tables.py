"""Every table of the product in one metadata; only migrations and their tests need them all at once."""

import importlib
from importlib.util import find_spec

from sqlalchemy import MetaData

from geo_service.content import PACKAGE
from geo_service.db.base import Base


def all_tables() -> MetaData:
    """Import the ``models`` of each room by its file name, and return their metadata."""
    for file in sorted(PACKAGE.rglob("models.py")):
        name = ".".join(("geo_service", *file.relative_to(PACKAGE).with_suffix("").parts))
        if find_spec(name):
            importlib.import_module(name)
    return Base.metadata
