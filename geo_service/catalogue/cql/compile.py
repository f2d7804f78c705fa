"""From the tree of a filter to SQL: one table per family of operators; what is in no table is refused."""

import math
import operator
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, not_, or_, true
from sqlalchemy.types import BigInteger, Double

from geo_service.catalogue.cql.reading import NUMBERS, Path, Reading, Value, args_of
from geo_service.catalogue.cql.space import SPATIAL, spatial
from geo_service.catalogue.cql.time import TEMPORAL, instant, temporal
from geo_service.errors import N_

COMPARISON: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": lambda left, right: func.power(left, right),
    "div": lambda left, right: func.trunc(left / right),
    "%": lambda left, right: left - right * func.trunc(left / right),
}
MANY = 1000
EXACT = 2**53
"""Up to here the parser's floats are the whole numbers that were written."""


def condition(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    """What is true or false."""
    reading.step(path)
    if isinstance(node, bool):
        return true() if node else not_(true())
    name = _operation(node)
    if name in LOGIC:
        return LOGIC[name](reading, node, path)
    if name in SPATIAL:
        return spatial(reading, name, node, path)
    if name in TEMPORAL:
        return temporal(reading, name, node, path, value)
    told = value(reading, node, path)
    if told.kind != "boolean":
        raise reading.wrong_kind(path, told.kind, "boolean")
    return told.expression


def value(reading: Reading, node: Any, path: Path) -> Value:
    """A column, a literal, or what is made of them."""
    reading.step(path)
    if isinstance(node, bool | int | float | str):
        return _literal(reading, node, path)
    name = _operation(node)
    if name in LOGIC or name in SPATIAL or name in TEMPORAL:
        return Value(condition(reading, node, path), "boolean")
    if name in ARITHMETIC:
        return _arithmetic(reading, name, node, path)
    if name == "casei":
        ((arg, at),) = args_of(reading, node, path, 1)
        return Value(func.lower(_text(reading, arg, at).expression), "text")
    if name is not None:
        text = N_("There is no function {name} (at {place}). There are: {known}.")
        known = ["CASEI", *(known.upper() for known in (*SPATIAL, *TEMPORAL))]
        raise reading.fault(path, text, name=name[:60], known=", ".join(known))
    if isinstance(node, dict):
        if "property" in node:
            return reading.column(node["property"], path)
        if len(node) == 1 and ("date" in node or "timestamp" in node):
            return instant(reading, node, path)
    raise reading.fault(path, N_("At {place} stands no column and no value."))


def _operation(node: Any) -> str | None:
    """The operator in small letters; none for a column or a literal."""
    return str(node["op"]).lower() if isinstance(node, dict) and "op" in node else None


def _literal(reading: Reading, told: bool | int | float | str, path: Path) -> Value:
    if isinstance(told, bool):
        return Value(literal(told), "boolean", told)
    if isinstance(told, str):
        if "\0" in told:
            raise reading.fault(path, N_("The text at {place} holds a character that no text can hold."))
        return Value(literal(told, Text()), "text", told)
    if not math.isfinite(told):
        raise reading.fault(path, N_("The number at {place} is too large."))
    whole = float(told).is_integer() and abs(told) < EXACT
    return Value(literal(int(told), BigInteger()) if whole else literal(told, Double()), "integer" if whole else "number", told)


def _arithmetic(reading: Reading, name: str, node: Any, path: Path) -> Value:
    """Everything is worked out with double precision: whole numbers divide like others."""
    sides: list[ColumnElement[Any]] = []
    for arg, at in args_of(reading, node, path, 2):
        told = value(reading, arg, at)
        if told.kind not in NUMBERS:
            raise reading.wrong_kind(at, told.kind, "number")
        sides.append(cast(told.expression, Double()))
    return Value(ARITHMETIC[name](*sides), "number")


def _text(reading: Reading, node: Any, path: Path) -> Value:
    told = value(reading, node, path)
    if told.kind != "text":
        raise reading.wrong_kind(path, told.kind, "text")
    return told


def _alike(reading: Reading, args: list[tuple[Any, Path]]) -> list[ColumnElement[Any]]:
    """The arguments as expressions, told when they cannot be compared with the first."""
    if any(arg is None for arg, _ in args):
        raise reading.fault(args[0][1], N_("Nothing equals NULL (at {place}): write IS NULL."))
    told = [value(reading, arg, at) for arg, at in args]
    wanted = next((each.kind for each in told if each.told is None), told[0].kind)
    for each, (_, at) in zip(told, args, strict=True):
        if each.kind != wanted and not (each.kind in NUMBERS and wanted in NUMBERS):
            raise reading.wrong_kind(at, each.kind, wanted)
    return [each.expression for each in told]


def _compare(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    left, right = _alike(reading, args_of(reading, node, path, 2))
    result: ColumnElement[bool] = COMPARISON[str(node["op"])](left, right)
    return result


def _between(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    told, least, most = _alike(reading, args_of(reading, node, path, 3))
    return told.between(least, most)


def _in(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    (arg, at), (items, among) = args_of(reading, node, path, 2)
    if not isinstance(items, list) or not 1 <= len(items) <= MANY:
        raise reading.fault(among, N_("IN at {place} takes a list of 1 to {most} values."), most=MANY)
    told, *known = _alike(reading, [(arg, at), *((item, (*among, number)) for number, item in enumerate(items))])
    return told.in_(known)


def _like(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    (arg, at), (pattern, where) = args_of(reading, node, path, 2)
    told = _text(reading, arg, at)
    written = (
        pattern["args"][0] if _operation(pattern) == "casei" and isinstance(pattern.get("args"), list) and pattern["args"] else pattern
    )
    if not isinstance(written, str):
        raise reading.fault(where, N_("LIKE at {place} takes a text with % and _."))
    if re.search(r"(?<!\\)(?:\\\\)*\\$", written):
        raise reading.fault(where, N_("The pattern at {place} ends with a backslash."))
    return told.expression.like(_text(reading, pattern, where).expression)


def _is_null(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    ((arg, at),) = args_of(reading, node, path, 1)
    return value(reading, arg, at).expression.is_(None)


def _not(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
    ((arg, at),) = args_of(reading, node, path, 1)
    return not_(condition(reading, arg, at))


def _join(together: Callable[..., ColumnElement[bool]]) -> Callable[[Reading, Any, Path], ColumnElement[bool]]:
    def joined(reading: Reading, node: Any, path: Path) -> ColumnElement[bool]:
        return together(*(condition(reading, arg, at) for arg, at in args_of(reading, node, path, 2, MANY)))

    return joined


LOGIC: dict[str, Callable[[Reading, Any, Path], ColumnElement[bool]]] = {
    "and": _join(and_),
    "or": _join(or_),
    "not": _not,
    "isnull": _is_null,
    "like": _like,
    "in": _in,
    "between": _between,
    **dict.fromkeys(COMPARISON, _compare),
}
