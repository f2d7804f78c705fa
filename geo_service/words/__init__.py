"""All texts for people, in Dutch and English: English source text in the code, Dutch in ``nl.po`` beside this file."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from pydantic import BaseModel, ConfigDict

from geo_service.days import AMSTERDAM
from geo_service.errors import GeoServiceError

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")
DEFAULT: Language = "nl"


class Told(BaseModel):
    """A text that a municipality wrote itself, in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str

    def told(self, language: Language = DEFAULT) -> str:
        """The text for a reader of this language."""
        return self.nl if language == "nl" else self.en


@cache
def _dutch() -> dict[str, str]:
    with (Path(__file__).parent / "nl.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="nl") if message.id and message.string}


def say(text: str, language: Language = DEFAULT, **values: Any) -> str:
    """Translate an English source text and fill in its values; numbers get the language's notation."""
    translated = _dutch().get(text, text) if language == "nl" else text
    return translated.format(**{key: _spoken(value, language) for key, value in values.items()}) if values else translated


def explain(error: GeoServiceError, language: Language = DEFAULT) -> str:
    """The text of an error for a reader of this language."""
    return say(error.text, language, **error.values)


def faults(error: GeoServiceError, language: Language = DEFAULT) -> list[dict[str, str]]:
    """All faults that an error carries, in the reader's language: ``[{"where", "text"}]``."""
    told = error.details.get("errors", [])
    return [{"where": fault["where"], "text": say(fault["text"], language, **fault.get("values", {}))} for fault in told]


def _spoken(value: Any, language: Language) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return number(value, language, decimals=0 if isinstance(value, int) or abs(value) >= 10 else 1)
    if isinstance(value, datetime):
        return say_moment(value, language)
    if isinstance(value, Told):
        return value.told(language)
    return say_date(value, language) if isinstance(value, date) else value


def number(value: float, language: Language = DEFAULT, decimals: int = 0) -> str:
    """``1234.5`` as ``1.234,5`` in Dutch and ``1,234.5`` in English; what reads as nothing has no sign."""
    value = value if round(value, decimals) else 0
    return str(format_decimal(value, format=f"#,##0.{'0' * decimals}" if decimals else "#,##0", locale=language))


def percent(share: float, language: Language = DEFAULT, decimals: int = 1) -> str:
    """A share 0..1 as a percentage; what is more than nothing never reads as nothing: ``< 0,1%``."""
    smallest = 10 ** -(decimals + 2)
    if 0 < share < smallest / 2:
        return f"< {percent(smallest, language, decimals)}"
    return str(format_percent(share, format=f"#,##0.{'0' * decimals}%" if decimals else "#,##0%", locale=language))


def say_date(day: date, language: Language = DEFAULT) -> str:
    """``1 november 2026``."""
    return str(format_date(day, format="d MMMM y", locale=language))


def day_parts(day: date, language: Language = DEFAULT) -> tuple[str, str, str]:
    """A day for a small box: ``za``, ``28``, ``nov``."""
    weekday, number_, month = (format_date(day, format=part, locale=language).rstrip(".") for part in ("EEE", "d", "MMM"))
    return str(weekday), str(number_), str(month)


def say_moment(moment: datetime, language: Language = DEFAULT) -> str:
    """An aware moment as people in the Netherlands tell it: ``maandag 23 november, 14.10 uur``."""
    there = moment.astimezone(AMSTERDAM)
    pattern = "EEEE d MMMM, HH.mm 'uur'" if language == "nl" else "EEEE d MMMM, HH:mm"
    return str(format_datetime(there, format=pattern, tzinfo=AMSTERDAM, locale=language))


def preferred(accept_language: str | None) -> Language:
    """The best of our languages for an ``Accept-Language`` header; Dutch when it names neither."""
    wishes: list[tuple[float, Language]] = []
    for item in (accept_language or "").split(","):
        tag, _, quality = item.strip().partition(";q=")
        name = tag.split("-")[0].lower()
        if name in LANGUAGES:
            try:
                wishes.append((float(quality or 1), name))
            except ValueError:
                continue
    return max(wishes, key=lambda wish: wish[0], default=(0, DEFAULT))[1]


def say_month(day: date, language: Language = DEFAULT) -> str:
    """``november 2026``."""
    return str(format_date(day, "MMMM y", locale=language))
