"""Items, filters and vector tiles beside tipg and pygeoapi: the same data, the same run, CPU per request."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import numpy as np
import psycopg
import shapely

from geo_service.catalogue import features
from geo_service.catalogue.features import Question, Shown
from geo_service.catalogue.query import CRS84
from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.geometry import to_lonlat
from tests.benchmarks import exact, load, measure, town
from tests.benchmarks.bench import Bench
from tests.benchmarks.load import Variant, compare, http_ask
from tests.benchmarks.report import Report
from tests.benchmarks.servers import Server, all_servers, make_peer_table

BOXES, TILES, DAYS, BARE = 4000, 300, 400, 200
COLUMNS = (
    "lokaal_id", "categorie", "soort_groen", "fysiek_voorkomen", "plus_fysiek_voorkomen", "bronhouder", "kwaliteit", "aanlegjaar",
    "vervangingsjaar", "geldig_van", "geldig_tot", "geschat", "oppervlakte_m2",
)  # fmt: skip
SLOWEST_LOW_ZOOM_MS = 100
MOST_OVER_SQL = 1.4


@contextmanager
def served(bench: Bench, report: Report) -> Iterator[list[Server]]:
    """The servers over the data of this run; those that are missing are named."""
    make_peer_table(bench.cluster, COLUMNS)
    with all_servers(bench.cluster, bench.folder) as (servers, missing):
        for words in missing:
            report.say(words)
        yield servers


def bench_items(bench: Bench, report: Report, servers: Sequence[Server]) -> None:
    """Pages of features in a box, and beside them what the same statement costs without a server."""
    for limit, side, at_most in ((100, 700, 3.5), (1000, 2000, 2.5)):
        boxes = [tuple(shapely.bounds(to_lonlat(square)).tolist()) for square in squares(bench, side, BOXES)]
        report.part(f"Items, limit {limit}, in boxes of {side} m (CRS84)")
        variants = _variants(servers, lambda server, limit=limit, boxes=boxes: [server.page(box, limit) for box in boxes])
        variants.append(_bare_statement(bench, boxes, limit))
        _race(bench, report, variants)
        _against_tipg(report, f"items, limit {limit}", variants, at_most)
        over = variants[0].cpu_ms / variants[-1].cpu_ms
        report.aim(f"items, limit {limit}: over the SQL itself", f"at most {MOST_OVER_SQL}x", f"{over:.1f}x", over <= MOST_OVER_SQL)
    exact.boxes(report, servers, bench.green, squares(bench, 2000, 8, seed=5))


def _bare_statement(bench: Bench, boxes: Sequence[tuple[float, ...]], limit: int) -> Variant:
    """The statements of the endpoint for these boxes, as it makes them, on connections without a server."""
    layer = load_catalogue(content_root())["groenobjecten"]
    shown = Shown(tuple(layer.columns), CRS84, 7)
    made = [features.page_lookup(Question(layer, shown, box), limit, counted=True) for box in boxes[:BARE]]

    def work(connection: psycopg.Connection, number: int) -> int:
        lookup = made[number % len(made)]
        return sum(len(row[0]) for row in connection.execute(lookup.statement, lookup.values))

    return Variant("the statement alone", (), load.sql_ask(bench.cluster.url(), work))


def bench_filter(bench: Bench, report: Report, servers: Sequence[Server]) -> None:
    """A CQL2 filter: a word, a number and a triangle."""
    conditions = exact.conditions(squares(bench, 2000, BOXES, seed=9))
    report.part("CQL2 filter (word, number, triangle of 2 km), limit 100")
    variants = _variants(servers, lambda server: [server.filtered(condition.text(server), 100) for condition in conditions])
    _race(bench, report, variants)
    exact.filters(report, servers, bench.green, conditions[:8])


def bench_tiles(bench: Bench, report: Report, servers: Sequence[Server]) -> None:
    """Tiles made, remembered and unchanged. Ours are asked for as of another day each time, or they would come from memory."""
    mine = servers[0]
    for z, at_most in ((14, 2.5), (16, 4.0)):
        report.part(f"Vector tiles, z{z} (gzip, as every map asks)")
        spots = tiles_of_town(bench, z)
        variants = _variants(servers, lambda server, spots=spots: [server.at_tile(*spot) for spot in spots], "gzip")
        variants[0] = Variant("this service, made", (mine.pid,), http_ask(mine, _made_anew(mine, spots), "gzip"))
        kept = [mine.at_tile(*spot) for spot in spots]
        etags = [load.answered(mine, path, "gzip").headers["ETag"] for path in kept]
        variants.insert(1, Variant("this service, remembered", (mine.pid,), http_ask(mine, kept, "gzip")))
        variants.insert(2, Variant("this service, unchanged (304)", (mine.pid,), http_ask(mine, kept, "gzip", etags)))
        _race(bench, report, variants)
        _against_tipg(report, f"vector tile z{z}", variants, at_most)
        if z == 14:
            for variant in variants[1:3]:
                _against_tipg(report, f"vector tile z14: {variant.name.split(', ')[1]}", [variant, *variants[3:]], 100)
    _low_zooms(bench, report, servers)


def _low_zooms(bench: Bench, report: Report, servers: Sequence[Server]) -> None:
    report.part("Vector tiles, z8 to z12, made, one client", "pygeoapi is not asked: one tile of z8 took it more than two minutes.")
    rows, slowest = [], 0.0
    for z in range(8, 13):
        spots = tiles_of_town(bench, z)
        base = _one_by_one(bench, f"z{z}: {servers[0].name}", servers[0], _made_anew(servers[0], spots), 8)
        slowest = max(slowest, base.p50)
        rows.append(base.row())
        for server in servers[1:]:
            if server.name.startswith("tipg"):
                rows.append(_one_by_one(bench, f"z{z}: {server.name}", server, [server.at_tile(*spot) for spot in spots], 2).row(base))
    report.table(measure.HEADER, rows)
    report.aim(
        "vector tiles z8-z12, made", f"under {SLOWEST_LOW_ZOOM_MS} ms", f"p50 at most {slowest:.0f} ms", slowest < SLOWEST_LOW_ZOOM_MS
    )


def _one_by_one(bench: Bench, name: str, server: Server, paths: Sequence[str], count: int) -> measure.Timing:
    def work(k: int) -> None:
        load.answered(server, paths[k % len(paths)], "gzip").read()

    return measure.timed(name, [server.pid, bench.database], work, count, warm=1)


def _variants(servers: Sequence[Server], paths: Callable[[Server], Sequence[str]], encoding: str = "identity") -> list[Variant]:
    return [Variant(server.name, (server.pid,), http_ask(server, paths(server), encoding)) for server in servers]


def _race(bench: Bench, report: Report, variants: list[Variant]) -> None:
    compare(variants, bench.database, bench.seconds)
    report.table(load.HEADER, [variant.row(variants[0]) for variant in variants])


def _against_tipg(report: Report, what: str, variants: Sequence[Variant], at_least: float) -> None:
    peer = next((variant for variant in variants if variant.name.startswith("tipg")), None)
    if peer:
        ratio = peer.cpu_ms / variants[0].cpu_ms
        report.aim(what, f"at least {at_least:g}x less CPU than tipg", f"{ratio:.1f}x", ratio >= at_least)


def squares(bench: Bench, side: float, count: int, seed: int = 3) -> np.ndarray:
    """Squares of ``side`` m (RD) inside the town."""
    rng = np.random.default_rng(seed)
    low = town.ORIGIN + rng.uniform(0, town.METRES_PER_CELL * len(bench.green) ** 0.5 - side, (count, 2))
    return shapely.box(*low.T, *(low + side).T)


def tiles_of_town(bench: Bench, z: int) -> list[tuple[int, int, int]]:
    """Tiles (z, x, y) of WebMercatorQuad under random places of the town, at most ``TILES``, in random order."""
    spots = shapely.get_coordinates(to_lonlat(shapely.centroid(squares(bench, 50, 4 * TILES, seed=z))))
    x = (spots[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(np.radians(spots[:, 1]))) / np.pi) / 2
    found = dict.fromkeys(zip((x * 2**z).astype(int).tolist(), (y * 2**z).astype(int).tolist(), strict=True))
    return [(z, column, row) for column, row in list(found)[:TILES]]


def _made_anew(server: Server, spots: Sequence[tuple[int, int, int]]) -> list[str]:
    """Each tile as of one day after another."""
    days = (date(2025, 1, 1) + timedelta(days=k) for k in range(DAYS))
    return [f"{server.at_tile(*spot)}?at={day}" for day in days for spot in spots]
