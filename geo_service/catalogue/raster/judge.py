"""Whether a file can be an edition of a raster layer, from its header alone: nothing of its content is read before this is in order.

All faults are gathered, each with what to do about it.
"""

import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.errors import N_, fault
from geo_service.geometry import RD, RD_BOUNDS

Fault = dict[str, Any]
MOST_CELLS = 2_000_000_000
MOST_BYTES_PER_CELL = 8
MOST_BLOCK_BYTES = 256 * 1024 * 1024
KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
SQUARE = 1e-6
"""By which share of a cell width and height may differ: rounding of a header."""
WIDEST_M = 1_000_000
"""Three times the Netherlands: what is wider has a wrong cell or a wrong system."""
METRES_PER_DEGREE = 111_320
STEPS = (1, 2, 2.5, 5, 10)

NO_CRS = N_("The file does not say in which coordinate system it is. If it is RD: gdal_translate -a_srs EPSG:28992 {file} {out}")
NOT_RD = N_("The file is in {crs}; a layer is in RD (EPSG:28992). This makes it so: {command}")
TURNED = N_("The cells are not north up in rows from west to east (rotated, sheared, or from south to north). This mends it: {command}")
NOT_SQUARE = N_("The cells are {width} by {height} m; they must be square. This mends it: {command}")
AWAY = N_("The file lies from {left}, {bottom} to {right}, {top}: not in the Netherlands. Its coordinates or its system are wrong.")
NO_BAND = N_("The layer takes band {band}; the file has {count}. Set band in the table [raster] of layers/{layer}.toml.")
KIND = N_("The cells are of kind {kind}, which cannot be used. This mends it: {command}")
SCALED = N_("The cells hold scaled numbers (scale {scale}, offset {offset}). This writes the values themselves: {command}")
NODATA_DIFFERS = N_(
    "The file says that nodata is {found}, and layers/{layer}.toml says {told}. Correct the .toml, or change the file: {command}"
)
NODATA_UNTOLD = N_(
    "The file says that nodata is {found}, and layers/{layer}.toml says nothing. Add to its table [raster]: nodata = {found}"
)
NODATA_CANNOT = N_("Nodata is {told} in layers/{layer}.toml, which cells of kind {kind} cannot hold. Choose a value that they can.")
TOO_MANY = N_("The file has {cells} cells; at most {most} are taken (GEO_RASTER_CELLS). Cut out what you need: {command}")
TOO_HEAVY = N_("The file has {bytes} bytes, more than {most} cells can need (GEO_RASTER_CELLS).")
BLOCKS = N_("The file is stored in blocks too large to read one by one ({megabytes} MB each). This cuts it into tiles: {command}")
MASKED = N_(
    "The file has a mask of cells without a value, and layers/{layer}.toml tells no nodata. Add one to its table [raster]: nodata = …"
)
NODATA_TAKEN = N_("The file does not say what nodata is; {told} is taken, as layers/{layer}.toml says.")


