"""Which layers of a source are taken."""

from dataclasses import dataclass

from geo_service.errors import N_, UnusableSource
from geo_service.registers.files import FileLayer, layers
from geo_service.registers.recognise import Schema, of_kind, recognise, unrecognised
from geo_service.registers.schemas import Kind, SkippedLayer, Source

ALL_VERSIONS = "_all_versions"


@dataclass(frozen=True)
class Taken:
    """A layer, what it was recognised as, and its columns (ours -> theirs)."""

    file: FileLayer
    schema: Schema
    columns: dict[str, str]


def choose(kind: Kind, source: Source) -> tuple[list[Taken], list[SkippedLayer]]:
    """The layers that hold this kind; of ``x`` and ``x_all_versions`` the one that was asked for."""
    _check_mapping(kind, source)
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


def _twins(taken: list[Taken], all_versions: bool) -> list[Taken]:
    pairs = [
        (current, every)
        for current in taken
        for every in taken
        if every.file.path == current.file.path and every.file.name == current.file.name + ALL_VERSIONS
    ]
    return [current if all_versions else every for current, every in pairs]


def _check_mapping(kind: Kind, source: Source) -> None:
    known = sorted({ours for schema in of_kind(kind) for ours in schema.columns})
    for ours in source.columns:
        if ours not in known:
            raise UnusableSource(
                N_("--map {ours}: {kind} have no such column. Known: {known}"), ours=ours, kind=kind, known=", ".join(known)
            )
