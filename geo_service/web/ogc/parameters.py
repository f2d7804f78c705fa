"""The parameters of ``items``: from what was written to a question for the catalogue, with every fault told at once."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from fastapi import Request
from sqlalchemy import ColumnElement, column, literal

from geo_service.catalogue.cql import FilterLanguage, read_filter
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.features import Question, Shown
from geo_service.catalogue.keyset import Cursor, Order, complete, read_cursor, read_value
from geo_service.catalogue.kinds import Kind
from geo_service.catalogue.period import during, read_interval
from geo_service.errors import N_, InvalidInput
from geo_service.web.ogc.asked import Reader, read_format
from geo_service.web.ogc.systems import CRS84, System, read_box, system_named

DEFAULT, MOST, FARTHEST = 100, 10_000, 10_000_000
OF_A_PAGE = ("limit", "cursor", "offset")
OF_A_SET = ("bbox", "bbox-crs", "datetime", "at", "filter", "filter-lang", "filter-crs", "sortby")
OF_A_FEATURE = ("crs", "properties")
RESERVED = (*OF_A_SET, *OF_A_FEATURE, *OF_A_PAGE)
DAY = N_("A day is written as 2024-05-31.")
LIMIT = N_("A limit is a whole number of at least 1.")
OFFSET = N_("An offset is a whole number of 0 to {most}.")
LANGUAGE = N_("A filter is written in one of: {languages}.")
NOT_BOTH = N_("Give a cursor or an offset, not both.")
NO_COLUMN = N_("There is no column {name}. Known are: {known}.")


@dataclass(frozen=True)
class Items:
    """What was asked of ``items``. ``id`` is the same for all pages of one question."""

    question: Question
    system: System
    at: date | None
    id: str
    limit: int = DEFAULT
    offset: int = 0
    start: Cursor | None = None


def read_items(request: Request, layer: LayerDefinition, kinds: dict[str, Kind]) -> Items:
    """The question of a page of features; ``InvalidInput`` with all its faults."""
    reader = Reader(request, (*RESERVED, *layer.columns))
    system = reader.read("crs", system_named, CRS84)
    box_system = reader.read("bbox-crs", system_named, CRS84)
    bbox = reader.read("bbox", lambda text: read_box(text, box_system), None)
    unsorted: tuple[Order, ...] = ()
    order = reader.read("sortby", lambda text: read_order(text, layer), unsorted)
    limit = reader.read("limit", read_limit, DEFAULT)
    at, columns = reader.read("at", read_day, None), reader.read("properties", lambda text: read_columns(text, layer), tuple(layer.columns))
    reader.read("f", read_format, None)
    conditions = _conditions(reader, layer, kinds)
    asked = hashlib.sha256(repr((layer.id, sorted(reader.given((*OF_A_SET, *layer.columns)).items()))).encode()).hexdigest()[:12]
    start = reader.read("cursor", lambda text: read_cursor(text, asked, complete(layer, order), kinds), None)
    offset = reader.read("offset", lambda text: read_offset(text, alone="cursor" not in reader.given(("cursor",))), 0)
    reader.done()
    shown = Shown(columns, system.stored, system.decimals, system.latitude_first)
    question = Question(layer, shown, bbox, box_system.stored, conditions, order)
    return Items(question, system, at, asked, limit, offset, start)


def read_feature(request: Request, layer: LayerDefinition) -> Items:
    """The question of one feature."""
    reader = Reader(request, (*OF_A_FEATURE, "at"))
    system = reader.read("crs", system_named, CRS84)
    at, columns = reader.read("at", read_day, None), reader.read("properties", lambda text: read_columns(text, layer), tuple(layer.columns))
    reader.read("f", read_format, None)
    reader.done()
    shown = Shown(columns, system.stored, system.decimals, system.latitude_first)
    return Items(Question(layer, shown), system, at, "")


def _conditions(reader: Reader, layer: LayerDefinition, kinds: dict[str, Kind]) -> tuple[ColumnElement[bool], ...]:
    """Columns that must have a value, the moment or interval, and the filter."""
    made = [reader.read(name, _equal(name, kinds[name]), None) for name in reader.given(layer.columns)]
    made.append(reader.read("datetime", lambda text: during(layer, kinds, read_interval(text)), None))
    system = reader.read("filter-crs", system_named, CRS84)
    language: FilterLanguage = reader.read("filter-lang", read_language, "cql2-text")

    def filtered(text: str) -> ColumnElement[bool]:
        return read_filter(text, layer, kinds, language=language, crs=system.stored, latitude_first=system.latitude_first)

    made.append(reader.read("filter", filtered, None))
    return tuple(condition for condition in made if condition is not None)


def _equal(name: str, kind: Kind) -> Callable[[str], ColumnElement[bool]]:
    return lambda text: column(name) == literal(read_value(text, kind))


def read_language(text: str) -> FilterLanguage:
    """The language of ``filter``, ``cql2-text`` or ``cql2-json``; ``InvalidInput`` for another."""
    for known in get_args(FilterLanguage):
        if text == known:
            return known
    raise InvalidInput(LANGUAGE, languages=", ".join(get_args(FilterLanguage)))


def read_limit(text: str) -> int:
    """A limit above the most is the most, as Part 1 wants."""
    if not re.fullmatch(r"[0-9]+", text, re.ASCII) or not text.strip("0"):
        raise InvalidInput(LIMIT)
    return min(MOST, int(text.lstrip("0")[: len(str(MOST)) + 1]))


def read_offset(text: str, *, alone: bool) -> int:
    """For clients that insist; the pages after it are found by cursor."""
    if not re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) or int(text) > FARTHEST:
        raise InvalidInput(OFFSET, most=FARTHEST)
    if not alone:
        raise InvalidInput(NOT_BOTH)
    return int(text)


def read_day(text: str) -> date:
    """A day as ``2024-05-31``; ``InvalidInput`` when it is none."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidInput(DAY)


def read_order(text: str, layer: LayerDefinition) -> tuple[Order, ...]:
    """``-oppervlakte_m2,naam``: a minus sorts down; a plus, which arrives as a space, sorts up."""
    order = tuple(Order(_known(name.lstrip("+- "), layer.columns), name.startswith("-")) for name in text.split(","))
    return tuple(dict.fromkeys(order))


def read_columns(text: str, layer: LayerDefinition) -> tuple[str, ...]:
    """``naam,status``, in the order of the layer; nothing for no columns at all."""
    wanted = {_known(name, layer.columns) for name in text.split(",")} if text else set()
    return tuple(name for name in layer.columns if name in wanted)


def _known(name: str, columns: Mapping[str, object]) -> str:
    if name not in columns:
        raise InvalidInput(NO_COLUMN, name=name[:80], known=", ".join(columns))
    return name
