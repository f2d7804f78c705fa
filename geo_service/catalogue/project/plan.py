"""In which groups the layers come, and in which order they are drawn: the content of ``qgis/project.toml``."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from geo_service.catalogue.definition import Name, Strict, Text
from geo_service.catalogue.registry import Catalogue
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


def load_plan(content: Path, catalogue: Catalogue) -> Plan:
    """The plan of a content folder; all its mistakes are told at once. Without the file every layer is among the others."""
    file = content / FILE
    if not file.exists():
        return Plan()
    try:
        plan = Plan.model_validate(read_toml(file))
    except ValidationError as error:
        faults = [{"where": ".".join(map(str, fault["loc"])), "text": fault["msg"]} for fault in error.errors()]
    else:
        faults = [{"where": group.title, "text": text} for group in plan.groups for text in _wrong_layers(group, catalogue)]
        if not faults:
            return plan
    raise SetupError(NOT_VALID, file=str(FILE), details={"errors": faults})


def _wrong_layers(group: Group, catalogue: Catalogue) -> Iterator[str]:
    for layer in group.layers:
        if layer not in catalogue and layer not in catalogue.rasters:
            yield f"layer {layer} does not exist"
    for layer in (*group.off, *group.tiles):
        if layer not in group.layers:
            yield f"layer {layer} is not in the group"
    for layer in group.tiles:
        if layer in catalogue and catalogue[layer].tiles is None:
            yield f"layer {layer} has no tiles"
