"""Files and rows that come and go together: a row is never without its file, and a file without a row does not stay.

Work happens in a folder of its own beside the files, locked for as long as its process lives. It lists the names of files that come
(placed before the commit) or go (removed after it). Whoever is killed in between leaves that folder; the next one clears it up.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.orm import Session, SessionTransaction

from geo_service.catalogue.raster import queries

PREFIX = ".new-"
LISTED = "files"
WAIT = "10min"
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('geo.raster_edition'))"


class Workplace:
    """A folder for one change. Use it as a context; ``follow`` lets its files share the fate of a transaction."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        self._lock = os.open(self.path, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._followed = False

    def __enter__(self) -> "Workplace":
        return self

    def __exit__(self, *_: object) -> None:
        if not self._followed:
            self.close()

    def close(self, *, keep: bool = False) -> None:
        """Leave the folder; ``keep`` leaves it to the next one."""
        if not keep:
            shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)

    def follow(self, session: Session, *, made: Path | None = None, name: str | None = None, gone: str | None = None) -> None:
        """Place the file ``made`` as ``name`` now; when the transaction ends, take it away again or, once it is committed, remove the
        file ``gone`` that it replaces."""
        (self.path / LISTED).write_text("\n".join(filter(None, (name, gone))), encoding="utf-8")
        _to_disk(self.path)
        if made and name:
            _to_disk(made)
            made.replace(self.folder / name)
            _to_disk(self.folder)
        self._followed = True
        _at_the_end(session, lambda ending: self._finish(ending, name, gone))

    def _finish(self, ending: str, name: str | None, gone: str | None) -> None:
        leaving = {"committed": gone, "undone": name}.get(ending)
        if leaving:
            (self.folder / leaving).unlink(missing_ok=True)
        self.close(keep=ending == "unknown")


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else changes editions; until the end of the transaction."""
    usual = session.execute(text("select current_setting('lock_timeout')")).scalar_one()
    setting = text("select set_config('lock_timeout', :limit, true)")
    session.execute(setting, {"limit": WAIT})
    session.execute(text(ONE_AT_A_TIME))
    session.execute(setting, {"limit": usual})


def clear_up(session: Session, folder: Path) -> None:
    """Remove what a killed process left: its folder, and the files that it lists and no edition has. Only with ``one_at_a_time``."""
    left = [path for path in folder.glob(f"{PREFIX}*") if _nobody_works_in(path)]
    used = queries.files_in_use(session) if left else set()
    for path in left:
        listed = (path / LISTED).read_text(encoding="utf-8").split("\n") if (path / LISTED).exists() else []
        for name in filter(None, listed):
            if name not in used and Path(name).name == name:
                (folder / name).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


def _nobody_works_in(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _at_the_end(session: Session, told: Callable[[str], None]) -> None:
    """Call ``told`` once, when the transaction is over: ``committed``, ``undone``, or ``unknown`` (the commit itself failed)."""
    ending: list[str | None] = ["undone"]

    def before_commit(_session: Session) -> None:
        ending[0] = ending[0] and "unknown"

    def after_commit(_session: Session) -> None:
        ending[0] = ending[0] and "committed"

    def after_end(_session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None and (known := ending[0]):
            ending[0] = None
            told(known)

    event.listen(session, "before_commit", before_commit)
    event.listen(session, "after_commit", after_commit)
    event.listen(session, "after_transaction_end", after_end)