@dataclass(frozen=True)
class Header:
    """What is read of a sound file: its grid (RD, metres, from the top left), the kind of its cells, and remarks that are no faults."""

    width: int
    height: int
    cell_m: float
    left_m: float
    top_m: float
    kind: str
    nodata: float | None
    remarks: tuple[Fault, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where the cells lie (RD)."""
        return (self.left_m, self.top_m - self.height * self.cell_m, self.left_m + self.width * self.cell_m, self.top_m)


def faults_of(source: Any, path: Path, definition: RasterDefinition, most_cells: int) -> list[Fault]:
    """Everything in the header that must be mended first."""
    mend = _Mend(source, path, definition)
    return [*_place(source, mend), *_size(source, path, mend, most_cells), *_band(source, definition, mend)]


def header_of(source: Any, definition: RasterDefinition) -> Header:
    """The header of a file without faults."""
    kind, told = source.dtypes[definition.raster.band - 1], definition.raster.nodata
    taken = told is not None and source.nodatavals[definition.raster.band - 1] is None
    remark = fault("nodata", NODATA_TAKEN, told=plain(told or 0), layer=definition.id)
    place = source.transform
    return Header(
        source.width,
        source.height,
        place.a,
        place.c,
        place.f,
        kind,
        None if told is None else stored(kind, told),
        (remark,) if taken else (),
    )


def plain(value: float) -> str:
    """A number as one writes it in a .toml or a command."""
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)


def same(one: float | None, other: float | None) -> bool:
    """Whether two values of nodata are the same; not a number is the same as not a number."""
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def _place(source: Any, mend: "_Mend") -> list[Fault]:
    crs = horizontal(source.crs)
    if crs is None:
        return [fault("crs", NO_CRS, file=mend.file, out=mend.out)]
    if crs.to_epsg(25) != RD:
        return [fault("crs", NOT_RD, crs=mend.crs_name(crs), command=mend.warp(mend.metres(crs)))]
    place, (left, bottom, right, top) = source.transform, source.bounds
    sides = {"left": left, "bottom": bottom, "right": right, "top": top}
    if not all(map(math.isfinite, sides.values())):
        return [fault("place", AWAY, **{name: plain(side) for name, side in sides.items()})]
    if place.b or place.d or place.a <= 0 or place.e >= 0:
        return [fault("cells", TURNED, command=mend.warp(mend.metres(crs)))]
    faults = []
    if abs(place.a + place.e) > SQUARE * place.a:
        faults.append(fault("cells", NOT_SQUARE, width=plain(place.a), height=plain(-place.e), command=mend.warp(mend.metres(crs))))
    elsewhere = left >= RD_BOUNDS[2] or right <= RD_BOUNDS[0] or bottom >= RD_BOUNDS[3] or top <= RD_BOUNDS[1]
    if elsewhere or max(right - left, top - bottom) > WIDEST_M:
        faults.append(fault("place", AWAY, **{name: plain(round(side, 6)) for name, side in sides.items()}))
    return faults


def _size(source: Any, path: Path, mend: "_Mend", most_cells: int) -> list[Fault]:
    faults = []
    if (cells := source.width * source.height * source.count) > most_cells:
        faults.append(fault("size", TOO_MANY, cells=cells, most=most_cells, command=mend.cut()))
    if (size := path.stat().st_size) > most_cells * MOST_BYTES_PER_CELL:
        faults.append(fault("size", TOO_HEAVY, bytes=size, most=most_cells))
    rows, columns = source.block_shapes[0]
    bands = source.count if source.profile.get("interleave") == "pixel" else 1
    block = rows * columns * bands * np.dtype("complex128" if "complex" in source.dtypes[0] else source.dtypes[0]).itemsize
    if block > MOST_BLOCK_BYTES:
        faults.append(fault("size", BLOCKS, megabytes=block // 1024**2, command=mend.translate("-co TILED=YES")))
    return faults


def _band(source: Any, definition: RasterDefinition, mend: "_Mend") -> list[Fault]:
    cells, layer = definition.raster, definition.id
    if cells.band > source.count:
        return [fault("band", NO_BAND, band=cells.band, count=source.count, layer=layer)]
    kind, found = source.dtypes[cells.band - 1], source.nodatavals[cells.band - 1]
    if kind not in KINDS:
        return [fault("kind", KIND, kind=kind, command=mend.translate("-ot Float32"))]
    faults = []
    scale, offset = source.scales[cells.band - 1], source.offsets[cells.band - 1]
    if (scale, offset) != (1, 0):
        command = mend.translate("-unscale -ot Float32")
        faults.append(fault("scale", SCALED, scale=plain(scale), offset=plain(offset), command=command))
    if found is not None and cells.nodata is None:
        faults.append(fault("nodata", NODATA_UNTOLD, found=plain(found), layer=layer))
    elif cells.nodata is None and _masked(source, cells.band):
        faults.append(fault("nodata", MASKED, layer=layer))
    elif found is not None and cells.nodata is not None and not same(found, stored(kind, cells.nodata)):
        command = f"gdalwarp -dstnodata {plain(cells.nodata)} {mend.file} {mend.out}"
        faults.append(fault("nodata", NODATA_DIFFERS, found=plain(found), told=plain(cells.nodata), layer=layer, command=command))
    elif cells.nodata is not None and not holds(kind, cells.nodata):
        faults.append(fault("nodata", NODATA_CANNOT, told=plain(cells.nodata), layer=layer, kind=kind))
    return faults


def _masked(source: Any, band: int) -> bool:
    """Whether a mask or a band of opacity tells which cells have no value."""
    return bool({"per_dataset", "alpha"} & {flag.name for flag in source.mask_flag_enums[band - 1]})


def stored(kind: str, value: float) -> float:
    """A value as cells of a kind keep it: -9999.9 becomes the nearest that a float32 knows."""
    return float(np.dtype(kind).type(value)) if holds(kind, value) else value


def holds(kind: str, value: float) -> bool:
    """Whether cells of a kind can hold a value, as near as that kind can tell it."""
    if kind.startswith("float"):
        with np.errstate(over="ignore"):
            return not math.isfinite(value) or math.isfinite(np.dtype(kind).type(value))
    return math.isfinite(value) and value == int(value) and np.iinfo(kind).min <= value <= np.iinfo(kind).max


def horizontal(crs: Any) -> pyproj.CRS | None:
    """The system of east and north, also when heights (NAP) or a shift to WGS 84 belong to it."""
    if not crs:
        return None
    told = pyproj.CRS.from_wkt(crs.to_wkt())
    told = told.sub_crs_list[0] if told.is_compound else told
    return told.source_crs if told.is_bound and told.source_crs else told


@dataclass(frozen=True)
class _Mend:
    """Writes the commands that mend a file, to copy."""

    source: Any
    path: Path
    definition: RasterDefinition

    @property
    def file(self) -> str:
        return shlex.quote(str(self.path))

    @property
    def out(self) -> str:
        return shlex.quote(f"{self.path.stem}-rd.tif")

    def crs_name(self, crs: pyproj.CRS) -> str:
        code = crs.to_epsg(25)
        return f"EPSG:{code}" if code else crs.name[:80]

    def metres(self, crs: pyproj.CRS) -> float:
        """The side of a cell in round metres."""
        place = self.source.transform
        side = math.sqrt(abs(place.determinant)) or math.hypot(place.a, place.d)
        if crs.is_geographic:
            side = abs(place.e or place.d) * METRES_PER_DEGREE
        if not side or not math.isfinite(side):
            return 1
        power = 10 ** math.floor(math.log10(side))
        return float(min((step * power for step in STEPS), key=lambda round_: abs(round_ - side)))

    def warp(self, cell: float) -> str:
        method = "near" if self.definition.style.values else "average"
        return f"gdalwarp -t_srs EPSG:28992 -tr {plain(cell)} {plain(cell)} -tap -r {method} {self.file} {self.out}"

    def translate(self, options: str) -> str:
        return f"gdal_translate {options} {self.file} {self.out}"

    def cut(self) -> str:
        return f"gdalwarp -te XMIN YMIN XMAX YMAX {self.file} {self.out}"
