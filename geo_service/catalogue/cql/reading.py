"""What every part of the compiler needs: the layer, the kinds of its columns, and telling where something is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Date, DateTime, Double, Text, cast, column
from sqlalchemy.types import BigInteger, TypeEngine

from geo_service.catalogue.definition import GEOMETRIE, LayerDefinition
from geo_service.catalogue.kinds import Kind
from geo_service.errors import N_, InvalidFilter

Path = tuple[str | int, ...]
Place = Callable[[Path], str]
TYPES: dict[Kind, TypeEngine[Any]] = {
    "text": Text(),
    "integer": BigInteger(),
    "number": Double(),
    "boolean": Boolean(),
    "date": Date(),
    "moment": DateTime(timezone=True),
}
WRITTEN = {"date": "DATE('2026-11-21')", "moment": "TIMESTAMP('2026-11-21T10:00:00Z')"}
"""How kinds are written that many write as plain text."""
NUMBERS = ("integer", "number")
GEOMETRY_NAMES = (GEOMETRIE, "geom", "geometry")
DEEPEST, MOST = 50, 2000


class Value(NamedTuple):
    """An expression and its kind; ``told`` is what the filter says literally. ``may_lack``: empty means open, as an end of a period."""

    expression: ColumnElement[Any]
    kind: Kind
    told: Any = None
    may_lack: bool = False


@dataclass
class Reading:
    """One filter that is being read."""

    layer: LayerDefinition
    kinds: Mapping[str, Kind]
    crs: int
    place: Place
    latitude_first: bool = False
    steps: int = field(default=0)

    def step(self, path: Path) -> None:
        """Count what is compiled: neither deeper nor more than anyone needs."""
        self.steps += 1
        if self.steps > MOST or len(path) > 2 * DEEPEST:
            raise self.fault(path, N_("The filter is too large or too deep at {place}."))

    def fault(self, path: Path, text: str, **values: Any) -> InvalidFilter:
        """The error that tells what is wrong and where; names that a user sent are cut short."""
        place = self.place(path)
        return InvalidFilter(text, place=place, details={"place": place}, **values)

    def column(self, name: Any, path: Path) -> Value:
        """A declared column, by its name."""
        if isinstance(name, str) and name in self.kinds:
            kind = self.kinds[name]
            found: ColumnElement[Any] = column(name, TYPES[kind])
            # uuid and the like compare as the text that is published; on text the cast costs nothing and keeps the index
            return Value(cast(found, Text) if kind == "text" else found, kind)
        if name in GEOMETRY_NAMES:
            raise self.fault(path, N_("{name} at {place} is a geometry: it only goes into S_… functions."), name=name)
        known = ", ".join([*self.kinds, GEOMETRIE])
        raise self.fault(path, N_("There is no column {name} (at {place}). There are: {known}."), name=str(name)[:60], known=known)

    def wrong_kind(self, path: Path, found: str, wanted: str) -> InvalidFilter:
        """A value that cannot stand where it stands."""
        text = N_("At {place} stands {found}, where {wanted} is needed.")
        return self.fault(path, text, found=WRITTEN.get(found, found), wanted=WRITTEN.get(wanted, wanted))


def args_of(reading: Reading, node: Mapping[str, Any], path: Path, least: int, most: int | None = None) -> list[tuple[Any, Path]]:
    """The arguments of an operation with their paths; told when there are too few or too many."""
    args = node.get("args")
    if not isinstance(args, list) or not least <= len(args) <= (most or least):
        name = str(node.get("op"))[:40]
        raise reading.fault(
            path, N_("{name} at {place} takes another number of values: {count}."), name=name, count=least if most is None else f"{least}+"
        )
    return [(arg, (*path, "args", number)) for number, arg in enumerate(args)]
