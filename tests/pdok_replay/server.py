"""A server that behaves as PDOK's OGC APIs do (domain knowledge: docs/pdok-import.md): cursor paging only, RD and CRS84, unknown
parameters refused; and that fails where a test wants it to.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo_service.geometry import CRS84_URI, RD_URI, to_lonlat

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRSS = [CRS84_URI, RD_URI, EPSG + "3857", EPSG + "4258"]
PARAMETERS = {"f", "limit", "cursor", "crs", "bbox", "bbox-crs", "datetime", "lokaal_id", "gemeentecode"}
LARGEST = 1000


@dataclass
class Feature:
    """A feature with its geometry in RD."""

    properties: dict[str, Any]
    geometry: BaseGeometry | None
    id: str | None = None


@dataclass
class Replay:
    """What the server holds and how it misbehaves.

    ``collections``: by path below the base address, "lv/bgt/ogc/v1/begroeidterreindeel". ``faults``: number of the request for items
    (from 1) -> a fault of ``FAULTS``, or a function that answers itself. ``page``: its own largest page. ``edition``: cursors of
    another edition are refused. ``repeat``: each page begins with the last feature of the page before. ``knows``: parameters it takes.
    """

    collections: dict[str, list[Feature]] = field(default_factory=dict)
    faults: dict[int, Any] = field(default_factory=dict)
    page: int = LARGEST
    edition: str = "1"
    repeat: bool = False
    knows: set[str] = field(default_factory=lambda: set(PARAMETERS))
    crs: str | None = None
    content_crs: bool = True
    slow: float = 0
    mend: Callable[[dict[str, Any]], Any] | None = None
    requests: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def asked(self, collection: str = "") -> list[str]:
        """The addresses of items that were asked so far."""
        return [path for _, path, _ in self.requests if "/items" in path and collection in path]


class Refused(Exception):
    """A request that the server does not take: status and text."""


@contextmanager
def replaying(replay: Replay) -> Iterator[Replay]:
    """Serve it on a free port of loopback."""

    class Handler(_Handler):
        pass

    Handler.replay = replay
    server = _Server(("127.0.0.1", 0), Handler)
    replay.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield replay
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    replay: Replay
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        replay = self.replay
        replay.requests.append((time.monotonic(), self.path, dict(self.headers)))
        number = len(replay.asked())
        fault = replay.faults.get(number) if "/items" in self.path else None
        time.sleep(replay.slow if "/items" in self.path else 0)
        try:
            if callable(fault):
                fault(self)
            elif fault is not None:
                FAULTS[fault](self)
            else:
                self._answer()
        except Refused as refused:
            status, told = refused.args
            self.send(status, {"type": "about:blank", "title": told, "status": status}, kind="application/problem+json")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, status: int, content: Any, kind: str = "application/geo+json", **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> None:
        path = urlparse(self.path).path.strip("/")
        api, _, rest = path.partition("/collections")
        ours = {key: features for key, features in self.replay.collections.items() if key.startswith(api + "/")}
        name = rest.strip("/").removesuffix("/items")
        if not ours or (name and f"{api}/{name}" not in ours):
            raise Refused(404, "Not Found")
        here = f"{self.replay.url}/{api}"
        if rest.endswith("/items"):
            self._items(f"{api}/{name}", f"{here}/collections/{name}/items")
        elif name:
            self.send(200, _about(name, here), kind="application/json")
        elif "/collections" in path:
            self.send(200, {"collections": [_about(key.rpartition("/")[2], here) for key in ours]}, kind="application/json")
        else:
            links = [{"rel": "data", "href": f"{here}/collections"}, {"rel": "conformance", "href": f"{here}/conformance"}]
            self.send(200, {"title": api, "links": links}, kind="application/json")

    def _items(self, key: str, address: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlparse(self.path).query).items()}
        if strange := sorted(set(asked) - self.replay.knows):
            raise Refused(400, f"unknown query parameter(s) found: {', '.join(strange)}")
        crs = self.replay.crs or asked.get("crs", CRS84_URI)
        if crs not in CRSS:
            raise Refused(400, "crs is not supported")
        features = _narrowed(self.replay.collections[key], asked)
        start, limit = self._cursor(asked.get("cursor")), min(int(asked.get("limit", "10")), LARGEST, self.replay.page)
        page = features[max(0, start - (1 if self.replay.repeat and start else 0)) : start + limit]
        links = [{"rel": "self", "type": "application/geo+json", "href": self.replay.url + self.path}]
        if start + limit < len(features):
            cursor = base64.urlsafe_b64encode(f"{self.replay.edition}|{start + limit}".encode()).decode()
            links.append({"rel": "next", "type": "application/geo+json", "href": f"{address}?{urlencode({**asked, 'cursor': cursor})}"})
        content = {
            "type": "FeatureCollection", "timeStamp": "2026-11-21T12:00:00Z", "numberReturned": len(page), "links": links,
            "features": [{"type": "Feature", "id": feature.id or str(start + n), "properties": feature.properties,
                          "geometry": _geometry(feature.geometry, crs)} for n, feature in enumerate(page)],
        }  # fmt: skip
        headers = {"Content_Crs": f"<{crs}>"} if self.replay.content_crs else {}
        self.send(200, self.replay.mend(content) if self.replay.mend else content, **headers)

    def _cursor(self, told: str | None) -> int:
        if told is None:
            return 0
        try:
            edition, _, start = base64.urlsafe_b64decode(told).decode().partition("|")
        except ValueError:
            raise Refused(400, "invalid cursor") from None
        if edition != self.replay.edition:
            raise Refused(400, "cursor has expired")
        return int(start)


def _about(name: str, here: str) -> dict[str, Any]:
    links = [{"rel": "items", "type": "application/geo+json", "href": f"{here}/collections/{name}/items"}]
    return {"id": name, "title": name, "crs": CRSS, "storageCrs": RD_URI, "links": links}


def _narrowed(features: list[Feature], asked: dict[str, str]) -> list[Feature]:
    for name in ("gemeentecode", "lokaal_id"):
        features = [one for one in features if one.properties.get(name) == asked[name]] if name in asked else features
    if "bbox" in asked:
        if asked.get("bbox-crs") != RD_URI:
            raise Refused(400, "bbox-crs is not supported here")
        box = shapely.box(*map(float, asked["bbox"].split(",")))
        features = [one for one in features if one.geometry is None or one.geometry.intersects(box)]
    return features


def _geometry(shape: BaseGeometry | None, crs: str) -> Any:
    if shape is None:
        return None
    if crs != RD_URI:
        shape = to_lonlat(shape)
    if crs.endswith("4258"):
        shape = shapely.transform(shape, lambda xy: xy[:, ::-1])
    if crs.endswith("3857"):
        shape = shapely.transform(shape, _mercator)
    return json.loads(shapely.to_geojson(shape))


def _mercator(lonlat: np.ndarray) -> np.ndarray:
    radius = 6378137.0
    return np.column_stack([radius * np.radians(lonlat[:, 0]), radius * np.log(np.tan(np.pi / 4 + np.radians(lonlat[:, 1]) / 2))])


def _cut_off(handler: _Handler) -> None:
    body = b'{"type": "FeatureCollection", "features": [{"type": "Fea'
    handler.send_response(200)
    handler.send_header("Content-Type", "application/geo+json")
    handler.send_header("Content-Length", str(len(body) + 1000))
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True


def _hang_up(handler: _Handler) -> None:
    handler.close_connection = True
    handler.connection.close()


HTML = b"<html><body><h1>Service unavailable</h1></body></html>"
FAULTS: dict[str, Callable[[_Handler], None]] = {
    "500": lambda handler: handler.send(500, {"title": "Internal Server Error"}, kind="application/problem+json"),
    "429": lambda handler: handler.send(429, b"", Retry_After="1"),
    "429 for an hour": lambda handler: handler.send(429, b"", Retry_After="3600"),
    "503 html": lambda handler: handler.send(503, HTML, kind="text/html"),
    "200 html": lambda handler: handler.send(200, HTML, kind="text/html"),
    "broken json": lambda handler: handler.send(200, b'{"type": "Feat'),
    "cut off": _cut_off,
    "hang up": _hang_up,
}
"""Ways to fail, by name."""
