"""A layer as a GeoDataFrame, for notebooks and maps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import geopandas
import pandas as pd
import shapely
from sqlalchemy import func
from sqlalchemy.orm import Session

from geo_service.catalogue.cql import FilterLanguage
from geo_service.catalogue.definition import GEOMETRIE
from geo_service.catalogue.kinds import Kind
from geo_service.catalogue.query import Box
from geo_service.catalogue.registry import Catalogue, load_catalogue
from geo_service.catalogue.selection import Selection, Wish, chosen
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.db.engine import look_at, make_engine
from geo_service.errors import N_, NotFound
from geo_service.geometry import RD


def read(
    source: Session | str,
    layer_id: str,
    bbox: Box | None = None,
    crs: int | str = RD,
    at: date | None = None,
    catalogue: Catalogue | None = None,
    *,
    bbox_crs: int | str | None = None,
    filter: str | None = None,
    filter_lang: FilterLanguage = "cql2-text",
    filter_crs: int | str | None = None,
    columns: Sequence[str] | None = None,
) -> geopandas.GeoDataFrame:
    """Read a published layer from an open session, or from the address of a database (``postgresql://…``).

    Parameters
    ----------
    bbox
        (xmin, ymin, xmax, ymax) in ``bbox_crs`` (``crs`` when absent), longitude first; features that touch it are read.
    crs
        EPSG code of the result: 28992 in metres, 4326 in degrees; ``"EPSG:28992"`` and ``"CRS84"`` are understood too.
    at
        The day (Amsterdam) to show; today by default.
    filter
        CQL2 (``filter_lang``: ``"cql2-text"`` or ``"cql2-json"``); its geometries are in ``filter_crs`` (``crs`` when absent).
    columns
        Only these columns, in the order of the layer; the geometry is always there.

    Days and moments are ``datetime64``; ``.attrs`` has the title, description, licence, source, owner, day (``at``), and per column its
    text (``columns``) and unit (``units``). ``NotFound``: there is no such layer; ``InvalidInput``: something that was asked is wrong.

    Examples
    --------
    >>> read("postgresql:///zelfbeheer", "zelfbeheerplekken", at=date(2020, 6, 1)).oppervlakte_m2.sum()  # doctest: +SKIP
    >>> read("postgresql:///zelfbeheer", "groenobjecten", filter="soort_groen = 'heesters'", columns=["lokaal_id"])  # doctest: +SKIP
    """
    layer = (catalogue or load_catalogue(content_root())).get(layer_id)
    if layer is None:
        raise NotFound(N_("There is no layer {layer}."), layer=layer_id)
    with _opened(source) as session:
        wish = Wish(at or _day_of(session), crs, bbox, bbox_crs, filter, filter_lang, filter_crs, columns)
        return _frame(session, Selection(**chosen(session, layer, wish)), at)


@contextmanager
def _opened(source: Session | str) -> Iterator[Session]:
    """The session that was given, or one of our own on this database."""
    if not isinstance(source, str):
        yield source
        return
    engine = make_engine(source, pool_size=1)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _frame(session: Session, selection: Selection, at: date | None) -> geopandas.GeoDataFrame:
    query = selection.select()
    wanted = [func.st_asbinary(part).label(GEOMETRIE) if part.name == GEOMETRIE else part for part in query.selected_columns]
    rows = _look(session, query.with_only_columns(*wanted), at)
    columns = {name: _values([row[i] for row in rows], selection.kinds[name]) for i, name in enumerate(selection.columns)}
    shapes = shapely.from_wkb([row[-1] for row in rows])
    frame = geopandas.GeoDataFrame(columns, geometry=geopandas.GeoSeries(shapes, crs=selection.crs), crs=selection.crs)
    frame.attrs = selection.told()
    return frame


def _values(values: list[Any], kind: Kind) -> Any:
    """A column that has its type also when it is empty or has holes."""
    if kind == "date":
        return pd.Series(values, dtype="datetime64[s]")
    if kind == "moment":
        return pd.Series(values, dtype="datetime64[us, UTC]")
    if kind == "number":
        return pd.Series(values, dtype="float64")
    if kind == "integer" and None not in values:
        return pd.Series(values, dtype="int64")
    return pd.Series(values, dtype="float64" if kind == "integer" else None)


def _day_of(session: Session) -> date:
    """The day that the session looks at."""
    looking = session.scalar(func.current_setting("geo.as_of", True))
    return date.fromisoformat(looking) if looking else day_of(datetime.now(UTC))


def _look(session: Session, query: Any, at: date | None) -> list[Any]:
    """Run a query as of a day, and leave the session looking at the day that it had."""
    if at is None:
        return list(session.execute(query))
    before = session.scalar(func.current_setting("geo.as_of", True))
    look_at(session, at)
    rows = list(session.execute(query))
    look_at(session, date.fromisoformat(before) if before else None)
    return rows
