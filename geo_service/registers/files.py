"""Vector files: their layers, their CRS, and their rows in batches. Memory stays flat, whatever the size of the file."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyproj

from geo_service.errors import N_, UnusableSource
from geo_service.geometry import LONLAT, RD
from geo_service.registers.schemas import SkippedLayer, Source
from geo_service.registers.shapes import MERCATOR

BATCH = 5000
SIDECARS = {".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".gfs", ".xsd", ".qml", ".md", ".txt", ".xml", ".csv"}
_CRS_CODES = {"28992": RD, "7415": RD, "4258": LONLAT, "4326": LONLAT, "4979": LONLAT, "4937": LONLAT, "CRS84": LONLAT, "3857": MERCATOR}
logging.getLogger("pyogrio").setLevel(logging.ERROR)


@dataclass(frozen=True)
class FileLayer:
    """One layer of one file. ``cut``: the format shortens column names to so many characters."""

    path: Path
    name: str
    fields: list[str]
    crs: str | None
    features: int
    cut: int | None

    @property
    def source(self) -> str:
        """How reports call the file."""
        return self.path.name

    def strange(self, _used: set[str]) -> list[str]:
        """Files come with columns of whoever made them: none is told."""
        return []

    def batches(self, columns: list[str]) -> Iterator[tuple[dict[str, list[Any]], list[bytes | None]]]:
        """Rows in batches: a list per column and the geometries as WKB (curves as they are)."""
        import pyarrow as pa
        import pyogrio  # half a second with the pandas that it loads: who reads no file does not wait for it

        try:
            with pyogrio.raw.open_arrow(self.path, layer=self.name, columns=columns, batch_size=BATCH) as (meta, stream):
                geometry = meta["geometry_name"] or "wkb_geometry"
                for batch in pa.RecordBatchReader.from_stream(stream):
                    values = {name: batch.column(name).to_pylist() for name in columns}
                    yield values, batch.column(geometry).to_pylist()
        except _faults() as error:
            raise _unreadable(self.path, error) from None


class Layer(Protocol):
    """Rows from anywhere: a file, or pages of a service. ``fields``: the columns; ``cut``: names end after so many characters."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def fields(self) -> list[str]: ...
    @property
    def crs(self) -> str | None: ...
    @property
    def features(self) -> int: ...
    @property
    def cut(self) -> int | None: ...
    def strange(self, _used: set[str], /) -> list[str]: ...
    def batches(self, columns: list[str]) -> Iterator[tuple[dict[str, list[Any]], list[bytes | None]]]: ...


def layers(source: Source) -> tuple[list[FileLayer], list[SkippedLayer]]:
    """All layers with a geometry in a file or folder, and what was left aside."""
    if not source.path.exists():
        raise UnusableSource(N_("There is no file or folder {source}."), source=str(source.path))
    import pyogrio

    found: list[FileLayer] = []
    skipped: list[SkippedLayer] = []
    folder = source.path.is_dir() and source.path.suffix.lower() != ".gdb"
    for path in sorted(p for p in source.path.iterdir() if not _is_sidecar(p)) if folder else [source.path]:
        try:
            names = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
        except _faults() as error:
            if folder:
                skipped.append(SkippedLayer(source=path.name, layer="", reason="no_vector_file"))
                continue
            raise _unreadable(path, error) from None
        for name, geometry_type in names:
            if geometry_type is None:
                skipped.append(SkippedLayer(source=path.name, layer=name, reason="no_geometry"))
            elif source.layer in (None, name):
                found.append(_describe(path, name))
    if not found:
        told = ", ".join(f"{s.layer or s.source}" for s in skipped) or (source.layer or "-")
        raise UnusableSource(N_("{source} has no such layer with a geometry: {told}."), source=str(source.path), told=told)
    return found, skipped


def crs_of(layer: Layer, told: str | None) -> int:
    """28992, 4258 (longitude/latitude: ETRS89 or WGS 84) or 3857; ``told`` is the user's word, above that of the file."""
    wanted = told or layer.crs
    if not wanted:
        raise UnusableSource(
            N_("{source} does not say its CRS. Give it: --crs EPSG:28992 for RD, --crs EPSG:4326 for longitude/latitude."),
            source=layer.source,
        )
    try:
        crs = pyproj.CRS.from_user_input(wanted)
    except pyproj.exceptions.CRSError:
        raise UnusableSource(N_("{crs} is no CRS. Write it as EPSG:28992."), crs=wanted[:80]) from None
    flat = crs.sub_crs_list[0] if crs.is_compound else crs
    code = (flat.to_authority(min_confidence=20) or ("", ""))[1]
    if code not in _CRS_CODES:
        raise UnusableSource(
            N_("{source} is in {crs}, which is not taken. Deliver RD (EPSG:28992), longitude/latitude (EPSG:4258, 4326) or EPSG:3857."),
            source=layer.source,
            crs=f"{crs.name} ({code})" if code else crs.name,
        )
    return _CRS_CODES[code]


def _describe(path: Path, name: str) -> FileLayer:
    import pyogrio

    try:
        info = pyogrio.read_info(path, layer=name)
    except _faults() as error:
        raise _unreadable(path, error) from None
    cut = 10 if info["driver"] == "ESRI Shapefile" else None
    return FileLayer(path, name, [str(field) for field in info["fields"]], info["crs"], int(info["features"]), cut)


def _faults() -> tuple[type[Exception], ...]:
    """What reading a file may raise."""
    from pyarrow import ArrowException
    from pyogrio import errors

    return (errors.DataSourceError, errors.DataLayerError, errors.FeatureError, ArrowException, OSError, RuntimeError)


def _is_sidecar(path: Path) -> bool:
    return path.name.startswith(".") or path.suffix.lower() in SIDECARS or path.name.endswith((".gpkg-wal", ".gpkg-shm"))


def _unreadable(path: Path, error: Exception) -> UnusableSource:
    reason = " ".join(str(error).partition("; It might help")[0].split()).replace(str(path.parent) + "/", "")[:200]
    return UnusableSource(N_("{source} cannot be read as a vector file: {reason}"), source=path.name, reason=reason)
