"""Features of a layer as GeoJSON, made by the database from the stored geometry; a page is one list of texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, Text, and_, bindparam, column, func, literal_column, select
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.orm import Session

from geo_service.catalogue.cql import blaming_the_filter
from geo_service.catalogue.definition import GEOMETRIE, VERSIE, LayerDefinition
from geo_service.catalogue.geojson import feature_text
from geo_service.catalogue.keyset import Cursor, Order, beyond, complete, sorting, turned
from geo_service.catalogue.query import Box, in_box, outlines, place, select_layer, view_of
from geo_service.db.lookups import Lookup, Lookups, rows

WHICH = "/* which */ true"
"""Stands in a frame where the condition of a question comes."""
DIALECT = psycopg_dialect()


@dataclass(frozen=True)
class Shown:
    """How features are shown: which columns, in which system (``stored``: 28992, 4326 or 3857)."""

    columns: tuple[str, ...]
    stored: int
    decimals: int
    latitude_first: bool = False


@dataclass(frozen=True)
class Question:
    """Which features, in which order, and how they are shown."""

    layer: LayerDefinition
    shown: Shown
    bbox: Box | None = None
    bbox_stored: int = 4326
    conditions: tuple[ColumnElement[bool], ...] = ()
    wished: tuple[Order, ...] = ()

    @property
    def order(self) -> tuple[Order, ...]:
        """The order that was wished, made total by the key of the layer."""
        return complete(self.layer, self.wished)

    @property
    def all_of_it(self) -> bool:
        """Whether neither a box nor a filter leaves features out."""
        return self.bbox is None and not self.conditions

    def which(self, *more: ColumnElement[bool]) -> tuple[str, dict[str, Any]]:
        """The condition of this question, and more, as text with its values. That of a box is written once for all boxes of a system."""
        texts: list[str] = []
        values: dict[str, Any] = {}
        if self.bbox:
            boxes = outlines(self.bbox, self.bbox_stored)
            text, fixed = _inside(self.layer.fingerprint, _Same(self.layer), self.bbox_stored, len(boxes))
            numbers = {name: number for which, box in enumerate(boxes) for name, number in box.named(which).items()}
            texts.append(text)
            values.update({**fixed, **_marked("box", numbers)})
        if rest := (*self.conditions, *more):
            text, bound = _written(and_(*rest), "where")
            texts.append(text)
            values.update(bound)
        return " AND ".join(f"({text})" for text in texts) or "true", values


@dataclass(frozen=True)
class Page:
    """Features in their order. ``first``, ``last``: by which values they are sorted. ``matched``: when it was counted."""

    features: list[str] = field(default_factory=list)
    first: tuple[str | None, ...] = ()
    last: tuple[str | None, ...] = ()
    more: bool = False
    matched: int | None = None


def page_lookup(asked: Question, limit: int, start: Cursor | None = None, offset: int = 0, *, counted: bool = False) -> Lookup:
    """What gives the rows of one page, and one more when there are more."""
    order = turned(asked.order) if _back(start) else asked.order
    frame = _rows(asked.layer.fingerprint, _Same(asked.layer), asked.shown, order, counted)
    which = asked.which(*([beyond(order, start.values, asked.layer.key)] if start else []))
    return _lookup(frame, which, most=limit + 1, past=offset)


async def page(
    lookups: Lookups,
    asked: Question,
    limit: int,
    start: Cursor | None = None,
    offset: int = 0,
    *,
    at: date | None = None,
    counted: bool = False,
) -> Page:
    """One page, of the day ``at``. ``more``: in the direction that it was read, more follow. ``counted``: tell as well how many match in
    all."""
    with blaming_the_filter(asked.conditions or None):
        found = await lookups.rows(page_lookup(asked, limit, start, offset, counted=counted).on(at))
    matched = (found[0][-1] if found else None if offset else 0) if counted else None
    shown = found[:limit][::-1] if _back(start) else found[:limit]
    if not shown:
        return Page(matched=matched)
    size = len(asked.order)
    return Page([row[0] for row in shown], tuple(shown[0][1 : 1 + size]), tuple(shown[-1][1 : 1 + size]), len(found) > limit, matched)


def _back(start: Cursor | None) -> bool:
    return start is not None and start.back


async def count(lookups: Lookups, asked: Question, at: date | None = None) -> int:
    """How many features match in all."""
    with blaming_the_filter(asked.conditions or None):
        found = await lookups.rows(_lookup(_number(asked.layer.fingerprint, _Same(asked.layer)), asked.which()).on(at))
    return int(found[0][0])


def feature(session: Session, asked: Question, key: Any) -> str | None:
    """The feature with this key, if it is there on the session's day (``look_at``)."""
    frame = _rows(asked.layer.fingerprint, _Same(asked.layer), asked.shown, asked.order, False)
    found = rows(session, _lookup(frame, asked.which(column(asked.layer.key) == key), most=1, past=0))
    return found[0][0] if found else None


