"""Put a backup in the place of what is there: all of it, or nothing."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import randrange
from uuid import UUID

from sqlalchemy import text

from geo_service import __version__
from geo_service.adoptions import farewell
from geo_service.backup.before import Before, require_alone, what_is_there
from geo_service.backup.container import NEWER, Advance, Reader, opened
from geo_service.backup.schemas import DATABASE, Manifest
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.catalogue.raster.workplace import LISTED, Workplace, clear_up, one_at_a_time
from geo_service.db.dump import Uncertain, loading
from geo_service.db.engine import make_sessions, transaction
from geo_service.db.migrate import knows
from geo_service.errors import N_, Conflict, SetupError, UnusableSource
from geo_service.installation import Installation, hold_folder, open_database, open_installation
from geo_service.notifications.schemas import Work
from geo_service.settings import Settings
from geo_service.work import forget_what_is_old

SERVED = N_("A server uses {folder}. Stop it first.")
NO_ROOM = N_("The backup could not be taken out in {folder}: {fault}")
HOLDS = N_("This database holds data. To put the backup in its place: --replace")
OTHER_CONTENT = text(
    "insert into geo.table_change (table_name, changes) select distinct unnest(tables), cast(:more as int) from geo.published_layer"
)
"""Counts of changes go back with the tables; what browsers kept of the replaced content must not pass for that of the same count."""


@dataclass(frozen=True)
class Restored:
    """What came back, and who of the people that the replaced database had forgotten could not be forgotten again (contacts)."""

    manifest: Manifest
    not_forgotten: tuple[UUID, ...]


@contextmanager
def restored(
    settings: Settings, path: Path, now: datetime, advance: Advance, *, replace: bool = False
) -> Iterator[tuple[Installation, Restored]]:
    """The installation as the backup in ``path`` has it, brought to this version.

    Errors, after which all is as it was: ``UnusableSource`` for a file that is no backup, cut, altered or newer; ``Conflict`` for a
    database that others use, or that holds data, without ``replace``; ``SetupError`` when a server runs, or the database refuses it.
    """
    with opened(path) as backup, open_database(settings) as url, hold_folder(settings.data_dir, SERVED):
        _require_known(backup)
        require_alone(url)
        before = what_is_there(url)
        if before.holds and not replace:
            raise Conflict(HOLDS)
        _exchange(backup, url, rasters_folder(settings.data_dir), before, advance)
        with open_installation(settings) as here:
            yield here, _settle(here, backup.manifest, now)


def _require_known(backup: Reader) -> None:
    manifest = backup.manifest
    if not knows(manifest.migration) or _numbers(manifest.program) > _numbers(__version__):
        raise UnusableSource(NEWER, file=str(backup.path), program=manifest.program)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def _exchange(backup: Reader, url: str, folder: Path, before: Before, advance: Advance) -> None:
    """Everything is taken out and judged first. Files of rasters come before the commit and go after it, as for ``rasters add``; whoever
    is killed in between leaves a list, by which the next change of rasters clears up."""
    work, listed = Workplace(folder), True
    try:
        parts = {part.name: backup.take_out(part, work.path / Path(part.name).name, advance) for part in backup.manifest.parts}
        dump = parts.pop(DATABASE)
        (work.path / LISTED).write_text("\n".join({path.name for path in parts.values()} | before.files), encoding="utf-8")
        with _removed_again(folder) as placed, loading(url, dump, _to_forget_again(before)):
            for path in parts.values():
                placed += [] if (folder / path.name).exists() else [path.name]
                path.replace(folder / path.name)
            os.sync()  # a row is never without its file, not even after a power cut
    except Uncertain:
        raise
    except BaseException as error:
        listed = False
        if isinstance(error, OSError):
            raise SetupError(NO_ROOM, folder=str(folder), fault=error.strerror or "?") from None
        raise
    finally:
        work.close(keep=listed)


def _to_forget_again(before: Before) -> str:
    """A list beside what is restored, committed with it: whoever is killed before it is worked off does not lose it."""
    ids = json.dumps([str(person_id) for person_id in before.forgotten])
    return (
        f"insert into geo.setting (key, value) values ('{farewell.FORGET_AGAIN}', '{ids}') "  # noqa: S608 - ids are UUIDs
        "on conflict (key) do update set value = geo.setting.value || excluded.value;\n"
    )


@contextmanager
def _removed_again(folder: Path) -> Iterator[list[str]]:
    """The names of files in ``folder`` that go again when this fails."""
    names: list[str] = []
    try:
        yield names
    except Uncertain:
        raise
    except BaseException:
        for name in names:
            (folder / name).unlink(missing_ok=True)
        raise


def _settle(here: Installation, manifest: Manifest, now: datetime) -> Restored:
    """What a restore brings along: files without a row, people who were forgotten since, terms that are over, no statistics."""
    with transaction(here.sessions) as session:
        one_at_a_time(session)
        clear_up(session, rasters_folder(here.settings.data_dir))
    with transaction(here.sessions) as session:
        left = farewell.forget_again(session, now)
        forget_what_is_old(Work(session, here.municipality, here.settings, now))
    with transaction(make_sessions(here.owner)) as owner:
        owner.execute(OTHER_CONTENT, {"more": randrange(1, 1_000_000)})
        owner.execute(text("analyze"))
    return Restored(manifest, left)
