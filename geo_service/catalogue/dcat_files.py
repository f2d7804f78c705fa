"""The distributions of a dataset: the files to take away, and the services that answer."""

from dataclasses import dataclass

from geo_service.catalogue.dcat_site import FEATURES, REST, TILES, Site
from geo_service.catalogue.dcat_terms import MEDIA_TYPES, Graph, Node, address, text
from geo_service.catalogue.definition import LayerDefinition
from geo_service.catalogue.formats import FORMATS


@dataclass(frozen=True)
class FileKind:
    """A format as catalogues know it: its name, and its code in the EU's list file-type where it has one. ``packed``: in a ZIP."""

    title: str
    code: str | None
    packed: bool = False


FILES = {
    "gpkg": FileKind("GeoPackage", "GPKG"),
    "geojson": FileKind("GeoJSON", "GEOJSON"),
    "geojsonl": FileKind("GeoJSONSeq", None),
    "parquet": FileKind("GeoParquet", "PARQUET"),
    "shp": FileKind("Shapefile", "SHP", packed=True),
    "csv": FileKind("CSV", "CSV"),
    "xlsx": FileKind("Excel", "XLSX"),
}
"""By the name of the format. FlatGeobuf is in neither list (EU file-type, IANA media types), so it is not told here."""


def distributions(graph: Graph, site: Site, layer: LayerDefinition) -> list[Node]:
    """Files and services of one layer."""
    return [*(_file(graph, site, layer, name) for name in FILES), *_answers(graph, site, layer)]


def _file(graph: Graph, site: Site, layer: LayerDefinition, name: str) -> Node:
    kind, place = FILES[name], address(f"{site.base}/api/v1/layers/{layer.id}/export?format={name}")
    media = media_type(graph, FORMATS[name].media_type)
    return graph.put(
        f"{site.at(layer.id)}#{name}",
        "dcat:Distribution",
        **shared(graph, site, layer.licence),
        dct_title=text(f"{layer.title}: {kind.title}"),
        dct_format=graph.listed("file-type", kind.code, "dct:MediaTypeOrExtent") if kind.code else None,
        dcat_mediaType=media,
        dcat_packageFormat=media if kind.packed else None,
        dcat_accessURL=place,
        dcat_downloadURL=place,
        dcat_accessService=address(site.service(REST)),
        dct_conformsTo=_schema(graph, site, layer),
    )


def _answers(graph: Graph, site: Site, layer: LayerDefinition) -> list[Node]:
    collection = f"{site.base}/ogc/v1/collections/{layer.id}"
    ways: list[tuple[str, str, str, str | None]] = [(FEATURES, "OGC API Features", f"{collection}/items", "GEOJSON")]
    if layer.tiles:
        ways.append((TILES, "OGC API Tiles", f"{collection}/tiles", None))
    return [
        graph.put(
            f"{site.at(layer.id)}#{service}",
            "dcat:Distribution",
            **shared(graph, site, layer.licence),
            dct_title=text(f"{layer.title}: {title}"),
            dct_format=graph.listed("file-type", code, "dct:MediaTypeOrExtent") if code else None,
            dcat_accessURL=address(place),
            dcat_accessService=address(site.service(service)),
            dct_conformsTo=_schema(graph, site, layer),
        )
        for service, title, place, code in ways
    ]


def shared(graph: Graph, site: Site, licence: str) -> dict[str, Node]:
    """What every distribution tells."""
    return {"dct_license": site.licence(graph, licence), "dct_language": graph.listed("language", "NLD", "dct:LinguisticSystem")}


def media_type(graph: Graph, name: str) -> Node:
    """A media type in the register of IANA."""
    return graph.put(f"{MEDIA_TYPES}/{name}", "dct:MediaType")


def _schema(graph: Graph, site: Site, layer: LayerDefinition) -> Node:
    told = text(f"Kolommen van {layer.title}")
    return graph.put(f"{site.base}/ogc/v1/collections/{layer.id}/schema", "dct:Standard", dct_title=told)
