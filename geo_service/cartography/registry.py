"""All maps of a content folder, read and checked without a database."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from geo_service.cartography.definition import MapDefinition
from geo_service.catalogue.registry import Catalogue
from geo_service.content import read_toml
from geo_service.errors import N_, NotFound, SetupError

README = """# Maps

One map is one `.toml`: titles in Dutch and English, who may see it, the layers that it shows, classes and colours. No Python.
Add one, then write this table anew: `geo-service maps list --markdown > maps/README.md`.
"""
MISSING_LAYER = "shows layer {layer}, which does not exist"
NO_COLUMN = "asks for column {column}, which layer {layer} does not have"
TOO_PUBLIC = "is public, but its layer {layer} is for staff"


class Maps(Mapping[str, MapDefinition]):
    """The maps by id, in the order of their ids."""

    def __init__(self, maps: list[MapDefinition]) -> None:
        self._maps = {each.id: each for each in sorted(maps, key=lambda each: each.id)}

    def __getitem__(self, map_id: str) -> MapDefinition:
        return self._maps[map_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._maps)

    def __len__(self) -> int:
        return len(self._maps)

    def find(self, map_id: str, *, staff: bool) -> MapDefinition:
        """One map. A staff map does not exist for others: both are ``NotFound``."""
        found = self.get(map_id)
        if found is None or (found.audience == "staff" and not staff):
            raise NotFound(N_("There is no map {map}."), map=map_id)
        return found


def as_markdown(maps: Maps) -> str:
    """The maps as the text of ``maps/README.md``."""
    rows = [
        (f"`{each.id}`", each.title.nl, each.audience, ", ".join(each.choropleth.levels), ", ".join(each.shown()), each.summary.nl)
        for each in maps.values()
    ]
    head = ["| id | title | audience | levels | layers | what it shows |", "|---|---|---|---|---|---|"]
    return "\n".join([README, *head, *(f"| {' | '.join(row)} |" for row in rows), ""])


def load_maps(content: Path, catalogue: Catalogue) -> Maps:
    """Read every ``maps/ID.toml``; all mistakes of all files are told at once.

    A map may never be more public than a layer that it shows.
    """
    maps: list[MapDefinition] = []
    faults: list[dict[str, str]] = []
    for file in sorted((content / "maps").glob("*.toml")):
        try:
            made = MapDefinition.model_validate({**read_toml(file), "id": file.stem})
        except ValidationError as error:
            faults += [
                {"where": f"{file.name} {'.'.join(map(str, fault['loc']))}".strip(), "text": fault["msg"]} for fault in error.errors()
            ]
        else:
            maps.append(made)
            faults += [{"where": file.name, "text": text} for text in _wrong_layers(made, catalogue)]
    if faults:
        raise SetupError(N_("The maps are not valid."), details={"errors": faults})
    return Maps(maps)


def _wrong_layers(definition: MapDefinition, catalogue: Catalogue) -> Iterator[str]:
    known = {**catalogue, **catalogue.rasters}
    for layer in definition.shown():
        if layer not in known or (layer in catalogue.rasters) != (definition.raster is not None and layer == definition.raster.layer):
            yield MISSING_LAYER.format(layer=layer)
        elif definition.audience == "public" and known[layer].audience != "public":
            yield TOO_PUBLIC.format(layer=layer)
    for level in definition.choropleth.levels.values():
        if level.layer in catalogue:
            yield from (
                NO_COLUMN.format(column=column, layer=level.layer)
                for column in _columns(definition)
                if column not in catalogue[level.layer].columns
            )


def _columns(definition: MapDefinition) -> list[str]:
    """The columns of districts that a map asks for."""
    choropleth, table = definition.choropleth, definition.table
    lines = re.findall(r"\{(\w+)\}", " ".join(choropleth.tooltip.nl + choropleth.tooltip.en))
    weights = [column.weight for column in table.values() if column.weight]
    counted = [choropleth.count] if choropleth.count else []
    return list(dict.fromkeys(["naam", choropleth.column, *counted, *lines, *table, *weights]))
