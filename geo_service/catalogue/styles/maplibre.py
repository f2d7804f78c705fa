"""The style of a layer as MapLibre draws it (style specification version 8), on our tiles.

A style that needs no sprite holds no pictures: a pattern is told in ``metadata``; the dashes of its line keep the looks apart.
"""

from typing import Any

from geo_service.catalogue.definition import LayerDefinition, Look
from geo_service.catalogue.matrices import TILE_PIXELS, WEB_MERCATOR
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.styles.rules import MARKER_PIXELS, Between, Condition, Empty, Equal, Other, dashes, fill_opacity, rules
from geo_service.catalogue.tiles import tiles_of

VERSION = 8
Filter = list[Any] | None


def maplibre(layer: LayerDefinition | RasterDefinition, tiles_url: str) -> dict[str, Any]:
    """A style document. ``tiles_url`` has ``{z}``, ``{y}`` and ``{x}`` (WebMercatorQuad); ``NotFound`` for a layer without tiles."""
    if isinstance(layer, RasterDefinition):  # its map tiles have their colours already
        source, parts = {"type": "raster", "tileSize": TILE_PIXELS}, [{"id": layer.id, "type": "raster", "source": layer.id}]
    else:
        tiles = tiles_of(layer)
        source, parts = {"type": "vector", "minzoom": tiles.minzoom, "maxzoom": tiles.maxzoom}, _parts(layer)
    return {
        "version": VERSION,
        "name": layer.title,
        "metadata": {"layer": layer.id, "licence": layer.licence, "source": layer.source},
        "sources": {layer.id: {**source, "tiles": [tiles_url], "attribution": f"{layer.owner}, {layer.licence}"}},
        "layers": parts,
    }


def tiles_address(service: str, layer: LayerDefinition | RasterDefinition) -> str:
    """The address of the tiles of a layer in WebMercatorQuad, as map programs want it; ``service`` is that of the OGC API."""
    kind = "map/tiles" if isinstance(layer, RasterDefinition) else "tiles"
    return f"{service}/collections/{layer.id}/{kind}/{WEB_MERCATOR.id}/{{z}}/{{y}}/{{x}}"


def _parts(layer: LayerDefinition) -> list[dict[str, Any]]:
    """Every fill below every line: a neighbour never covers half of a border."""
    drawn = [_fill, _line] if layer.geometry.endswith("Polygon") else [_line] if layer.geometry.endswith("LineString") else [_circle]
    return [
        {**part, "source": layer.id, "source-layer": layer.id}
        for draw in drawn
        for number, rule in enumerate(rules(layer.style))
        if (part := draw(f"{layer.id}-{number}", rule.look, _filter(rule.condition, layer.style.column)))
    ]


def _filter(condition: Condition, column: str | None) -> Filter:
    value = ["get", column]
    match condition:
        case Equal(word):
            return ["==", value, word]
        case Between(lowest, below, not_zero):
            ends = [["<", value, below]] if below is not None else []
            return ["all", ["==", ["typeof", value], "number"], [">=", value, lowest], *ends, *([["!=", value, 0]] if not_zero else [])]
        case Empty(or_zero):
            return ["==", ["to-number", value], 0] if or_zero else ["==", value, None]
        case Other(words):
            return ["!", ["in", value, ["literal", list(words)]]]
    return None


def _fill(name: str, look: Look, condition: Filter) -> dict[str, Any] | None:
    if look.fill is None:
        return None
    return _part(f"{name}-fill", "fill", look, condition, {"fill-color": look.fill, "fill-opacity": fill_opacity(look)})


def _line(name: str, look: Look, condition: Filter) -> dict[str, Any] | None:
    if look.line is None or not look.width:
        return None
    paint: dict[str, Any] = {"line-color": look.line, "line-width": look.width}
    if look.dash:  # in widths of the line
        paint["line-dasharray"] = [round(length / look.width, 3) for length in dashes(look)]
    return _part(f"{name}-line", "line", look, condition, paint)


def _circle(name: str, look: Look, condition: Filter) -> dict[str, Any] | None:
    paint: dict[str, Any] = {"circle-radius": MARKER_PIXELS / 2, "circle-opacity": look.opacity if look.fill else 0}
    paint |= {"circle-color": look.fill} if look.fill else {}
    paint |= {"circle-stroke-color": look.line, "circle-stroke-width": look.width} if look.line else {}
    return _part(f"{name}-circle", "circle", look, condition, paint)


def _part(name: str, kind: str, look: Look, condition: Filter, paint: dict[str, Any]) -> dict[str, Any]:
    told = {"title": look.title, **({"pattern": look.pattern} if look.pattern != "full" else {})}
    part = {"id": name, "type": kind, "metadata": told, "paint": paint}
    return {**part, "filter": condition} if condition else part
