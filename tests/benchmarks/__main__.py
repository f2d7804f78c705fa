"""``make bench``: this service at 100,000 green objects and 10,000 adoptions beside its baselines and its peers, in one run.

``python -m tests.benchmarks --only items,tiles`` measures some parts; ``--write docs/benchmarks.md`` puts the tables in the document.
"""

import argparse
import os
import tempfile
from pathlib import Path

from geo_service.db.embedded import Cluster
from geo_service.db.engine import make_engine, make_sessions
from tests.benchmarks import domain, exports, rasters, serving, town
from tests.benchmarks.bench import Bench, put_in, with_adoptions
from tests.benchmarks.report import Report

DOMAIN = {"plot-check": domain.bench_plot_check, "coverage": domain.bench_coverage, "rasters": rasters.bench_rasters}
SERVED = {"items": serving.bench_items, "filter": serving.bench_filter, "tiles": serving.bench_tiles}
PARTS = ("import", *DOMAIN, *SERVED, "exports", "race")


def main() -> None:
    """Everything in one run, so that ratios hold on a shared machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=100_000, help="green objects (adoptions are a tenth)")
    parser.add_argument("--seconds", type=float, default=2, help="how long each server is loaded per round (two rounds)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts to measure, of: {', '.join(PARTS)}")
    parser.add_argument("--write", type=Path, help="the document to put the tables in")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}; choose of: {', '.join(PARTS)}")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="geo-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the user of the database passes through it
        with Cluster(folder / "data") as cluster:
            green = town.cells(options.objects)
            report.say(f"{len(green):,} green objects, {len(green) // 10:,} adoptions, {os.cpu_count()} cores.")
            run(Bench(folder, cluster, green, options.seconds, make_sessions(make_engine(cluster.url()))), report, chosen)
    if options.write:
        report.write(options.write)


def run(bench: Bench, report: Report, chosen: list[str]) -> None:
    """The chosen parts, in the order of ``PARTS``: the race comes last, it leaves adoptions behind."""
    fill(bench, report, chosen)
    for part, work in DOMAIN.items():
        if part in chosen:
            work(bench, report)
    if set(chosen) & SERVED.keys():
        with serving.served(bench, report) as servers:
            for part, compare in SERVED.items():
                if part in chosen:
                    compare(bench, report, servers)
    if "exports" in chosen:
        exports.bench_exports(bench, report)
    if "race" in chosen:
        domain.bench_race(bench, report)


def fill(bench: Bench, report: Report, chosen: list[str]) -> None:
    """The town: by the import when that is measured, otherwise put in directly; pieces only where figures are asked for."""
    imported, figures = "import" in chosen, not set(chosen) <= {*SERVED, "exports"}
    put_in(bench, len(bench.green), with_green=not imported, with_pieces=figures)
    if imported:
        domain.bench_import(bench, report)
    with_adoptions(bench)


if __name__ == "__main__":
    main()
