"""Which layers of a source are taken."""

from dataclasses import dataclass

from geo_service.errors import N_, UnusableSource
from geo_service.registers.files import FileLayer, Layer, layers
from geo_service.registers.recognise import Schema, lacking, of_kind, recognise, unrecognised
from geo_service.registers.schemas import Kind, SkippedLayer, Source

ALL_VERSIONS = "_all_versions"


@dataclass(frozen=True)
class Taken:
    """A layer, what it was recognised as, and its columns (ours -> theirs)."""

    file: Layer
    schema: Schema
    columns: dict[str, str]

    @property
    def lacking(self) -> list[str]:
        """Columns of ours that the layer could have filled and does not."""
        return [ours for ours in self.schema.columns if ours not in self.columns]


def choose(kind: Kind, source: Source) -> tuple[list[Taken], list[SkippedLayer]]:
    """The layers that hold this kind; of ``x`` and ``x_all_versions`` the one that was asked for."""
    _check_mapping(kind, source)
    if source.delivered:
        return _delivered(kind, source)
    found, skipped = layers(source)
    taken: list[Taken] = []
    for file in found:
        recognised = recognise(kind, file.fields, file.name, source.columns, file.cut)
        if recognised:
            taken.append(Taken(file, *recognised))
        else:
            skipped.append(SkippedLayer(source=file.source, layer=file.name, reason="not_recognised"))
    if not taken:
        raise unrecognised(kind, source.path.name, [f"{file.name} ({', '.join(file.fields)})" for file in found])
    if len(taken) > 1:
        for twin in _twins(taken, source.all_versions):
            taken.remove(twin)
            skipped.append(SkippedLayer(source=twin.file.source, layer=twin.file.name, reason="same_objects"))
    return taken, skipped


def _delivered(kind: Kind, source: Source) -> tuple[list[Taken], list[SkippedLayer]]:
    """What was downloaded was asked for: every layer with features must be recognised."""
    taken: list[Taken] = []
    skipped: list[SkippedLayer] = []
    for layer in source.delivered:
        recognised = recognise(kind, layer.fields, layer.name, {})
        if recognised:
            taken.append(Taken(layer, *recognised))
        elif layer.features:
            raise UnusableSource(
                N_("{collection} lacks what is needed: {names}. It has: {found}."),
                collection=layer.name, names=", ".join(lacking(kind, layer.fields, layer.name)), found=", ".join(layer.fields)[:400] or "-",
            )  # fmt: skip
        else:
            skipped.append(SkippedLayer(source=layer.source, layer=layer.name, reason="no_features"))
    if not taken:
        raise UnusableSource(N_("{source} has no features."), source=source.path.name)
    return taken, skipped


def _twins(taken: list[Taken], all_versions: bool) -> list[Taken]:
    files = [(one, one.file) for one in taken if isinstance(one.file, FileLayer)]
    pairs = [
        (current, every)
        for current, short in files
        for every, long in files
        if long.path == short.path and long.name == short.name + ALL_VERSIONS
    ]
    return [current if all_versions else every for current, every in pairs]


def _check_mapping(kind: Kind, source: Source) -> None:
    known = sorted({ours for schema in of_kind(kind) for ours in schema.columns})
    for ours in source.columns:
        if ours not in known:
            raise UnusableSource(
                N_("--map {ours}: {kind} have no such column. Known: {known}"), ours=ours, kind=kind, known=", ".join(known)
            )
