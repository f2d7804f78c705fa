"""Features of a layer as GeoJSON, made by the database from the stored geometry; a page is one list of texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, column, func, literal_column, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from geo_service.catalogue.cql import blaming_the_filter
from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.geojson import feature_text
from geo_service.catalogue.keyset import Cursor, Order, beyond, complete, sorting, turned
from geo_service.catalogue.query import Box, select_layer

PATIENCE = "20s"


@dataclass(frozen=True)
class Question:
    """Which features, in which order, with which columns, in which system (``stored``: 28992, 4326 or 3857)."""

    layer: LayerDefinition
    columns: tuple[str, ...]
    stored: int
    decimals: int
    latitude_first: bool = False
    bbox: Box | None = None
    bbox_stored: int | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()
    wished: tuple[Order, ...] = ()

    @property
    def order(self) -> tuple[Order, ...]:
        """The whole order, without ties."""
        return complete(self.layer, self.wished)

    @property
    def all_of_it(self) -> bool:
        """Nothing is left out."""
        return self.bbox is None and not self.conditions

    def rows(self, *more: ColumnElement[bool]) -> Select[Any]:
        """The rows, unsorted, with what sorting and the key need beside the columns."""
        needed = {*self.columns, *(part.name for part in self.order), self.layer.key}
        where = and_(*self.conditions, *more) if self.conditions or more else None
        columns = [name for name in self.layer.columns if name in needed]
        return select_layer(self.layer, self.bbox, self.stored, bbox_crs=self.bbox_stored, where=where, columns=columns)

    def as_text(self, rows: Any) -> ColumnElement[str]:
        """Each of these rows as a GeoJSON feature."""
        shape = rows.c[GEOMETRIE]
        return feature_text(rows.c, self.layer.key, shape, self.columns, self.decimals, latitude_first=self.latitude_first)


@dataclass(frozen=True)
class Page:
    """Features in their order. ``first``, ``last``: by which values they are sorted. ``matched``: when it was counted."""

    features: list[str] = field(default_factory=list)
    first: tuple[str | None, ...] = ()
    last: tuple[str | None, ...] = ()
    more: bool = False
    matched: int | None = None


def page(session: Session, asked: Question, limit: int, start: Cursor | None = None, offset: int = 0, *, counted: bool = False) -> Page:
    """One page. ``more``: in the direction that it was read, more follow. ``counted``: tell as well how many match in all."""
    back = start is not None and start.back
    order = turned(asked.order) if back else asked.order
    rows = asked.rows(*([beyond(order, start.values, asked.layer.key)] if start else []))
    if counted:
        rows = rows.add_columns(func.count().over().label("matched"))
    wanted = rows.order_by(*sorting(order)).limit(limit + 1).offset(offset or None).subquery()
    marks = [as_type(wanted.c[part.name], Text) for part in asked.order]
    total = [wanted.c.matched] if counted else []
    parts: list[ColumnElement[Any]] = [asked.as_text(wanted), *marks, *total]
    found = _run(session, asked, select(*parts))
    matched = (found[0][-1] if found else None if offset else 0) if counted else None
    shown = found[:limit][::-1] if back else found[:limit]
    if not shown:
        return Page(matched=matched)
    size = len(marks)
    return Page([row[0] for row in shown], tuple(shown[0][1 : 1 + size]), tuple(shown[-1][1 : 1 + size]), len(found) > limit, matched)


def count(session: Session, asked: Question) -> int:
    """How many features match in all."""
    rows = asked.rows().with_only_columns(literal_column("1").label("one"), maintain_column_froms=True).subquery()
    return int(_run(session, asked, select(func.count()).select_from(rows))[0][0])


def feature(session: Session, asked: Question, key: Any) -> str | None:
    """The feature with this key, if it is there on the day that the session looks at."""
    wanted = asked.rows(column(asked.layer.key) == key).limit(1).subquery()
    found: str | None = session.scalar(select(asked.as_text(wanted)))
    return found


def _run(session: Session, asked: Question, query: Select[Any]) -> Sequence[Any]:
    """A question with a filter may not take for ever, and is to blame for what the database cannot work out."""
    if asked.conditions:
        session.execute(text("select set_config('statement_timeout', :patience, true)"), {"patience": PATIENCE})
    with blaming_the_filter(asked.conditions or None):
        return session.execute(query).all()