def version(session: Session, layer: LayerDefinition, key: Any) -> str | None:
    """What an editor of the feature with this key sees of its version; None when it is not there on this day."""
    view = view_of(layer)
    told: str | None = session.scalar(select(view.c[VERSIE]).where(view.c[layer.key] == key))
    return told


class _Same:
    """A layer as an argument that does not count for the memory of frames: its fingerprint does."""

    def __init__(self, layer: LayerDefinition) -> None:
        self.layer = layer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)

    def __hash__(self) -> int:
        return 0


@lru_cache(1000)
def _rows(_fingerprint: str, same: _Same, shown: Shown, order: tuple[Order, ...], counted: bool) -> tuple[str, dict[str, Any]]:
    """The frame of a page: features as text, what they are sorted by, and how many there are. Making it takes longer than running it."""
    layer = same.layer
    needed = {*shown.columns, *(part.name for part in order), layer.key}
    rows = select_layer(layer, crs=shown.stored, where=literal_column(WHICH), columns=[name for name in layer.columns if name in needed])
    if counted:
        rows = rows.add_columns(func.count().over().label("matched"))
    wanted = rows.order_by(*sorting(order)).limit(bindparam("most")).offset(bindparam("past")).subquery()
    source = _worked_out(layer, shown, wanted) if layer.enclosed else wanted
    told = feature_text(source.c, layer.key, source.c[GEOMETRIE], shown.columns, shown.decimals, latitude_first=shown.latitude_first)
    marks = [as_type(wanted.c[part.name], Text) for part in order]
    parts: list[ColumnElement[Any]] = [told, *marks, *([wanted.c.matched] if counted else [])]
    return _written(select(*parts).select_from(wanted, *([] if source is wanted else [source])))


def _worked_out(layer: LayerDefinition, shown: Shown, wanted: Subquery) -> FromClause:
    """Where the view computes geometry: only that of the rows that were chosen already."""
    key = literal_column(layer.key) == wanted.c[layer.key]
    return select_layer(layer, crs=shown.stored, where=key, columns=[*shown.columns, layer.key]).offset(0).lateral()


@lru_cache(1000)
def _inside(_fingerprint: str, same: _Same, crs: int, boxes: int) -> tuple[str, dict[str, Any]]:
    return _written(in_box(same.layer, view_of(same.layer), [place(which) for which in range(boxes)], crs), "box")


@lru_cache(1000)
def _number(_fingerprint: str, same: _Same) -> tuple[str, dict[str, Any]]:
    rows = select_layer(same.layer, where=literal_column(WHICH), columns=[same.layer.key]).subquery()
    return _written(select(func.count()).select_from(rows))


def _written(query: Select[Any] | ColumnElement[Any], mark: str = "") -> tuple[str, dict[str, Any]]:
    """A query, or a part of one, as text with its values. The names of values of parts that come together begin with their mark."""
    made = query.compile(dialect=DIALECT)
    return (re.sub(r"%\((\w+)\)s", rf"%({mark}_\1)s", str(made)) if mark else str(made)), _marked(mark, made.params)


def _marked(mark: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{mark}_{name}": value for name, value in values.items()} if mark else dict(values)


def _lookup(frame: tuple[str, dict[str, Any]], which: tuple[str, dict[str, Any]], **values: Any) -> Lookup:
    """A frame with its condition."""
    return Lookup(frame[0].replace(WHICH, which[0]), {**frame[1], **which[1], **values})
