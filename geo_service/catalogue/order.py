"""What is asked of an export, and the connection that it works on: what every format shares."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import ColumnElement, Select

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.query import CRS84, Box, select_layer
from geo_service.errors import N_, InvalidInput
from geo_service.geometry import RD

BROKEN = N_("The export broke off, no file was written: {fault}")
Progress = Callable[[int], None]
"""Called with the number of features that were written since the last call."""


@dataclass(frozen=True)
class Export:
    """What is asked for: a layer as one file, in ``crs``, of the features that touch ``bbox`` (in ``crs``) and meet ``where``,
    as of the day ``at``."""

    layer: LayerDefinition
    format: str
    at: date
    crs: int
    bbox: Box | None = None
    where: ColumnElement[bool] | None = None

    def select(self) -> Select[Any]:
        """The columns of the layer and ``geometrie``."""
        return select_layer(self.layer, self.bbox, self.crs, where=self.where)

    @property
    def file_name(self) -> str:
        """``zelfbeheerplekken_20261121_rd.gpkg``: layer, day, system."""
        system = {RD: "rd", CRS84: "crs84"}.get(self.crs, f"epsg{self.crs}")
        return f"{self.layer.id}_{self.at:%Y%m%d}_{system}.{self.format}"


@contextmanager
def connected(url: str, wanted: Export) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, read-only, that looks at the day of the export."""
    with psycopg.connect(url, options="-c timezone=UTC -c search_path=public -c statement_timeout=0") as connection:
        connection.execute("set transaction read only")
        connection.execute("set local role geo_app")
        connection.execute("select set_config('geo.as_of', %s, true)", [wanted.at.isoformat()])
        if not connection.execute("select 1 from spatial_ref_sys where srid = %s", [wanted.crs]).fetchone():
            raise InvalidInput(N_("The database does not know {crs}."), crs=f"EPSG:{wanted.crs}")
        yield connection
