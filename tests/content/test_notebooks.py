"""The notebooks run from the first cell to the last, on any database of ours; what is committed is small and tells no machine."""

from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import nbformat
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient
from rasterio.transform import from_origin

from geo_service.catalogue.raster.figures import refresh
from geo_service.catalogue.raster.files import rasters_folder
from geo_service.catalogue.raster.service import register
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.db.engine import transaction
from tests.builders import X, Y
from tests.conftest import ROOT
from tests.rasters import shares, write

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST = 150_000


def test_the_notebooks_are_there_and_small():
    assert [path.stem for path in NOTEBOOKS] == [
        "1_read_a_layer",
        "2_coverage_over_the_years",
        "3_from_question_to_layer",
        "4_green_that_no_register_holds",
    ]
    for path in NOTEBOOKS:
        text = path.read_text()
        assert len(text) < LARGEST
        assert "postgresql://" not in text
        assert str(Path.home()) not in text
        cells = [cell for cell in nbformat.reads(text, as_version=4).cells if cell.cell_type == "code"]
        assert any("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)


def with_a_green_map(database, path):
    """An edition of the green map on the town, measured."""
    write(path, shares(50, 30), place=from_origin(X - 50, Y + 250, 10, 10))
    rasters = load_catalogue(content_root()).rasters
    folder = rasters_folder(Path(database.environment["GEO_DATA_DIR"]))
    with transaction(database.sessions) as session:
        register(session, folder, rasters["groenkaart"], path, day=date(2026, 6, 1), now=datetime.now(UTC))
        refresh(session, folder, rasters)


@contextmanager
def kernel():
    """One for all notebooks, which begin without names of an earlier one: most of the time of a kernel goes to its imports."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(ROOT / "notebooks"))
    try:
        yield manager
    finally:
        manager.shutdown_kernel(now=True)


def test_every_cell_runs(town, database, monkeypatch, tmp_path):
    with_a_green_map(database, tmp_path / "green.tif")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, value in database.environment.items():
        monkeypatch.setenv(name, value)
    with kernel() as shared:
        for path in NOTEBOOKS:
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
            NotebookClient(notebook, km=shared, timeout=120).execute(cleanup_kc=False)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_transforms_nothing_itself(path):
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert not any("to_crs(" in source for source in code), "geopandas goes around the RDNAPTRANS2018 grid"
