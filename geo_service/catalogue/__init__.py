"""How a layer is published: definition, view, query, tiles, export.

>>> from geo_service.catalogue import read  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo_service.catalogue.frame import read

__all__ = ["read"]


def __getattr__(name: str) -> Any:
    if name == "read":  # geopandas takes a second to import; who only wants a definition does not wait for it
        from geo_service.catalogue.frame import read

        return read
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
