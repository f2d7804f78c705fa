"""What all commands share: the installation, the language of the terminal, and how an error is told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.orm import Session

from geo_service.db.coordinates import in_database
from geo_service.db.engine import transaction
from geo_service.errors import N_, GeoServiceError, SetupError
from geo_service.installation import Installation, open_installation, usable_data_dir
from geo_service.settings import Settings
from geo_service.words import Language, explain, faults, preferred, say

NO_GRID = N_("The database transforms without the RDNAPTRANS2018 grid: longitude and latitude are {mm} mm off. See docs/operations.md.")
out = Console()
err = Console(stderr=True, highlight=False, soft_wrap=True)


def language() -> Language:
    """Dutch in a Dutch terminal, English elsewhere (``LC_ALL``, ``LC_MESSAGES``, ``LANG``)."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en"
    return preferred(told[:2] if told[:2] == "nl" else "en")


def tell(error: GeoServiceError) -> None:
    """One line per fault."""
    err.print(explain(error, language()), markup=False)
    for fault in faults(error, language()):
        err.print(f"  {fault['where']}: {fault['text']}", markup=False)


def note(words: str, **values: object) -> None:
    """One line beside the output, in the language of the terminal."""
    err.print(say(words, language(), **values), markup=False)


def read_settings() -> Settings:
    """The settings of this process; a wrong one is told by its name."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"GEO_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise SetupError(N_("Wrong setting: {faults}"), faults=faults) from None


def read_usable_settings() -> Settings:
    """The settings of this process; another data folder, where the database's user cannot reach the usual one, is told."""
    settings = read_settings()
    usable = usable_data_dir(settings)
    if usable is not settings:
        err.print(f"Data folder: {usable.data_dir}", markup=False)
    return usable


@contextmanager
def installation() -> Iterator[Installation]:
    """The running database of this folder, started when nobody did."""
    with open_installation(read_usable_settings()) as opened:
        yield opened


@contextmanager
def session() -> Iterator[tuple[Installation, Session]]:
    """An installation and one transaction on it, committed at the end."""
    with installation() as opened, transaction(opened.sessions) as open_session:
        yield opened, open_session


def tell_missing_grid(opened: Installation) -> None:
    """Say it where the database is up to decimetres off; only a database that is not ours can be."""
    with opened.engine.connect() as connection:
        finding = in_database(connection)
    if not finding.right:
        err.print(say(NO_GRID, language(), mm=round(finding.worst_mm or 0)), markup=False)
