"""``geo-service db backup`` and ``db restore``: one file that holds everything that cannot be made anew, and back."""

import fcntl
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from geo_service.backup.container import Advance
from geo_service.backup.schemas import Manifest
from geo_service.catalogue.export import NOT_A_FILE
from geo_service.cli.common import err, installation, note, read_usable_settings, tell_missing_grid
from geo_service.days import AMSTERDAM
from geo_service.db import readers
from geo_service.errors import N_, Conflict, InvalidInput, SetupError

EXISTS = N_("{file} exists. To put this backup in its place: --overwrite")
BUSY = N_("Another backup is writing {file}.")
FAILED = N_("{file} could not be written: {fault}")
SAVED = N_("{file}: {size} MB, the database and {count} files of rasters, in {seconds} s.")
LOST = N_("Not in the backup, since it is lost or damaged: {file}. See geo-service rasters list.")
BACK = N_("The backup of {moment} ({municipality}) is in place: {size} MB, {count} files of rasters, in {seconds} s.")
READER = N_("This server has no login {name}. Make it again: geo-service db reader add {name} {options}")
CONTACT = N_("{id} was forgotten after the backup, and is a contact again. Hand that over, then: geo-service people forget EMAIL")
SINCE = N_("Who was forgotten after {moment} may be back: docs/operations.md, Back up and restore.")
STDOUT = Path("-")
MB = 1_000_000


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, or - for standard output.", show_default=False)],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Put it in the place of a file of that name.")] = False,
) -> None:
    """Save everything that cannot be made anew in one file, while the server runs: the database and the files of rasters.

    It holds personal data and is for its owner only. Settings, the municipality's file and your own content are not in it.

    Examples:

      geo-service db backup /backup/zelfbeheer-$(date +%F).tar

      geo-service db backup - | age -r KEY > zelfbeheer.tar.age
    """
    from geo_service.backup.saving import back_up  # slow to import, and not for the other commands of this group

    began = time.monotonic()
    if file.exists() and not file.is_file():
        raise InvalidInput(NOT_A_FILE, path=str(file))
    if file.exists() and not overwrite:
        raise Conflict(EXISTS, file=str(file))
    with _target(file) as target, installation() as opened, _progress() as advance:
        manifest = back_up(opened, target, datetime.now(UTC), advance)
    for name in manifest.missing:
        note(LOST, file=name)
    note(SAVED, file=str(file), **_figures(manifest, began))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that geo-service db backup made.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Also when the database holds data: that is gone then.")] = False,
) -> None:
    """Put a backup in the place of the database and the rasters of this folder: all of it, or nothing. The server must be stopped.

    Examples:

      GEO_DATA_DIR=/srv/new geo-service db restore zelfbeheer-2026-11-02.tar

      geo-service db restore zelfbeheer-2026-11-02.tar --replace
    """
    from geo_service.backup.restoring import restored

    began = time.monotonic()
    settings = read_usable_settings()
    with _progress() as advance, restored(settings, file, datetime.now(UTC), advance, replace=replace) as (opened, result):
        manifest, known = result.manifest, {name for name, _ in readers.listed(opened.url)}
        tell_missing_grid(opened)
    for name in manifest.missing:
        note(LOST, file=name)
    for reader in manifest.readers:
        if reader.name not in known:
            note(READER, name=reader.name, options=f"--audience {reader.audience.replace(' edits', ' --edit')}")
    for person_id in result.not_forgotten:
        note(CONTACT, id=str(person_id))
    moment = f"{manifest.made_at.astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
    note(SINCE, moment=moment)
    note(BACK, moment=moment, municipality=manifest.municipality, **_figures(manifest, began))


def _figures(manifest: Manifest, began: float) -> dict[str, object]:
    return {"size": manifest.size / MB, "count": len(manifest.parts) - 1, "seconds": time.monotonic() - began}


@contextmanager
def _target(file: Path) -> Iterator[IO[bytes]]:
    """Where to write. The file gets its name when it is whole and on the disk; before, it is FILE.part."""
    if file == STDOUT:
        with tempfile.TemporaryFile() as spool:  # the tar is not written from front to back
            yield spool
            spool.seek(0)
            shutil.copyfileobj(spool, sys.stdout.buffer)
        return
    try:
        with _draft(file) as draft:
            yield draft
    except OSError as error:
        raise SetupError(FAILED, file=str(file), fault=error.strerror or str(error)) from None


@contextmanager
def _draft(file: Path) -> Iterator[IO[bytes]]:
    part = file.with_name(f"{file.name}.part")
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b") as draft:
        _take(draft, part, file)
        try:
            yield draft
            draft.flush()
            os.fsync(draft.fileno())
            part.replace(file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _take(draft: IO[bytes], part: Path, file: Path) -> None:
    """Hold the draft, empty and for its owner only; a killed backup may have left it. Another one that writes it now is an error."""
    try:
        fcntl.flock(draft, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict(BUSY, file=str(file)) from None
    if not part.exists() or not os.path.samestat(os.fstat(draft.fileno()), part.stat()):
        raise Conflict(BUSY, file=str(file))  # it got its name between our opening and our lock
    os.fchmod(draft.fileno(), 0o600)
    draft.truncate(0)


@contextmanager
def _progress() -> Iterator[Advance]:
    """Bytes of each part, only where somebody can see it."""
    columns = (TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        tasks: dict[str, int] = {}

        def advance(part: str, done: int) -> None:
            task = tasks.setdefault(part, -1)
            if task < 0:
                task = tasks[part] = bar.add_task(part, total=None)
            bar.update(task, completed=done)  # type: ignore[arg-type]

        yield advance
