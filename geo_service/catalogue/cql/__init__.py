"""CQL2 filters (OGC 21-065r2), in text or JSON, as a condition for ``catalogue.query.select_layer(where=…)``.

The ``cql2`` library only parses the text; what may be asked, and how that becomes SQL, is decided here. Every literal is bound.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate
from typing import Any, Literal

import cql2
import orjson
from sqlalchemy import ColumnElement
from sqlalchemy.exc import DBAPIError

from geo_service.catalogue.cql.compile import condition
from geo_service.catalogue.cql.places import QUOTED, in_json, in_text
from geo_service.catalogue.cql.reading import Place, Reading
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.kinds import Kind
from geo_service.catalogue.query import CRS84
from geo_service.errors import N_, InvalidFilter

FilterLanguage = Literal["cql2-text", "cql2-json"]
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
    for name in (
        "cql2-text",
        "cql2-json",
        "basic-cql2",
        "advanced-comparison-operators",
        "case-insensitive-comparison",
        "basic-spatial-functions",
        "basic-spatial-functions-plus",
        "spatial-functions",
        "temporal-functions",
        "property-property",
        "arithmetic",
    )
)
LONGEST = {"cql2-text": 16_000, "cql2-json": 200_000}
DEEPEST_BRACKETS, MOST_OPERATORS = 50, 500
OPERATOR = re.compile(r"[-+*/%^=<>]|\b(?:not|div|like|in|between|is)\b", re.IGNORECASE)
"""What can nest. Of thousands of them the parser itself would end the process, so they are counted before it sees them."""
REFUSED = ("22", "42883", "57014", "54001", "54000", "XX000")
"""States of a query that only its filter can be blamed for: data errors, no such operator, time is up, too complex, a geometry that
PostGIS cannot compare."""


def read_filter(
    text: str,
    layer: LayerDefinition,
    kinds: Mapping[str, Kind],
    *,
    language: FilterLanguage = "cql2-text",
    crs: int = CRS84,
    latitude_first: bool = False,
) -> ColumnElement[bool]:
    """The condition that a filter means. ``crs`` (EPSG code) is the system of its geometries; x or longitude first, or ``latitude_first``.

    ``InvalidFilter`` tells where it cannot be read: ``line:column`` in text, a path such as ``$.args[0]`` in JSON.
    """
    if language not in LONGEST:
        raise InvalidFilter(N_("A filter is written in cql2-text or cql2-json, not in {spelling}."), spelling=str(language)[:40])
    if len(text) > LONGEST[language]:
        raise InvalidFilter(N_("The filter is too long: at most {longest} characters."), longest=LONGEST[language])
    tree, place = _parse_text(text) if language == "cql2-text" else _parse_json(text)
    return condition(Reading(layer, kinds, crs, place, latitude_first), tree, ())


def _parse_text(text: str) -> tuple[Any, Place]:
    shell = QUOTED.sub("''", text)
    depth = max(accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in re.findall(r"[()]", shell)), default=0)
    if depth > DEEPEST_BRACKETS or len(OPERATOR.findall(shell)) > MOST_OPERATORS:
        raise InvalidFilter(N_("The filter is too deep: use fewer brackets and operators."))
    try:
        tree = cql2.parse_text(text).to_json()
    except cql2.ParseError as error:
        found = re.search(r"--> (\d+):(\d+)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        raise _unreadable(f"{line}:{column}", "".join(text.splitlines()[line - 1 : line])[column - 1 :]) from None
    except UnicodeEncodeError as error:
        raise _unreadable(f"1:{error.start + 1}", "") from None
    return tree, in_text(text, tree)


def _parse_json(text: str) -> tuple[Any, Place]:
    try:
        return orjson.loads(text), in_json
    except orjson.JSONDecodeError as error:
        raise _unreadable(f"{error.lineno}:{error.colno}", text[error.pos :]) from None


def _unreadable(place: str, rest: str) -> InvalidFilter:
    return InvalidFilter(N_("The filter cannot be read from {place}: “{rest}”."), place=place, rest=rest[:40])


@contextmanager
def blaming_the_filter(where: object | None) -> Iterator[None]:
    """What the database cannot work out because of a filter (division by zero, out of range, too slow) is told as ``InvalidFilter``.

    Put it around every query that has a filter; without one (``where`` is ``None``) errors pass as they are.
    """
    try:
        yield
    except Exception as error:
        if where is None or not state_of(error).startswith(REFUSED):
            raise
        if state_of(error) == "57014":
            raise InvalidFilter(N_("The filter takes too long. Ask for less at once.")) from error
        raise InvalidFilter(N_("The database cannot work out this filter: {fault}"), fault=_first_line(error)) from error


def state_of(error: Exception) -> str:
    """The SQLSTATE that an error of SQLAlchemy, psycopg or ADBC carries; empty when it carries none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause).partition("\n")[0][:200]
