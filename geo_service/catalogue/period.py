"""When features of a layer are valid, and which are valid in an interval of time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, column, or_, true

from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import Kind
from geo_service.days import AMSTERDAM, day_of
from geo_service.errors import N_, InvalidInput

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WRONG = N_("A time is a day (2024-05-31), a moment (2024-05-31T12:00:00Z), or two of these with / between; .. is open.")
BACKWARDS = N_("This interval ends before it starts.")


@dataclass(frozen=True)
class Interval:
    """From the first to the last moment, both included; None is open."""

    first: datetime | None
    last: datetime | None


def read_interval(text: str) -> Interval:
    """The ``datetime`` of OGC API Features: an instant, or an interval that may be open at its ends."""
    ends = text.split("/")
    if len(ends) > 2:
        raise InvalidInput(WRONG)
    first, last = (None if end in ("", "..") and len(ends) == 2 else _instant(end) for end in (ends[0], ends[-1]))
    interval = Interval(first[0] if first else None, last[1] if last else None)
    if interval.first and interval.last and interval.first > interval.last:
        raise InvalidInput(BACKWARDS)
    return interval


def _instant(text: str) -> tuple[datetime, datetime]:
    """The first and the last moment of what is named: a day in Amsterdam has many."""
    try:
        if DAY.fullmatch(text):
            start = datetime.combine(date.fromisoformat(text), time(), AMSTERDAM)
            return start, start + timedelta(days=1, microseconds=-1)
        moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
        if "T" not in text.upper() or moment.tzinfo is None:
            raise InvalidInput(WRONG)
        moment.astimezone(UTC), day_of(moment)  # at the very ends of the calendar there is no such moment
    except (ValueError, OverflowError):
        raise InvalidInput(WRONG) from None
    return moment, moment


def during(layer: LayerDefinition, kinds: dict[str, Kind], interval: Interval) -> ColumnElement[bool]:
    """Features that are valid at some moment of the interval; all of a layer that does not tell when its features are."""
    if layer.period is None:
        return true()
    start: ColumnElement[Any] = column(layer.period[0])
    end: ColumnElement[Any] = column(layer.period[-1])
    conditions: list[ColumnElement[bool]] = []
    if interval.last:
        conditions.append(or_(start.is_(None), start <= _as(kinds[layer.period[0]], interval.last)))
    if interval.first:
        moment = _as(kinds[layer.period[-1]], interval.first)
        conditions.append(or_(end.is_(None), end > moment if len(layer.period) == 2 else end >= moment))
    return and_(true(), *conditions)


def _as(kind: Kind, moment: datetime) -> Any:
    return day_of(moment) if kind == "date" else moment
