"""The words of DCAT in JSON-LD: namespaces, values with a language or a type, and what the lists of the EU call things."""

from datetime import date, datetime
from typing import Any

Node = dict[str, Any]
AUTHORITY = "http://publications.europa.eu/resource/authority"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
THEMES = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
"""The list data-theme of the EU."""


class Graph:
    """Nodes by their address, each told once; what refers to a node holds only its address."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def put(self, address: str, kind: str | list[str], **properties: Any) -> Node:
        """Add a node; ``dct_title`` is ``dct:title``, and what is None or empty is left out. Returns the reference to it."""
        told = {name.replace("_", ":", 1): value for name, value in properties.items() if value not in (None, [], ())}
        self._nodes[address] = {"@id": address, "@type": kind, **told}
        return {"@id": address}

    def listed(self, name: str, code: str, kind: str | list[str], label: str | None = None) -> Node:
        """A value of a list of the EU."""
        return self.put(f"{AUTHORITY}/{name}/{code}", kind, skos_prefLabel=text(label, "en") if label else None)

    def document(self) -> Node:
        """All of it as JSON-LD."""
        return {"@context": CONTEXT, "@graph": list(self._nodes.values())}


def text(value: str, language: str = "nl") -> Node:
    """A text in a language."""
    return {"@value": value, "@language": language}


def typed(value: Any, kind: str) -> Node:
    """A value of a datatype."""
    return {"@value": str(value), "@type": kind}


def when(moment: datetime | date | None) -> Node | None:
    """A moment or a day."""
    if moment is None:
        return None
    return typed(moment.isoformat(), "xsd:dateTime" if isinstance(moment, datetime) else "xsd:date")


def address(value: str) -> Node:
    """An address that stands for itself."""
    return {"@id": value}
