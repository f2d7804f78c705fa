"""The figures of a map as a table: the same values as on the map, in the words of the reader, and all districts together. Pure."""

from dataclasses import dataclass
from math import fsum
from typing import Any

from geo_service.cartography.definition import MapDefinition, TableColumn
from geo_service.cartography.features import NOTHING, spoken
from geo_service.catalogue.definition import LayerDefinition
from geo_service.words import Language


@dataclass(frozen=True)
class Row:
    """One district: its cells in words, in the order of the columns."""

    code: str
    name: str
    values: list[str]


@dataclass(frozen=True)
class Table:
    """``known``: whether any district has a value on the map."""

    headings: list[str]
    rows: list[Row]
    totals: list[str]
    known: bool

    @property
    def key_figures(self) -> list[tuple[str, str]]:
        """What can be told of all districts together."""
        return [(heading, value) for heading, value in self.headed(self.totals) if value not in ("", NOTHING)]

    def headed(self, values: list[str]) -> list[tuple[str, str]]:
        """Each value with the heading of its column."""
        return list(zip(self.headings, values, strict=True))


def table_of(rows: list[dict[str, Any]], definition: MapDefinition, layer: LayerDefinition, language: Language) -> Table:
    """The rows of a layer, the highest value on the map first and what is not known last."""
    asked = definition.choropleth.column
    ranked = sorted(rows, key=lambda row: (not _is_known(row[asked]), -row[asked] if _is_known(row[asked]) else 0, row["naam"]))
    units = {name: layer.columns[name].unit for name in definition.table}
    return Table(
        headings=[column.title.say(language) for column in definition.table.values()],
        rows=[Row(row[layer.key], row["naam"], [spoken(row[name], unit, language) for name, unit in units.items()]) for row in ranked],
        totals=[_total(rows, name, column, units[name], language) for name, column in definition.table.items()],
        known=any(_is_known(row[asked]) for row in rows),
    )


def _total(rows: list[dict[str, Any]], name: str, column: TableColumn, unit: str | None, language: Language) -> str:
    """A sum, or a mean by weight; nothing when the value of a district is not known, because the total would be of other ground."""
    if not column.sum and column.weight is None:
        return ""
    if not rows or not all(_is_known(row[name]) for row in rows):
        return NOTHING
    if column.weight is None:
        return spoken(fsum(row[name] for row in rows), unit, language)
    weights = [row[column.weight] if _is_known(row[column.weight]) else 0 for row in rows]
    together = fsum(weights)
    mean = fsum(row[name] * weight for row, weight in zip(rows, weights, strict=True)) / together if together else None
    return spoken(mean, unit, language)


def _is_known(value: Any) -> bool:
    """Whether there is a number; pandas writes what is not there as one that is not itself."""
    return value is not None and bool(value == value)
