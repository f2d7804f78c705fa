"""In which groups the layers come, and in which order they are drawn: the content of ``qgis/project.toml``."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from geo_service.catalogue.definition import Name, Strict, Text
from geo_service.content import read_toml
from geo_service.errors import N_, SetupError

FILE = Path("qgis") / "project.toml"
OTHERS = "Overige lagen"
NOT_VALID = N_("{file} is not valid.")


class Group(Strict):
    """Layers from the top down. Those in ``off`` start switched off, or the whole group unless it is ``shown``.

    ``tiles``: as vector tiles, which draw fast at every scale but have no table; the others come as features.
    """

    title: Text
    layers: tuple[Name, ...]
    off: tuple[Name, ...] = ()
    tiles: tuple[Name, ...] = ()
    shown: bool = True
    collapsed: bool = False


class Plan(Strict):
    """All groups, from the top down."""

    title: Text = "Kaartlagen"
    groups: tuple[Group, ...] = ()

    def of(self, layers: Iterable[str]) -> list[Group]:
        """The groups with only these layers; those that no group names go on top."""
        there = set(layers)
        named = {layer for group in self.groups for layer in group.layers}
        others = tuple(sorted(there - named))
        kept = [group.model_copy(update={"layers": tuple(each for each in group.layers if each in there)}) for group in self.groups]
        return [each for each in (Group(title=OTHERS, layers=others, off=others), *kept) if each.layers]


def load_plan(content: Path) -> Plan:
    """The plan of a content folder; without the file every layer is among the others."""
    file = content / FILE
    if not file.exists():
        return Plan()
    try:
        return Plan.model_validate(read_toml(file))
    except ValidationError as error:
        faults = [{"where": ".".join(map(str, fault["loc"])), "text": fault["msg"]} for fault in error.errors()]
        raise SetupError(NOT_VALID, file=str(FILE), details={"errors": faults}) from None
