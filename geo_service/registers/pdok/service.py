"""Get a register from PDOK: download what is asked, and hand it over as a source that is imported like a file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from geo_service.errors import N_, InvalidInput, UnusableSource
from geo_service.municipality import Municipality
from geo_service.registers.pdok.client import Client, Tell
from geo_service.registers.pdok.download import Download, Progress, alone
from geo_service.registers.pdok.questions import PREFIX, questions, understand
from geo_service.registers.schemas import Kind, Source


def is_pdok(source: str) -> bool:
    """Whether a source is asked of PDOK instead of read from disk."""
    return source.lower().startswith(PREFIX)


@contextmanager
def downloaded(
    kind: Kind,
    source: Source,
    municipality: Municipality,
    area: Any,
    address: str,
    pause: float,
    folder: Path,
    tell: Tell,
    progress: Progress,
) -> Iterator[Source]:
    """The source with the layers that came in, while nobody else uses its folder.

    ``area``: the municipality in RD, None when no district of it is known. ``address``: where PDOK's API is. ``folder``: the data folder.
    Raises UnusableSource when the server is ill or answers something else; what came in before is kept for the next run.
    """
    name = str(source.path)
    code, year = understand(name, source.year)
    _check(kind, code, source, municipality, area)
    place = folder / "pdok" / f"{kind}-{code}{f'-{year}' if kind == 'districts' else ''}"
    with alone(place), Client(address, pause, tell) as client:
        asked = questions(kind, code, year, area)
        layers = tuple(Download(place / one.collection, one, client, source.crs, tell).run(name, progress) for one in asked)
        yield replace(source, year=year, delivered=layers, area=area if kind == "green" else None)


def forget(source: Source) -> None:
    """Remove the pages of a source: they are in the database now."""
    for layer in source.delivered:
        for file in layer.files[:1]:
            shutil.rmtree(file.parent, ignore_errors=True)


def _check(kind: Kind, code: str, source: Source, municipality: Municipality, area: Any) -> None:
    if code != municipality.code:
        raise UnusableSource(N_("{source} is not {name} ({code}), the municipality of this installation."), source=str(source.path),
                             name=municipality.name, code=municipality.code)  # fmt: skip
    if source.layer or source.columns:
        raise InvalidInput(N_("--layer and --map are for files."))
    if kind == "green" and area is None:
        raise UnusableSource(N_("Where {code} lies is not known yet. First: geo-service import districts pdok:{code}@2024"), code=code)
