"""What all descriptions share: our addresses, the municipality, whom to ask, licences, and the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo_service.catalogue.dcat_terms import THEMES, Graph, Node, address, text
from geo_service.catalogue.definition import LayerDefinition, Published
from geo_service.catalogue.licences import LICENCES, strictest
from geo_service.errors import N_
from geo_service.municipality import Municipality
from geo_service.words import DEFAULT, Language, say

SCHEMATIC = N_("Schematic example, not data of the municipality.")
FEATURES, TILES, MAPS, REST = "ogc-api-features", "ogc-api-tiles", "ogc-api-map-tiles", "rest-api"
TILES_STANDARD = ("http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core", "OGC API - Tiles - Part 1: Core")
CONFORMS = {
    FEATURES: ("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core", "OGC API - Features - Part 1: Core"),
    TILES: TILES_STANDARD,
    MAPS: TILES_STANDARD,
    REST: ("https://spec.openapis.org/oas/v3.1.0", "OpenAPI 3.1"),
}
TITLES = {
    FEATURES: ("OGC API Features", "Objecten van elke laag, met filters, voor elke dag."),
    TILES: ("OGC API Tiles", "Vectortegels van de lagen, in Web Mercator en in RD."),
    MAPS: ("OGC API Tiles (rasters)", "Tegels van de rasters als beeld, in Web Mercator en in RD."),
    REST: ("REST API", "Bestanden van de lagen en cijfers over dekking, voor elke dag."),
}

Licensed = tuple[Published, str]
"""A layer, and the licence that it has now."""


@dataclass(frozen=True)
class Site:
    """Where we are and whose the data is. ``base`` has no slash at the end; ``schematic``: nothing here is real."""

    base: str
    municipality: Municipality
    schematic: bool = False

    def at(self, layer_id: str | None = None) -> str:
        """The page of the catalogue, or of one layer in it. What it describes is a part of that address (``#…``)."""
        return f"{self.base}/catalogus" + (f"/{layer_id}" if layer_id else "")

    def dataset(self, layer_id: str) -> str:
        """The address that stands for a dataset."""
        return f"{self.at(layer_id)}#dataset"

    def honest(self, told: str, language: Language = DEFAULT) -> str:
        """A text that says so where nothing is real."""
        return f"{say(SCHEMATIC, language)} {told}" if self.schematic else told

    def common(self, graph: Graph, themes: Sequence[str]) -> dict[str, Any]:
        """What a catalogue, a dataset and a service all tell."""
        agent = self.agent(graph)
        return {
            "dct_accessRights": graph.listed("access-right", "PUBLIC", "dct:RightsStatement"),
            "dct_language": graph.listed("language", "NLD", "dct:LinguisticSystem"),
            "dct_creator": agent,
            "dct_publisher": agent,
            "dcat_contactPoint": self.contact(graph),
            "dcat_theme": [graph.listed("data-theme", theme, "skos:Concept", THEMES[theme]) for theme in themes],
        }

    @property
    def publisher(self) -> str:
        """Who publishes, in words."""
        return f"Gemeente {self.municipality.name}{' (voorbeeld)' if self.schematic else ''}"

    def agent(self, graph: Graph) -> Node:
        """The municipality, by its address in the register of organisations where that is configured; it did not publish the demo."""
        known = None if self.schematic else self.municipality.metadata.organisation
        kind = "http://purl.org/adms/publishertype/LocalAuthority"
        concept = graph.put(kind, "skos:Concept", skos_prefLabel=text("Local Authority", "en"))
        name = text(self.publisher)
        return graph.put(
            known or f"{self.at()}#gemeente",
            "foaf:Agent",
            foaf_name=name,
            foaf_homepage=address(self.municipality.contact_url),
            dct_type=concept,
        )

    def contact(self, graph: Graph) -> Node:
        """The team that answers questions."""
        return graph.put(
            f"{self.at()}#contact",
            ["vcard:Kind", "vcard:Organization"],
            vcard_fn=text(self.municipality.contact_name),
            vcard_hasEmail=address(f"mailto:{self.municipality.contact_email}"),
            vcard_hasURL=address(self.municipality.contact_url),
        )

    def licence(self, graph: Graph, name: str) -> Node:
        """A licence, and the same one in the list of the EU."""
        known = LICENCES[name]
        same = address(known.eu)
        return graph.put(known.uri, "dct:LicenseDocument", dct_title=text(known.title, "en"), skos_exactMatch=same)

    def services(self, graph: Graph, layers: Sequence[Licensed]) -> list[Node]:
        """The ways to ask for these layers; one that has nothing to serve is left out."""
        features = [each for each in layers if isinstance(each[0], LayerDefinition)]
        tiled = [each for each in layers if isinstance(each[0], LayerDefinition) and each[0].tiles]
        cells = [each for each in layers if not isinstance(each[0], LayerDefinition)]
        ogc, api = f"{self.base}/ogc/v1", f"{self.base}/api/v1"
        served = (
            (FEATURES, ogc, f"{ogc}/api", ogc, features),
            (TILES, ogc, f"{ogc}/api", ogc, tiled),
            (MAPS, ogc, f"{ogc}/api", ogc, cells),
            (REST, f"{api}/layers", f"{api}/openapi.json", f"{api}/docs", layers),
        )
        return [self._service(graph, *one) for one in served if one[-1]]

    def _service(self, graph: Graph, name: str, endpoint: str, definition: str, page: str, layers: Sequence[Licensed]) -> Node:
        title, description = TITLES[name]
        standard, called = CONFORMS[name]
        return graph.put(
            self.service(name),
            "dcat:DataService",
            **self.common(graph, sorted({theme for layer, _ in layers for theme in layer.themes})),
            dct_title=text(f"{title} {self.municipality.name}"),
            dct_description=text(self.honest(description)),
            dct_identifier=self.service(name),
            dct_license=self.licence(graph, strictest([licence for _, licence in layers]).spdx),
            dct_conformsTo=graph.put(standard, "dct:Standard", dct_title=text(called, "en")),
            dcat_endpointURL=address(endpoint),
            dcat_endpointDescription=address(definition),
            dcat_landingPage=graph.put(page, "foaf:Document"),
            foaf_page=graph.put(page, "foaf:Document"),
            dcat_keyword=[text(word) for word in ("API", "groen", "zelfbeheer")],
            dcat_servesDataset=[address(self.dataset(layer.id)) for layer, _ in layers],
        )

    def service(self, name: str) -> str:
        """The address that stands for a service."""
        return f"{self.at()}#{name}"
