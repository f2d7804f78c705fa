"""Pages that stay right while others write: each starts after the last row of the one before, by the values that it is sorted by.

A row that comes, goes or changes between two pages never makes another row appear twice or get lost.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, column, false, literal, or_

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import Kind
from geo_service.errors import N_, InvalidInput

BROKEN = N_("This is no page of this question. Start again without cursor.")
LONGEST = 8192
INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
NUMBER = re.compile(r"[+-]?([0-9]{1,300}(\.[0-9]{0,300})?|\.[0-9]{1,300})(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
BOOLEANS = {"true": True, "false": False}
WRONG: dict[Kind, str] = {
    "text": N_("This is no text."),
    "integer": N_("This is no whole number."),
    "number": N_("This is no number."),
    "boolean": N_("This is neither true nor false."),
    "date": N_("This is no day (2024-05-31)."),
    "moment": N_("This is no moment (2024-05-31T12:00:00Z)."),
}


@dataclass(frozen=True)
class Order:
    """Sorted by one column; empty values count as the largest."""

    name: str
    down: bool = False


@dataclass(frozen=True)
class Cursor:
    """Where a page starts: after (or, going back, before) a row with these values."""

    values: tuple[Any, ...]
    back: bool = False


def complete(layer: LayerDefinition, wished: Sequence[Order] = ()) -> tuple[Order, ...]:
    """The wished order, made unique by the key of the layer."""
    return (*wished, *(() if any(order.name == layer.key for order in wished) else (Order(layer.key),)))


def turned(order: Sequence[Order]) -> tuple[Order, ...]:
    """The order of a page that is read backwards."""
    return tuple(Order(part.name, not part.down) for part in order)


def sorting(order: Sequence[Order]) -> list[ColumnElement[Any]]:
    """For ORDER BY. PostgreSQL itself takes empty values as the largest."""
    return [column(part.name).desc() if part.down else column(part.name) for part in order]


def beyond(order: Sequence[Order], values: Sequence[Any], key: str) -> ColumnElement[bool]:
    """The rows that come after these values. Only the key is never empty."""
    ways: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for part, value in zip(order, values, strict=True):
        ways.append(and_(*same, _after(column(part.name), value, down=part.down, empties=part.name != key)))
        same.append(column(part.name).is_(None) if value is None else column(part.name) == literal(value))
    return or_(*ways)


def _after(name: ColumnElement[Any], value: Any, *, down: bool, empties: bool) -> ColumnElement[bool]:
    if value is None:
        return name.is_not(None) if down else false()
    bound = literal(value)  # also true and false
    if down:
        return name < bound
    return or_(name > bound, name.is_(None)) if empties else name > bound


def write_cursor(question: str, values: Sequence[str | None], *, back: bool) -> str:
    """A cursor for links: the values as the database writes them, tied to its question."""
    return base64.urlsafe_b64encode(orjson.dumps([question, int(back), list(values)])).decode().rstrip("=")


def read_cursor(text: str, question: str, order: Sequence[Order], kinds: Mapping[str, Kind]) -> Cursor:
    """The cursor of a link. ``InvalidInput`` when it is broken, or belongs to another question."""
    try:
        told, back, values = orjson.loads(base64.b64decode(f"{text[:LONGEST]}{'=' * (-len(text) % 4)}", b"-_", validate=True))
        if told != question or back not in (0, 1) or not isinstance(values, list) or len(values) != len(order):
            raise InvalidInput(BROKEN)
        return Cursor(tuple(_value(value, kinds[part.name]) for value, part in zip(values, order, strict=True)), bool(back))
    except (binascii.Error, orjson.JSONDecodeError, TypeError, ValueError, InvalidInput):
        raise InvalidInput(BROKEN) from None


def _value(value: Any, kind: Kind) -> Any:
    if value is not None and not isinstance(value, str):
        raise InvalidInput(BROKEN)
    return None if value is None else read_value(value, kind)


def read_value(text: str, kind: Kind) -> Any:
    """A value of a column as somebody wrote it; ``InvalidInput`` when it is of another kind."""
    try:
        value = READERS[kind](text)
    except (ValueError, KeyError, InvalidOperation):
        value = None
    if value is None:
        raise InvalidInput(WRONG[kind])
    return value


def _moment(text: str) -> datetime | None:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else None


READERS: dict[Kind, Callable[[str], Any]] = {
    "text": lambda text: None if "\x00" in text else text,
    "integer": lambda text: int(text) if INTEGER.fullmatch(text) else None,
    "number": lambda text: Decimal(text) if NUMBER.fullmatch(text) else None,
    "boolean": lambda text: BOOLEANS[text],
    "date": date.fromisoformat,
    "moment": _moment,
}
