"""Values as registers write them, as values of ours."""

import re
from datetime import date, datetime
from typing import Any

NOTHING = {"", "geenwaarde", "waardeonbekend", "niet-bgt", "none", "null"}
YES, NO = {"ja", "j", "yes", "true", "1", "waar"}, {"nee", "n", "no", "false", "0", "onwaar"}


class Refused(Exception):
    """A row that cannot be used; the argument is a key of ``schemas.REFUSALS``."""


def text(value: Any) -> str | None:
    """A trimmed text; the registers' own words for nothing are null."""
    if value is None or value != value:
        return None
    told = str(value).strip()
    return None if told.lower() in NOTHING else told


def required(value: Any) -> str:
    """A text that must be there."""
    told = text(value)
    if told is None:
        raise Refused("missing_value")
    return told


def moment(value: Any) -> datetime | None:
    """The moment as the register's clock shows it: formats differ in whether they append a time zone to the same digits."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    told = text(value)
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told.replace("/", "-")).replace(tzinfo=None)
    except ValueError:
        raise Refused("bad_date") from None


def day(value: Any) -> date | None:
    """The day of a moment."""
    told = moment(value)
    return told.date() if told else None


def whole(value: Any) -> int | None:
    """A count; statistics write negative numbers where they keep one secret."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if 0 <= number < 2**31 else None


def year(value: Any) -> int | None:
    """The one year (1900-2099) in a number, a date or a name such as ``wijken_2022`` or ``2022BU00340101``."""
    found = set(re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", str(value or "")))
    return int(found.pop()) if len(found) == 1 else None


def truth(value: Any) -> bool | None:
    """Yes or no, however it is written."""
    told = (text(value) or "").lower()
    return True if told in YES else False if told in NO else None
