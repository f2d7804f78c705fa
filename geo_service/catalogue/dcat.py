"""What is published as DCAT-AP-NL 3.0 (docs.geostandaarden.nl/dcat/dcat-ap-nl30), in JSON-LD: a catalogue, its datasets and its services.

Only public layers belong in it; the caller chooses. Addresses stay the same as long as the address of the service does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo_service.catalogue.dcat_files import distributions
from geo_service.catalogue.dcat_rasters import raster_distributions
from geo_service.catalogue.dcat_site import Site
from geo_service.catalogue.dcat_terms import AUTHORITY, Graph, Node, text, typed, when
from geo_service.catalogue.definition import LayerDefinition, Published
from geo_service.catalogue.extent import Extent
from geo_service.catalogue.lineage import statement
from geo_service.catalogue.metadata import Known
from geo_service.catalogue.query import Box
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.words import LANGUAGES

PROFILE = "https://docs.geostandaarden.nl/dcat/dcat-ap-nl30/"
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
TITLE = "Open data over groen in zelfbeheer in {name}"
DESCRIPTION = "De openbare lagen over groen, zelfbeheer en gebieden van de gemeente {name}: als bestand, en via API's voor elke dag."


@dataclass(frozen=True)
class Described:
    """A layer with all that is known of it; a raster layer with its newest edition."""

    layer: Published
    known: Known
    extent: Extent
    edition: RasterEdition | None = None

    @property
    def licence(self) -> str:
        """Its licence: an edition of a raster may have its own."""
        return self.edition.licence if self.edition else self.layer.licence

    @property
    def source(self) -> str:
        """Its source in words, as the licence."""
        return self.edition.source if self.edition else self.layer.source


def catalogue(site: Site, layers: Sequence[Described]) -> Node:
    """Everything that is published, in one document."""
    graph = Graph()
    name, place = site.municipality.name, f"{site.at()}#catalogus"
    moments = [moment for each in layers for moment in (each.known.created, each.known.updated) if moment]
    graph.put(
        place,
        "dcat:Catalog",
        **site.common(graph, ("ENVI",)),
        dct_title=text(TITLE.format(name=name)),
        dct_description=text(site.honest(DESCRIPTION.format(name=name))),
        dct_identifier=place,
        dct_license=site.licence(graph, site.municipality.metadata.licence),
        dct_issued=when(min(moments, default=None)),
        dct_modified=when(max(moments, default=None)),
        dct_spatial=_places(graph, site, place, _around([each.extent.box for each in layers if each.extent.box])),
        dct_conformsTo=graph.put(PROFILE, "dct:Standard", dct_title=text("DCAT-AP-NL 3.0")),
        foaf_homepage=graph.put(site.at(), "foaf:Document"),
        dcat_themeTaxonomy=graph.put(f"{AUTHORITY}/data-theme", "skos:ConceptScheme", dct_title=text("Data theme", "en")),
        dcat_dataset=[_dataset(graph, site, each) for each in layers],
        dcat_service=site.services(graph, [(each.layer, each.licence) for each in layers]),
    )
    return graph.document()


def dataset(site: Site, described: Described) -> Node:
    """One layer, with its files and services."""
    graph = Graph()
    _dataset(graph, site, described)
    site.services(graph, [(described.layer, described.licence)])
    return graph.document()


def _dataset(graph: Graph, site: Site, described: Described) -> Node:
    layer, known, place = described.layer, described.known, site.dataset(described.layer.id)
    return graph.put(
        place,
        "dcat:Dataset",
        **site.common(graph, layer.themes),
        dct_title=text(layer.title),
        dct_description=text(site.honest(layer.summary)),
        dct_identifier=place,
        dct_issued=when(known.created),
        dct_modified=when(known.updated),
        dct_accrualPeriodicity=graph.listed("frequency", layer.frequency, "dct:Frequency"),
        dct_spatial=_places(graph, site, place, described.extent.box),
        dct_temporal=_period(graph, place, described.extent),
        dct_conformsTo=graph.put(RD, "dct:Standard", dct_title=text("Amersfoort / RD New (EPSG:28992)")),
        dct_provenance=_provenance(graph, place, described),
        dcat_keyword=[text(word) for word in layer.keywords],
        dcat_landingPage=graph.put(site.at(layer.id), "foaf:Document"),
        foaf_page=graph.put(f"{site.base}/ogc/v1/collections/{layer.id}", "foaf:Document"),
        dcat_distribution=_distributions(graph, site, described),
    )


def _distributions(graph: Graph, site: Site, described: Described) -> list[Node]:
    if isinstance(described.layer, RasterDefinition) and described.edition:
        return raster_distributions(graph, site, described.layer, described.edition)
    return distributions(graph, site, described.layer) if isinstance(described.layer, LayerDefinition) else []


def _provenance(graph: Graph, place: str, described: Described) -> Node:
    told = [text(statement(described.source, described.known, language), language) for language in LANGUAGES]
    return graph.put(f"{place}-herkomst", "dct:ProvenanceStatement", rdfs_label=told)


def _places(graph: Graph, site: Site, place: str, box: Box | None) -> list[Node]:
    """The box around it, and the municipality where its address as a place is configured."""
    known = site.municipality.metadata.place
    told = [graph.put(known, "dct:Location")] if known else []
    if box is None:
        return told
    west, south, east, north = (round(value, 6) for value in box)
    ring = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    return [*told, graph.put(f"{place}-gebied", "dct:Location", dcat_bbox=typed(ring, "geosparql:wktLiteral"))]


def _around(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _period(graph: Graph, place: str, extent: Extent) -> Node | None:
    if extent.first is None and extent.last is None:
        return None
    days: dict[str, Any] = {"dcat_startDate": when(extent.first), "dcat_endDate": when(extent.last)}
    return graph.put(f"{place}-periode", "dct:PeriodOfTime", **days)
