"""The servers that are compared, each one process on loopback over the same PostgreSQL: this service, tipg, pygeoapi."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from geo_service.db.embedded import DATABASE, LOGIN, Cluster

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin"
CONNECTIONS = 8
STARTED_WITHIN_S = 60
TILE_COLUMNS = "lokaal_id,categorie,soort_groen,oppervlakte_m2"
PEER_TABLE = """
    drop schema if exists peers cascade;
    create schema peers;
    create table peers.green as
      select row_number() over (order by lokaal_id)::int as gid, {columns}, geometrie::geometry(MultiPolygon, 28992) as geom from
      layers.groenobjecten;
    alter table peers.green add primary key (gid);
    create index on peers.green using gist (geom);
    analyze peers.green;
"""


@dataclass(frozen=True)
class Server:
    """A running server and how it is asked for the green objects; ``pid`` and its children do the work."""

    name: str
    port: int
    pid: int
    items: str
    tile: str
    geometry: str
    language: str = "cql2-text"
    headers: dict[str, str] = field(default_factory=dict)

    def page(self, box: tuple[float, ...], limit: int) -> str:
        """Features in a box of CRS84."""
        return f"{self.items}&limit={limit}&bbox={','.join(f'{value:.7f}' for value in box)}"

    def filtered(self, condition: str, limit: int) -> str:
        """Features that meet a condition in which ``{geometry}`` stands for the geometry."""
        told = condition.format(geometry=self.geometry)
        return f"{self.items}&limit={limit}&filter-lang={self.language}&filter={urllib.parse.quote(told)}"

    def at_tile(self, z: int, x: int, y: int) -> str:
        """One vector tile of WebMercatorQuad."""
        return self.tile.format(z=z, x=x, y=y)


def make_peer_table(cluster: Cluster, columns: tuple[str, ...]) -> None:
    """The published columns and the geometry in RD as a plain table, as a peer would be given it."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(PEER_TABLE.format(columns=", ".join(columns)))


@contextmanager
def all_servers(cluster: Cluster, folder: Path) -> Iterator[tuple[list[Server], list[str]]]:
    """Those that start, and the words on those that do not."""
    missing: list[str] = []
    with ExitStack() as stack:
        servers = [stack.enter_context(ours(cluster))]
        for name, start in (("tipg", tipg), ("pygeoapi", pygeoapi)):
            try:
                servers.append(stack.enter_context(start(cluster, folder)))
            except (OSError, subprocess.CalledProcessError, TimeoutError) as error:
                fault = str(error).splitlines()[0]
                missing.append(
                    f"**{name} is not in these tables**: it does not start here ({fault}). `make bench` installs it in .venv-peers."
                )
        yield servers, missing


@contextmanager
def ours(cluster: Cluster) -> Iterator[Server]:
    """``geo-service serve`` as anybody starts it."""
    base = "/ogc/v1/collections/groenobjecten"
    port = _free_port()
    command = [sys.executable, "-m", "geo_service", "serve", "--port", str(port)]
    with _running(command, {"GEO_DATA_DIR": str(cluster.folder)}, port, f"{base}/items?limit=1") as pid:
        yield Server("this service", port, pid, f"{base}/items?f=json", f"{base}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}", "geometrie")


@contextmanager
def tipg(cluster: Cluster, _folder: Path) -> Iterator[Server]:
    """One uvicorn worker; a pool of as many connections as there are clients."""
    socket_folder = urllib.parse.quote(str(cluster.socket_folder()), safe="")
    environment = {
        "DATABASE_URL": f"postgresql://{LOGIN}@{socket_folder}:5432/{DATABASE}",
        "DB_MAX_CONN_SIZE": str(CONNECTIONS),
        "TIPG_DB_SCHEMAS": '["peers"]',
    }
    base, port = "/collections/peers.green", _free_port()
    command = [str(PEERS / "uvicorn"), "tipg.main:app", "--port", str(port), "--log-level", "warning"]
    with _running(command, environment, port, f"{base}/items?limit=1&f=geojson") as pid:
        tile = f"{base}/tiles/WebMercatorQuad/{{z}}/{{x}}/{{y}}?properties={TILE_COLUMNS}"
        yield Server(_named("tipg"), port, pid, f"{base}/items?f=geojson", tile, "geom")


@contextmanager
def pygeoapi(cluster: Cluster, folder: Path) -> Iterator[Server]:
    """One gunicorn worker with as many threads as there are clients, as its documentation says."""
    port = _free_port()
    config, described = folder / "pygeoapi.json", folder / "pygeoapi-openapi.json"
    config.write_text(json.dumps(_pygeoapi_config(cluster, port)))
    environment = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(described)}
    generate = [str(PEERS / "pygeoapi"), "openapi", "generate", str(config), "--format", "json", "--output-file", str(described)]
    subprocess.run(generate, env={**os.environ, **environment}, check=True, capture_output=True)
    base = "/collections/green"
    command = [str(PEERS / "gunicorn"), "--workers=1", f"--threads={CONNECTIONS}", f"--bind=127.0.0.1:{port}", "--timeout=120"]
    with _running([*command, "--log-level=error", "pygeoapi.flask_app:APP"], environment, port, f"{base}/items?limit=1&f=json") as pid:
        tile = f"{base}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?f=mvt"
        yield Server(_named("pygeoapi"), port, pid, f"{base}/items?f=json", tile, "geom", "cql-text")


def _pygeoapi_config(cluster: Cluster, port: int) -> dict[str, object]:
    """Items from the table in RD, and tiles made by PostgreSQL; the words are only there because they must be."""
    crs = ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/28992"]
    data = {
        "host": str(cluster.socket_folder()),
        "port": "5432",
        "dbname": DATABASE,
        "user": LOGIN,
        "password": "",
        "search_path": ["peers", "public"],
    }
    table = {"data": data, "id_field": "gid", "table": "green", "geom_field": "geom", "storage_crs": crs[1], "crs": crs}
    tiles = {"options": {"zoom": {"min": 0, "max": 22}}, "format": {"name": "pbf", "mimetype": "application/vnd.mapbox-vector-tile"}}
    words = {"title": "Green", "description": "Green", "keywords": ["green"]}
    place = {"url": "http://127.0.0.1", "name": "x"}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port}, "url": f"http://127.0.0.1:{port}", "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8", "languages": ["en-US"], "map": {"url": "http://127.0.0.1/{z}/{x}/{y}", "attribution": "x"},
            "limits": {"default_items": 10, "max_items": 10_000},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**words, "keywords_type": "theme", "terms_of_service": "x", "url": "http://127.0.0.1"},
            "license": place, "provider": place, "contact": {"name": "x"},
        },
        "resources": {
            "green": {
                "type": "collection", **words, "links": [], "extents": {"spatial": {"bbox": [3, 50, 8, 54], "crs": crs[0]}},
                "providers": [
                    {"type": "feature", "name": "PostgreSQL", **table},
                    {"type": "tile", "name": "MVT-postgresql", **table, **tiles},
                ],
            }
        },
    }  # fmt: skip


def _named(package: str) -> str:
    command = [str(PEERS / "python"), "-c", f"import importlib.metadata as m; print(m.version('{package}'))"]
    return f"{package} {subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def _running(command: list[str], environment: dict[str, str], port: int, probe: str) -> Iterator[int]:
    """Start a server, wait until it answers the probe, and stop it at the end."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}{probe}", process)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # still at work on what nobody waits for
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=20).read()
        except urllib.error.HTTPError as error:
            raise OSError(f"{url} answers {error.code}") from error
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{url} does not answer")
