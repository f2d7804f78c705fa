"""What strangers may send instead of a plot, with a word that the answer must say."""

import json
import math

import numpy as np

LON, LAT = 5.22, 52.34
RING = [[LON, LAT], [LON + 0.001, LAT], [LON + 0.001, LAT + 0.001], [LON, LAT + 0.001], [LON, LAT]]


def polygon(*rings) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def moved(ring, dx, dy) -> list:
    return [[x + dx, y + dy] for x, y in ring]


def circle(points: int) -> list:
    angles = np.append(np.linspace(0, 2 * math.pi, points, endpoint=False), 0)
    return np.column_stack([LON + 0.001 * np.cos(angles), LAT + 0.001 * np.sin(angles)]).round(5).tolist()


def text(document) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def replaced(number: str) -> bytes:
    return text(polygon(RING)).replace(b"5.221", number.encode(), 1)


BOW_TIE = [[LON, LAT], [LON + 0.001, LAT + 0.001], [LON + 0.001, LAT], [LON, LAT + 0.001], [LON, LAT]]
SWAPPED = [[y, x] for x, y in RING]
SMALL = [[LON + (x - LON) / 10, LAT + (y - LAT) / 10] for x, y in RING]

HOSTILE = {
    "NaN": (replaced("NaN"), "not numbers"),
    "Infinity": (replaced("-Infinity"), "not numbers"),
    "1e999": (replaced("1e999"), "not numbers"),
    "1e308": (replaced("1e308"), "not lie in the Netherlands"),
    "whole number of 4000 digits": (replaced("9" * 4000), "not numbers"),
    "text for a number": (replaced('"5.2"'), "A point is two numbers"),
    "true for a number": (replaced("true"), "A point is two numbers"),
    "four numbers": (text(polygon([[*point, 1, 2] for point in RING])), "A point is two numbers"),
    "unclosed": (text(polygon(RING[:-1])), "not closed"),
    "three points": (text(polygon(RING[:2] + RING[:1])), "at least four points"),
    "one point four times": (text(polygon([RING[0]] * 4)), "three different points"),
    "line": (text(polygon([RING[0], RING[1], RING[2], RING[1], RING[0]])), "near"),
    "flat": (text(polygon([[LON, LAT], [LON + 0.001, LAT], [LON + 0.002, LAT], [LON, LAT]])), "crosses itself"),
    "smaller than the grid": (text(polygon([[LON + (x - LON) * 1e-6, LAT + (y - LAT) * 1e-6] for x, y in RING])), "no area"),
    "bow-tie": (text(polygon(BOW_TIE)), "crosses itself near 5.2205, 52.3405"),
    "hole outside": (text(polygon(RING, moved(SMALL, 0.01, 0))), "outside the shape"),
    "overlapping parts": (text({"type": "MultiPolygon", "coordinates": [[RING], [moved(RING, 0.0005, 0.0005)]]}), "crosses itself"),
    "100,000 points": (text(polygon(circle(100_000))), "more than 10,000 points"),
    "100,000 rings": (text({"type": "MultiPolygon", "coordinates": [[[]]] * 100_000}), "more than 10,000 points"),
    "a million numbers": (b'{"type":"MultiPolygon","coordinates":[1' + b",1" * 999_000 + b"]}", "more than 10,000 points"),
    "over 2 MB": (text({**polygon(RING), "more": "x" * 2_100_000}), "larger than 2 MB"),
    "nested 10,000 deep": (b'{"type":"Polygon","coordinates":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "nested too deep"),
    "nested 500 deep": (b'{"type":"Polygon","coordinates":' + b"[" * 500 + b"]" * 500 + b"}", "A point is two numbers"),
    "antimeridian": (text(polygon([[179.9, LAT], [-179.9, LAT], [-179.9, LAT + 1], [179.9, LAT + 1], [179.9, LAT]])), "Netherlands"),
    "swapped": (text(polygon(SWAPPED)), "Latitude and longitude look swapped"),
    "RD without saying so": (text(polygon([[143000, 483000], [143010, 483000], [143010, 483010], [143000, 483000]])), "look like RD"),
    "Paris": (text(polygon(moved(RING, -2.9, -3.5))), "not lie in the Netherlands"),
    "as large as a province": (text(polygon([[5, 52], [6, 52], [6, 53], [5, 52]])), "across"),
    "empty body": (b"", "not JSON"),
    "empty object": (b"{}", "is needed here"),
    "null": (b"null", "is needed here"),
    "number": (b"42", "is needed here"),
    "list": (b"[]", "is needed here"),
    "empty polygon": (text(polygon()), "empty"),
    "empty multipolygon": (text({"type": "MultiPolygon", "coordinates": []}), "empty"),
    "empty ring": (text(polygon([])), "empty"),
    "no coordinates": (text({"type": "Polygon"}), "empty"),
    "coordinates as object": (text({"type": "Polygon", "coordinates": {"a": 1}}), "list of rings"),
    "feature without geometry": (text({"type": "Feature", "properties": {}, "geometry": None}), "is needed here"),
    "point": (text({"type": "Point", "coordinates": [LON, LAT]}), "not points or lines"),
    "line string": (text({"type": "LineString", "coordinates": RING}), "not points or lines"),
    "collection": (text({"type": "GeometryCollection", "geometries": [polygon(RING)]}), "not a collection"),
    "feature collection": (text({"type": "FeatureCollection", "features": []}), "not a collection"),
    "type as list": (text({"type": ["Polygon"], "coordinates": []}), "is needed here"),
    "cut off": (text(polygon(RING))[:-20], "not JSON"),
    "UTF-16": (json.dumps(polygon(RING)).encode("utf-16"), "UTF-8"),
    "Latin-1": ('{"naam": "café"}'.encode("latin-1"), "UTF-8"),
    "unknown crs member": (text({**polygon(RING), "crs": {"properties": {"name": "EPSG:32631"}}}), "Only CRS84 and RD"),
    "crs member as text": (text({**polygon(RING), "crs": "EPSG:28992"}), "Only CRS84 and RD"),
    "no green objects": (b'{"greenObjectIds": []}', "at least one"),
    "green objects as text": (b'{"greenObjectIds": "G1"}', "at least one"),
    "green objects and a geometry": (text({"greenObjectIds": ["G1"], "geometry": polygon(RING)}), "not both"),
    "green object that is a number": (b'{"greenObjectIds": [1]}', "text of 1 to 100"),
    "green object with NUL": (b'{"greenObjectIds": ["G\\u0000"]}', "text of 1 to 100"),
    "1,000 green objects": (text({"greenObjectIds": [f"G{number}" for number in range(1000)]}), "At most 100"),
}
