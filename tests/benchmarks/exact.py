"""Who answers exactly: the ids that a server gives against shapely's brute force over the same polygons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo_service.geometry import to_lonlat
from tests.benchmarks import town
from tests.benchmarks.load import answered
from tests.benchmarks.report import Report
from tests.benchmarks.servers import Server

HEADER = "| who | questions | features that match | given | given wrongly | left out | numberMatched right |\n" + "|---" * 7 + "|"
ALL = 10_000
LEAST_M2 = 1000


@dataclass(frozen=True)
class Condition:
    """A word, a number and a triangle in CRS84."""

    word: str
    triangle: shapely.Polygon

    def text(self, server: Server) -> str:
        """In the server's language: CQL2, or the older CQL of pygeoapi."""
        touches = "S_INTERSECTS" if server.language == "cql2-text" else "INTERSECTS"
        ring = ", ".join(f"{x:.7f} {y:.7f}" for x, y in self.triangle.exterior.coords)
        return f"plus_fysiek_voorkomen = '{self.word}' AND oppervlakte_m2 >= {LEAST_M2} AND {touches}({{geometry}}, POLYGON(({ring})))"


def conditions(squares: np.ndarray) -> list[Condition]:
    """One triangle in each square (RD), rounded as the text will say it."""
    made = []
    for number, square in enumerate(squares):
        corners = np.round(shapely.get_coordinates(to_lonlat(square))[:3], 7)
        made.append(Condition(town.PLUS_TYPES[number % len(town.PLUS_TYPES)], shapely.Polygon(corners)))
    return made


def boxes(report: Report, servers: Sequence[Server], green: np.ndarray, squares: np.ndarray) -> None:
    """All features that touch a box."""
    shapes = to_lonlat(green)
    asked = [tuple(np.round(shapely.bounds(to_lonlat(square)), 7)) for square in squares]
    truth = [_ids(shapely.intersects(shapes, shapely.box(*box))) for box in asked]
    report.part("Exactness of boxes (2 km, CRS84) against shapely")
    _compare(report, servers, [[server.page(box, ALL) for box in asked] for server in servers], truth, "boxes")


def filters(report: Report, servers: Sequence[Server], green: np.ndarray, asked: Sequence[Condition]) -> None:
    """All features that meet a filter."""
    shapes, words = to_lonlat(green), town.plus_types(len(green))
    large = shapely.area(green) >= LEAST_M2
    truth = [_ids(large & (words == one.word) & shapely.intersects(shapes, one.triangle)) for one in asked]
    report.part("Exactness of CQL2 filters against shapely")
    _compare(report, servers, [[server.filtered(one.text(server), ALL) for one in asked] for server in servers], truth, "CQL2 filters")


def _compare(report: Report, servers: Sequence[Server], paths: Sequence[Sequence[str]], truth: Sequence[set[str]], what: str) -> None:
    rows = []
    for server, asked in zip(servers, paths, strict=True):
        wrong = left_out = given = counted = 0
        for path, right in zip(asked, truth, strict=True):
            answer = json.loads(answered(server, path).read())
            got = {feature["properties"]["lokaal_id"] for feature in answer["features"]}
            given, wrong, left_out = given + len(got), wrong + len(got - right), left_out + len(right - got)
            counted += answer.get("numberMatched") == len(right)
        total = sum(map(len, truth))
        rows.append(f"| {server.name} | {len(truth)} | {total} | {given} | {wrong} | {left_out} | {counted} of {len(truth)} |")
        if server is servers[0]:
            report.aim(
                f"{what}: the same as shapely", "no difference", f"{wrong} wrong, {left_out} left out of {total}", wrong + left_out == 0
            )
    report.table(HEADER, rows)


def _ids(chosen: np.ndarray) -> set[str]:
    return {town.register_id(number) for number in np.flatnonzero(chosen)}
