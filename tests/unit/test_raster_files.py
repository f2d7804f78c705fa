"""Judging a file: everything that can be wrong with an analyst's raster, or with a hostile one, with what mends it."""

import resource
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from rasterio.transform import from_origin

from geo_service.catalogue.raster import service, values
from geo_service.errors import SetupError, UnusableSource
from geo_service.words import explain, faults
from tests.rasters import CELL, LEFT, TOP, classes, definition, shares, write

RD_AND_NAP = "EPSG:7415"


def told(path, layer=None, **more):
    """All faults of a file, in English."""
    with pytest.raises(UnusableSource) as caught:
        service.check(layer or definition(lowest=0, highest=100), path, **more)
    return " | ".join(fault["text"] for fault in faults(caught.value, "en")) or explain(caught.value, "en")


def turned(degrees):
    return Affine.translation(LEFT, TOP) @ Affine.rotation(degrees) @ Affine.scale(CELL, -CELL)


@pytest.mark.parametrize(
    ("options", "needed"),
    [
        ({"crs": None}, "does not say in which coordinate system"),
        ({"crs": "EPSG:4326", "place": from_origin(5.2, 52.4, 1 / 12000, 1 / 12000)}, "gdalwarp -t_srs EPSG:28992 -tr 10 10 -tap"),
        ({"crs": "EPSG:32631"}, "The file is in EPSG:32631"),
        ({"crs": "EPSG:3857", "place": from_origin(580000, 6_860_000, 0.5, 0.5)}, "-tr 0.5 0.5"),
        ({"place": turned(30)}, "not north up"),
        ({"place": Affine(CELL, 0, LEFT, 0, CELL, TOP)}, "from south to north"),
        ({"place": from_origin(LEFT, TOP, 10, 20)}, "10 by 20 m"),
        ({"place": from_origin(5.2, 52.4, 0.1, 0.1)}, "not in the Netherlands"),
        ({"place": from_origin(LEFT + 1e6, TOP, 10, 10)}, "not in the Netherlands"),
        ({"place": Affine(CELL, 0, np.nan, 0, -CELL, np.nan)}, "lies from nan, nan to nan, nan: not in the Netherlands"),
        ({"place": Affine(np.inf, 0, LEFT, 0, -np.inf, TOP)}, "not in the Netherlands"),
        ({"cells": np.array([[50]], "uint8"), "place": from_origin(-5e8, 5e8, 1e9, 1e9)}, "not in the Netherlands"),
        ({"nodata": 0}, "says that nodata is 0, and layers/proef.toml says 255"),
        ({"cells": shares().astype("complex64"), "nodata": None}, "kind complex64"),
        ({"cells": shares().astype("int64")}, "-ot Float32"),
        ({"cells": np.full((3, 3), 255, "uint8")}, "All cells are nodata"),
        ({"cells": np.array([[5, 200], [201, 7]], "uint8")}, "Cells outside 0 to 100: 2. The first is 200 at 144015, 486495"),
        ({"cells": shares().astype("int8"), "nodata": None}, "cells of kind int8 cannot hold"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_what_mends_it(options, needed, tmp_path):
    assert needed in told(write(tmp_path / "r.tif", **options))


def test_the_command_that_is_told_mends_the_file(tmp_path):
    """A map in degrees, turned, and with scaled numbers: each becomes usable by the line that is told."""
    for number, options in enumerate(
        [
            {"crs": "EPSG:4326", "place": from_origin(5.2, 52.4, 1 / 12000, 1 / 12000)},
            {"place": turned(20)},
            {"place": from_origin(LEFT, TOP, 10, 20)},
            {"cells": shares().astype("int64")},
        ]
    ):
        path = write(tmp_path / f"to mend {number}.tif", **options)
        command = told(path).rpartition(": ")[2]
        subprocess.run(shlex.split(command), cwd=tmp_path, check=True, capture_output=True)
        assert service.check(definition(lowest=0, highest=100), tmp_path / f"to mend {number}-rd.tif").cell_m == 10


def test_all_faults_of_a_header_come_at_once(tmp_path):
    path = write(tmp_path / "r.tif", place=turned(30), nodata=0)
    text = told(path, definition(band=3), most_cells=100)
    for part in ("not north up", "takes band 3; the file has 1", "2,400 cells; at most 100"):
        assert part in text
    with rasterio.open(path, "r+") as file:
        file.scales = (0.5,)
    assert "scale 0.5" in told(path)
    assert "nodata is 0" in told(path)


def test_bands_count_as_cells_and_blocks_are_judged_before_they_are_read(tmp_path):
    """A bomb: a header of 60,000 x 60,000 cells in a file of kilobytes is refused without reading it."""
    bomb = tmp_path / "bomb.tif"
    grid = {"width": 60_000, "height": 60_000, "count": 1, "dtype": "float64", "crs": "EPSG:28992", "nodata": 255}
    with rasterio.open(
        bomb, "w", driver="GTiff", transform=from_origin(0, 600000, 1, 1), sparse_ok=True, compress="deflate", blockysize=4_000, **grid
    ):
        pass
    assert bomb.stat().st_size < 100_000
    assert "3,600,000,000 cells" in told(bomb)
    assert "MB each" in told(bomb)
    assert "TILED=YES" in told(bomb, most_cells=10**10)
    assert "7,200 cells" in told(write(tmp_path / "three.tif", np.stack([shares()] * 3)), most_cells=5000)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "leeg.tif"), (b"II*\x00" + b"\xff" * 60, "kapot.tif"), (b"%PDF-1.7", "brief.tif"), (b"\x89PNG\r\n\x1a\n", "plaatje.png")],
)
def test_what_is_no_tiff_is_refused(content, name, tmp_path):
    (tmp_path / name).write_bytes(content)
    assert "is no GeoTIFF that can be read" in told(tmp_path / name)


