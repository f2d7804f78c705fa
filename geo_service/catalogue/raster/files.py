"""The folder of rasters: the name of a file, and opening it."""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

from geo_service.catalogue.raster.models import RasterEdition
from geo_service.errors import N_, RasterLost

FOLDER = "rasters"
PIECE = 1024 * 1024
ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}
"""GDAL reads the file that it is given, and none beside it."""
GONE = N_(
    "The file {file} of {layer} is missing from {folder}. Copy it back from a backup of that folder, or register it anew: "
    "geo-service rasters add {layer} FILE --date {day} --replace"
)
CHANGED = N_(
    "The file {file} of {layer} in {folder} is damaged: it is not the one that was registered. Copy it back from a backup of that "
    "folder, or register it anew: geo-service rasters add {layer} FILE --date {day} --replace"
)
Stamp = tuple[int, int, int]
"""Which file lies at a place, and since when it is as it is: another content is another stamp."""
_read: dict[Path, tuple[Stamp, str]] = {}
_turns: dict[Path, Lock] = {}


def rasters_folder(data_dir: Path) -> Path:
    """Where the files of all editions lie; a part of the backup."""
    return data_dir / FOLDER


def name_of(layer_id: str, day: date, sha256: str) -> str:
    """The name of the file of an edition: another content is another name."""
    return f"{layer_id}-{day.isoformat()}-{sha256[:8]}.tif"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def fault_of(folder: Path, edition: RasterEdition, *, whole: bool = False) -> RasterLost | None:
    """What is wrong with the file of an edition: gone, or changed. By its size, and its checksum if this process read it before;
    with ``whole`` it is read, once for as long as nobody touches it."""
    path = folder / edition.file
    if not path.is_file():
        return _fault(GONE, folder, edition)
    try:
        changed = path.stat().st_size != edition.size_bytes or _known(path, read=whole) not in (None, edition.sha256)
    except OSError:
        changed = True
    return _fault(CHANGED, folder, edition) if changed else None


def _known(path: Path, *, read: bool) -> str | None:
    """The checksum of a file as it is now. Many ask at the same time: one reads, the others wait."""
    with _turns.setdefault(path, Lock()) if read else nullcontext():
        stamp, last = stamp_of(path), _read.get(path)
        if read and (last is None or last[0] != stamp):
            last = _read[path] = (stamp, sha256_of(path))
    return last[1] if last and last[0] == stamp else None


def stamp_of(path: Path) -> Stamp:
    """The stamp of the file that lies at a place now."""
    told = path.stat()
    return told.st_ino, told.st_ctime_ns, told.st_size


def _fault(text: str, folder: Path, edition: RasterEdition) -> RasterLost:
    day = edition.day
    return RasterLost(text, file=edition.file, folder=str(folder), layer=edition.layer, day=day.isoformat(), shown=day)


def path_of(folder: Path, edition: RasterEdition) -> Path:
    """The file of an edition, with the content that was registered; ``RasterLost`` when it is gone or changed, with how to get it back."""
    if fault := fault_of(folder, edition, whole=True):
        raise fault
    return folder / edition.file


def open_edition(folder: Path, edition: RasterEdition) -> Any:
    """The file of an edition as a rasterio dataset, to be closed by the caller; errors as ``path_of``. One thread at a time."""
    import rasterio  # GDAL takes a third of a second to load: who only asks which editions there are does not wait for it

    path = path_of(folder, edition)
    try:
        return rasterio.open(path.absolute(), driver="GTiff")
    except rasterio.errors.RasterioIOError:
        raise _fault(CHANGED, folder, edition) from None


@contextmanager
def damage_told(folder: Path, edition: RasterEdition) -> Iterator[None]:
    """What turns out to be damaged while it is read is told as a file that changed."""
    import rasterio

    try:
        yield
    except rasterio.errors.RasterioIOError:
        _read.pop(folder / edition.file, None)
        raise _fault(CHANGED, folder, edition) from None


@contextmanager
def edition_open(folder: Path, edition: RasterEdition) -> Iterator[Any]:
    """The file of an edition for as long as the context lasts; errors as ``path_of``, also when cells cannot be read."""
    with closing(open_edition(folder, edition)) as source, damage_told(folder, edition):
        yield source


@contextmanager
def reading(path: Path) -> Iterator[Any]:
    """A GeoTIFF on this disk, and nothing else: an address, a virtual file or another format is refused (``RasterioIOError``)."""
    import rasterio

    with rasterio.Env(**ALONE), rasterio.open(path.absolute(), driver="GTiff") as source:
        yield source
