"""Every format in a process of its own, beside ogr2ogr and geopandas: wall, CPU of the client, peak memory, features read back."""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio

from geo_service.catalogue.formats import FORMATS
from tests.benchmarks.bench import Bench
from tests.benchmarks.one_export import LAYER
from tests.benchmarks.report import Report

ROOT = Path(__file__).parents[2]
CHILD = [sys.executable, "-m", "tests.benchmarks.one_export"]
HEADER = "| what | wall s | client CPU s | peak RSS MB | file MB | features |\n|---|---|---|---|---|---|"
MOST_MB = {"fgb": 300}
OGR = {"gpkg": "GPKG", "fgb": "FlatGeobuf", "geojson": "GeoJSON"}


def bench_exports(bench: Bench, report: Report) -> None:
    """All formats, then the baselines; the aim is that memory stays flat and that no feature is lost."""
    report.part("Exports")
    url = bench.cluster.url()
    with tempfile.TemporaryDirectory(prefix="geo-bench-exports-") as name:
        ours = {
            format: measured(ours_command(url, format, Path(name)), Path(name) / f"ours.{FORMATS[format].extension}") for format in FORMATS
        }
        rows = [row(f"this service: {format}", found) for format, found in ours.items()]
        for format, driver in OGR.items():
            path = Path(name) / f"ogr.{format}"
            rows.append(row(f"ogr2ogr: {format}", measured(ogr_command(url, driver, path), path)))
        for format in ("gpkg", "parquet"):
            path = Path(name) / f"frame.{format}"
            rows.append(row(f"geopandas: {format}", measured([*CHILD, "frame", url, format, str(path)], path)))
    report.table(HEADER, rows)
    counts = {found[4] for found in ours.values()}
    report.aim("export: features", f"{max(counts):,} in every format", ", ".join(f"{n:,}" for n in counts), len(counts) == 1)
    for format in ("geojson", "parquet", "gpkg", "fgb"):
        most = MOST_MB.get(format, 250)
        report.aim(f"export {format}: peak memory", f"under {most} MB", f"{ours[format][2]:.0f} MB", ours[format][2] < most)


def row(name: str, found: tuple[float, float, float, float, int]) -> str:
    wall, cpu, rss, size, count = found
    return f"| {name} | {wall:.1f} | {cpu:.1f} | {rss:.0f} | {size:.1f} | {count:,} |"


def measured(command: list[str], path: Path) -> tuple[float, float, float, float, int]:
    """Seconds, CPU seconds, peak MB of one process, MB of its file, and the features in it."""
    start, before, peak = time.perf_counter(), os.times(), 0.0
    with tempfile.TemporaryFile() as told, subprocess.Popen(command, cwd=ROOT, stderr=told) as process:
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.02)
        told.seek(0)
        assert process.returncode == 0, told.read().decode()
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, peak, path.stat().st_size / 1e6, features(path)


def peak_of(pid: int) -> float:
    """MB; what wait4 tells would begin at the size of this process."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def features(path: Path) -> int:
    """Read back without holding all of it."""
    if path.suffix == ".parquet":
        return pq.read_metadata(path).num_rows
    if path.suffix == ".geojsonl":
        with path.open("rb") as lines:
            return sum(1 for _ in lines)
    if path.suffix == ".csv":
        csv.field_size_limit(10**9)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return sum(1 for _ in csv.reader(lines, delimiter=";")) - 1
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
            return sum(piece.count(b"<row ") for piece in sheet) - 1
    return int(pyogrio.read_info(path, force_feature_count=True)["features"])


def ours_command(url: str, format: str, folder: Path) -> list[str]:
    return [*CHILD, "ours", url, format, str(folder / f"ours.{FORMATS[format].extension}")]


def ogr_command(url: str, driver: str, path: Path) -> list[str]:
    return [
        "ogr2ogr",
        "-f",
        driver,
        str(path),
        f"PG:{url}",
        "-sql",
        f"select lokaal_id, soort_groen, geldig_van, oppervlakte_m2, geometrie from layers.{LAYER}",
        "-nln",
        LAYER,
    ]