def test_a_file_that_breaks_off_is_told_with_its_place(tmp_path):
    path = write(tmp_path / "half.tif", shares(600, 600), compress="deflate", tiled=True, blockxsize=256, blockysize=256)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "breaks off, or is damaged" in told(path)


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://127.0.0.1:9/x.tif", "/vsizip/x.zip/y.tif", "GTIFF_DIR:1:x.tif", "zip+file://x.zip!y.tif"]
)
def test_an_address_is_no_file(name, tmp_path):
    assert "There is no file" in told(Path(name))


def test_a_virtual_file_and_what_lies_beside_a_file_are_not_read(tmp_path):
    real = write(tmp_path / "real.tif")
    (tmp_path / "v.tif").write_text(
        f'<VRTDataset rasterXSize="60" rasterYSize="40"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{real}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert "is no GeoTIFF" in told(tmp_path / "v.tif")
    bare = write(tmp_path / "bare.tif", crs=None)
    srs = "<PAMDataset><SRS>EPSG:28992</SRS></PAMDataset>"
    (tmp_path / "bare.tif.aux.xml").write_text(srs)
    assert "does not say in which coordinate system" in told(bare)


@pytest.mark.parametrize("crs", ["EPSG:28992", RD_AND_NAP, "+proj=sterea +lat_0=52.15616055555555 +lon_0=5.38763888888889 +k=0.9999079 "
                                 "+x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.417,50.3319,465.552,-0.398957,0.343988,-1.8774,4.0725 "
                                 "+units=m +no_defs"])  # fmt: skip
def test_rd_in_every_writing_is_rd(crs, tmp_path):
    header = service.check(definition(), write(tmp_path / "r.tif", crs=crs))
    assert header.box == (LEFT, TOP - 400, LEFT + 600, TOP)


def test_nodata_that_the_file_leaves_out_is_taken_from_the_layer_and_said(tmp_path):
    header = service.check(definition(), write(tmp_path / "r.tif", nodata=None))
    assert header.nodata == 255
    assert [remark["values"]["told"] for remark in header.remarks] == ["255"]
    assert not service.check(definition(), write(tmp_path / "s.tif")).remarks
    untold = told(write(tmp_path / "t.tif"), definition(nodata=None))
    assert "nodata = 255" in untold


def test_not_a_number_is_nodata_only_when_there_is_nodata(tmp_path):
    cells = shares().astype("float32")
    cells[3, 4] = np.nan
    path = write(tmp_path / "r.tif", cells, nodata=None)
    assert "not a number: 1" in told(path, definition(nodata=None))
    assert service.check(definition(nodata=-9999), path).nodata == -9999
    assert np.isnan(service.check(definition(nodata=float("nan")), write(tmp_path / "s.tif", cells, nodata=np.nan)).nodata)


def test_endless_values_are_a_mistake_whatever_the_limits(tmp_path):
    cells = shares().astype("float32")
    cells[0, 0], cells[1, 1] = np.inf, -np.inf
    assert "Cells outside … to …: 2. The first is inf" in told(write(tmp_path / "r.tif", cells), definition())


@pytest.mark.parametrize("nodata", [-9999.9, -3.4028235e38])
def test_nodata_is_what_the_cells_make_of_it(nodata, tmp_path):
    """As a float32 tells it: no line could mend such a file, for gdalwarp writes the same again."""
    cells = shares().astype("float32")
    cells[0, 0] = nodata
    path = write(tmp_path / "r.tif", cells, nodata=float(np.float32(nodata)))
    layer = definition(nodata=nodata, lowest=0)
    header = values.judge(layer, path, 10_000, into=tmp_path / "tiles.tif")
    assert header.nodata == np.float32(nodata)
    with rasterio.open(tmp_path / "tiles.tif") as made:
        assert made.read(1, masked=True).mask.sum() == 1


def test_masked_cells_need_a_nodata_to_become(tmp_path):
    path = write(tmp_path / "r.tif", nodata=None)
    hidden = np.zeros((40, 60), "uint8")
    hidden[:, 30:] = 255
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as file:
        file.write_mask(hidden)
    seen_through = write(tmp_path / "s.tif", np.stack([shares(), hidden]), nodata=None, alpha="YES")
    for each in (path, seen_through):
        assert "has a mask of cells without a value" in told(each, definition(nodata=None))
        assert service.check(definition(), each).nodata == 255


def test_a_value_that_is_no_class_is_told(tmp_path):
    layer = definition(values=("10", "50", "80"), nodata=0)
    assert service.check(layer, write(tmp_path / "good.tif", classes(), nodata=0)).width == 60
    cells = classes()
    cells[0, 0], cells[5, 5], cells[6, 6] = 42, 43, 42
    assert "The values 42, 43 are no class in [style.values]" in told(write(tmp_path / "r.tif", cells, nodata=0), layer)


@pytest.mark.parametrize(("kinds", "expected"), [(("10", "50"), {10, 50}), (None, {30})])
def test_overviews_are_a_class_or_an_average(kinds, expected, tmp_path):
    """Halves of 10 and 50: a class is one of them, an average lies between."""
    cells = np.tile(np.array([[10, 50], [50, 10]], "uint8"), (600, 600))
    path = write(tmp_path / "r.tif", cells)
    values.make_cog(path, tmp_path / "cog.tif", definition(values=kinds))
    with rasterio.open(tmp_path / "cog.tif") as cog:
        assert cog.overviews(1)
        assert cog.profile["blockxsize"] == 512
    with rasterio.open(tmp_path / "cog.tif", overview_level=0) as half:
        assert set(np.unique(half.read(1))) <= expected


@pytest.mark.parametrize("lacking", [1, 20_000, 200_000])
def test_a_full_disk_is_noticed(lacking, tmp_path):
    """Also near the end of the file, where GDAL does not notice it itself."""
    path = write(tmp_path / "r.tif", shares(600, 600))
    values.make_cog(path, tmp_path / "cog.tif", definition())
    limit = (tmp_path / "cog.tif").stat().st_size - lacking
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, usual[1]))
    try:
        with pytest.raises(SetupError, match="could not be written whole"):
            values.make_cog(path, tmp_path / "half.tif", definition())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
