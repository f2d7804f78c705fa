"""When features hold: the T_ functions of CQL2. Days are Europe/Amsterdam; the end of an interval belongs to it."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, DateTime, Text, and_, cast, func, literal, or_

from geo_service.catalogue.cql.reading import TYPES, Path, Reading, Value, args_of
from geo_service.days import AMSTERDAM
from geo_service.errors import N_

Bounds = tuple[ColumnElement[Any], ColumnElement[Any]]
OPEN = ".."
FORMS = {
    "date": (r"\d{4}-\d\d-\d\d", "2026-11-21"),
    "moment": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", "2026-11-21T10:00:00Z"),
}


class Period(NamedTuple):
    """From and until, both within; ``None`` is open."""

    start: Value | None
    end: Value | None


TEMPORAL = {
    "t_after": "a>d",
    "t_before": "b<c",
    "t_contains": "a<c b>d",
    "t_disjoint": "a>d b<c",
    "t_during": "a>c b<d",
    "t_equals": "a=c b=d",
    "t_finishedby": "a<c b=d",
    "t_finishes": "a>c b=d",
    "t_intersects": "a<=d b>=c",
    "t_meets": "b=c",
    "t_metby": "a=d",
    "t_overlappedby": "a>c a<d b>d",
    "t_overlaps": "a<c b>c b<d",
    "t_startedby": "a=c b>d",
    "t_starts": "a=c b<d",
}
"""What must hold, by OGC 21-065r2: the one runs from a to b, the other from c to d. Of ``t_disjoint`` one suffices."""
SIGNS = {"<": operator.lt, ">": operator.gt, "=": operator.eq, "<=": operator.le, ">=": operator.ge}


def temporal(reading: Reading, name: str, node: Any, path: Path, value: Callable[..., Value]) -> ColumnElement[bool]:
    """Compare two periods: as days when both are, otherwise as moments in which a day lasts from midnight to midnight."""
    one, other = (_period(reading, arg, at, value) for arg, at in args_of(reading, node, path, 2))
    exact = any(bound is not None and bound.kind == "moment" for bound in (*one, *other))
    kind: Literal["moment", "date"] = "moment" if exact else "date"
    bounds = dict(zip("abcd", (*_bounds(one, kind), *_bounds(other, kind)), strict=True))
    held = [SIGNS[test[1:-1]](bounds[test[0]], bounds[test[-1]]) for test in TEMPORAL[name].split()]
    return or_(*held) if name == "t_disjoint" else and_(*held)


def instant(reading: Reading, node: Mapping[str, Any], path: Path) -> Value:
    """``DATE('2026-11-21')`` or ``TIMESTAMP('2026-11-21T10:00:00Z')``."""
    ((sort, told),) = node.items()
    kind: Literal["date", "moment"] = "date" if sort == "date" else "moment"
    pattern, form = FORMS[kind]
    try:
        if not re.fullmatch(pattern, told):
            raise ValueError
        read = date.fromisoformat(told) if kind == "date" else datetime.fromisoformat(told)
        return Value(literal(read, TYPES[kind]), kind, told)
    except (TypeError, ValueError):
        text = N_("“{told}” at {place} is no day or moment; write it like {form}.")
        raise reading.fault(path, text, told=str(told)[:40], form=form) from None


def _period(reading: Reading, node: Any, path: Path, value: Callable[..., Value]) -> Period:
    if not isinstance(node, dict) or list(node) != ["interval"]:
        told = _timely(reading, value(reading, node, path), path)
        return Period(told, told)
    ends = node["interval"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise reading.fault(path, N_("An INTERVAL (at {place}) has a begin and an end."))
    start, end = (_end(reading, told, (*path, "interval", number), value) for number, told in enumerate(ends))
    return Period(start, end)


def _end(reading: Reading, told: Any, path: Path, value: Callable[..., Value]) -> Value | None:
    """One end of an interval; a column that is empty there leaves it open."""
    if told == OPEN:
        return None
    if isinstance(told, str):
        return instant(reading, {"timestamp" if "T" in told else "date": told}, path)
    return _timely(reading, value(reading, told, path), path)._replace(may_lack=True)


def _timely(reading: Reading, told: Value, path: Path) -> Value:
    if told.kind not in ("date", "moment"):
        raise reading.wrong_kind(path, told.kind, "date")
    return told


def _bounds(period: Period, kind: Literal["date", "moment"]) -> Bounds:
    """The first and the last day or moment; what is open lasts for ever."""
    return _bound(period.start, kind, "-infinity"), _bound(period.end, kind, "infinity")


def _bound(told: Value | None, kind: Literal["date", "moment"], never: str) -> ColumnElement[Any]:
    for_ever = cast(literal(never, Text()), TYPES[kind])
    if told is None:
        return for_ever
    found = told.expression
    if told.kind != kind:
        found = _midnight(found) if never == "-infinity" else _midnight(found, days=1) - literal(timedelta(microseconds=1))
    return func.coalesce(found, for_ever) if told.may_lack else found


def _midnight(day: ColumnElement[Any], days: int = 0) -> ColumnElement[Any]:
    """The moment at which a day, or one so many days later, begins in Amsterdam."""
    return func.timezone(str(AMSTERDAM), cast(day, DateTime()) + literal(timedelta(days=days)))
