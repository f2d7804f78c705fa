"""The style of a layer as MapLibre draws it (style specification version 8), on our vector tiles.

A style that needs no sprite holds no pictures: a pattern is told in ``metadata``; the dashes of its line keep the looks apart.
"""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from geo_service.catalogue.definition import LayerDefinition, Look, Style
from geo_service.catalogue.tiles import tiles_of

VERSION = 8
PALE = 0.4
MARKER_PIXELS = 6
Filter = list[Any] | None


def maplibre(layer: LayerDefinition, tiles_url: str) -> dict[str, Any]:
    """A style document. ``tiles_url`` has ``{z}``, ``{y}`` and ``{x}`` (WebMercatorQuad); ``NotFound`` for a layer without tiles."""
    tiles = tiles_of(layer)
    looks = list(_looks(layer.style))
    drawn = [_fill, _line] if layer.geometry.endswith("Polygon") else [_line] if layer.geometry.endswith("LineString") else [_circle]
    return {
        "version": VERSION,
        "name": layer.title,
        "metadata": {"layer": layer.id, "licence": layer.licence, "source": layer.source},
        "sources": {
            layer.id: {
                "type": "vector",
                "tiles": [tiles_url],
                "minzoom": tiles.minzoom,
                "maxzoom": tiles.maxzoom,
                "attribution": f"{layer.owner}, {layer.licence}",
            }
        },
        "layers": [
            {**part, "source": layer.id, "source-layer": layer.id}
            for draw in drawn  # every fill below every line: a neighbour never covers half of a border
            for number, (look, condition) in enumerate(looks)
            if (part := draw(f"{layer.id}-{number}", look, condition))
        ],
    }


def _looks(style: Style) -> Iterable[tuple[Look, Filter]]:
    """Every look with the condition under which it is drawn."""
    if style.look:
        yield style.look, None
        return
    value = ["get", style.column]
    for word, look in style.values.items():
        yield look, ["==", value, word]
    known = ["==", ["typeof", value], "number"]
    above_nothing = [[">", value, 0]] if style.nothing else []
    for step, following in zip_longest(style.classes, style.classes[1:]):
        below = [["<", value, following.at_least]] if following else []
        yield step, ["all", known, [">=", value, step.at_least], *below, *above_nothing]
    if style.nothing:
        yield style.nothing, ["<=", ["to-number", value], 0] if style.classes else ["!", ["has", style.column]]


def _fill(name: str, look: Look, condition: Filter) -> dict[str, Any] | None:
    if look.fill is None:
        return None
    opacity = look.opacity * (PALE if look.pattern == "pale" else 1)
    return _part(f"{name}-fill", "fill", look, condition, {"fill-color": look.fill, "fill-opacity": opacity})


def _line(name: str, look: Look, condition: Filter) -> dict[str, Any] | None:
    if look.line is None or not look.width:
        return None
    paint: dict[str, Any] = {"line-color": look.line, "line-width": look.width}
    if look.dash:  # in widths of the line
        paint["line-dasharray"] = [round(float(length) / look.width, 3) for length in look.dash.split()]
    return _part(f"{name}-line", "line", look, condition, paint)


def _circle(name: str, look: Look, condition: Filter) -> dict[str, Any] | None:
    paint: dict[str, Any] = {"circle-radius": MARKER_PIXELS, "circle-opacity": look.opacity if look.fill else 0}
    paint |= {"circle-color": look.fill} if look.fill else {}
    paint |= {"circle-stroke-color": look.line, "circle-stroke-width": look.width} if look.line else {}
    return _part(f"{name}-circle", "circle", look, condition, paint)


def _part(name: str, kind: str, look: Look, condition: Filter, paint: dict[str, Any]) -> dict[str, Any]:
    told = {"title": look.title, **({"pattern": look.pattern} if look.pattern != "full" else {})}
    part = {"id": name, "type": kind, "metadata": told, "paint": paint}
    return {**part, "filter": condition} if condition else part
