"""A layer as a GeoDataFrame, for notebooks and maps."""

from datetime import date
from typing import Any

import geopandas
import shapely
from sqlalchemy import func
from sqlalchemy.orm import Session

from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.query import Box, parse_bbox, select_layer
from geo_service.catalogue.registry import Catalogue, load_catalogue
from geo_service.content import content_root
from geo_service.db.engine import look_at, make_engine
from geo_service.errors import N_, NotFound
from geo_service.geometry import RD


def read(
    source: Session | str, layer_id: str, bbox: Box | None = None, crs: int = RD, at: date | None = None, catalogue: Catalogue | None = None
) -> geopandas.GeoDataFrame:
    """Read a published layer.

    Parameters
    ----------
    source
        An open session, or the address of a database (``postgresql://…``).
    bbox
        (xmin, ymin, xmax, ymax) in ``crs``, longitude first; features that touch it are read.
    crs
        EPSG code of the result: 28992 in metres, 4326 in degrees.
    at
        The day (Amsterdam) to show; today by default.

    Examples
    --------
    >>> plekken = read("postgresql:///zelfbeheer", "zelfbeheerplekken", at=date(2020, 6, 1))  # doctest: +SKIP
    >>> plekken.oppervlakte_m2.sum()  # doctest: +SKIP
    """
    if isinstance(source, str):
        engine = make_engine(source, pool_size=1)
        try:
            with Session(engine) as session:
                return read(session, layer_id, bbox, crs, at, catalogue)
        finally:
            engine.dispose()
    layer = (catalogue or load_catalogue(content_root())).get(layer_id)
    if layer is None:
        raise NotFound(N_("There is no layer {layer}."), layer=layer_id)
    query = select_layer(layer, parse_bbox(bbox), crs)
    wanted = [func.st_asbinary(part).label(GEOMETRIE) if part.name == GEOMETRIE else part for part in query.selected_columns]
    rows = _look(source, query.with_only_columns(*wanted), at)
    columns = {name: [row[i] for row in rows] for i, name in enumerate(layer.columns)}
    shapes = shapely.from_wkb([row[-1] for row in rows])
    return geopandas.GeoDataFrame(columns, geometry=geopandas.GeoSeries(shapes, crs=crs), crs=crs)


def _look(session: Session, query: Any, at: date | None) -> list[Any]:
    """Run a query as of a day, and leave the session looking at the day that it had."""
    if at is None:
        return list(session.execute(query))
    before = session.scalar(func.current_setting("geo.as_of", True))
    look_at(session, at)
    rows = list(session.execute(query))
    look_at(session, date.fromisoformat(before) if before else None)
    return rows
