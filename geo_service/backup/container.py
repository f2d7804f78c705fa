"""The file of a backup: a plain tar with the database, the files of rasters, and last the manifest. A file that was cut has no manifest."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from geo_service.backup.schemas import DATABASE, FORMAT, MANIFEST, Manifest, Part
from geo_service.errors import N_, UnusableSource

PIECE = 1024 * 1024
Take = Callable[[bytes], None]
Advance = Callable[[str, int], None]
"""Hears which part is being read or written, and how many bytes of it are done."""
NOT_OURS = N_("{file} is no backup of geo-service.")
CUT = N_("{file} was cut off: its end is missing. Take another backup.")
ALTERED = N_("{file} is damaged or was altered: {part} is not what was saved. Take another backup.")
NEWER = N_("{file} was made by a newer geo-service ({program}). Install that version first.")


class Writer:
    """Fills a tar in ``target``, an empty file in which can be sought. Everything in it is for its owner only."""

    def __init__(self, target: IO[bytes], made_at: datetime, advance: Advance) -> None:
        self.target, self.made_at, self.advance = target, made_at, advance
        self.tar = tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115 - closed by finish

    def stream(self, name: str, fill: Callable[[Take], None]) -> Part:
        """Add what ``fill`` hands over. Its size is known afterwards, so the header is written once more."""
        start, info, digest = self.tar.offset, self._info(name), hashlib.sha256()
        self.tar.addfile(info)

        def take(piece: bytes) -> None:
            self.target.write(piece)
            digest.update(piece)
            info.size += len(piece)
            self.advance(name, info.size)

        fill(take)
        padding = -info.size % tarfile.BLOCKSIZE
        self.target.write(bytes(padding))
        self.tar.offset += info.size + padding
        self.target.seek(start)
        self.target.write(info.tobuf(tarfile.GNU_FORMAT))
        self.target.seek(self.tar.offset)
        return Part(name=name, size=info.size, sha256=digest.hexdigest())

    def file(self, name: str, source: IO[bytes]) -> Part:
        """Add a file, from its beginning."""

        def fill(take: Take) -> None:
            source.seek(0)
            for piece in _pieces(source):
                take(piece)

        return self.stream(name, fill)

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and close the tar; ``target`` stays open."""
        told = manifest.model_dump_json(indent=2).encode()
        info = self._info(MANIFEST)
        info.size = len(told)
        self.tar.addfile(info, io.BytesIO(told))
        self.tar.close()

    def _info(self, name: str) -> tarfile.TarInfo:
        info = tarfile.TarInfo(name)
        info.mode, info.mtime = 0o600, int(self.made_at.timestamp())
        return info


class Reader:
    """A backup that was opened: its manifest, and its parts to be taken out."""

    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self.path, self.tar = path, tar
        self.manifest = self._manifest()

    def take_out(self, part: Part, into: Path, advance: Advance) -> Path:
        """Write a part to ``into``; ``UnusableSource`` when it is not what the manifest says."""
        digest, done = hashlib.sha256(), 0
        with into.open("wb") as target:
            for piece in self._read(part.name):
                target.write(piece)
                digest.update(piece)
                done += len(piece)
                advance(part.name, done)
        if digest.hexdigest() != part.sha256:
            raise UnusableSource(ALTERED, file=str(self.path), part=part.name)
        return into

    def _manifest(self) -> Manifest:
        names = self._names()
        if MANIFEST not in names:
            raise UnusableSource(CUT if names[:1] == [DATABASE] else NOT_OURS, file=str(self.path))
        told = b"".join(self._read(MANIFEST))
        try:
            return Manifest.model_validate_json(told)
        except ValidationError as error:
            if any(fault["loc"] == ("format",) and isinstance(fault["input"], int) and fault["input"] > FORMAT for fault in error.errors()):
                raise UnusableSource(NEWER, file=str(self.path), program=f"format {FORMAT + 1}+") from None
            raise UnusableSource(ALTERED, file=str(self.path), part=MANIFEST) from None

    def _names(self) -> list[str]:
        names = []
        try:
            for member in self.tar:
                names.append(member.name)
        except tarfile.TarError:
            pass  # cut: what comes before is told
        return names

    def _read(self, name: str) -> Iterator[bytes]:
        try:
            source = self.tar.extractfile(name)
            if source is None:
                raise KeyError(name)
            yield from _pieces(source)
        except (KeyError, tarfile.TarError):
            raise UnusableSource(ALTERED, file=str(self.path), part=name) from None


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A backup to read; ``UnusableSource`` when it is none, was cut, or comes from a newer program."""
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115 - closed below
    except tarfile.TarError:
        raise UnusableSource(NOT_OURS, file=str(path)) from None
    except OSError as error:
        raise UnusableSource(N_("{file} cannot be read: {fault}"), file=str(path), fault=error.strerror or "?") from None
    with tar:
        yield Reader(path, tar)


def _pieces(source: IO[bytes]) -> Iterable[bytes]:
    return iter(lambda: source.read(PIECE), b"")
