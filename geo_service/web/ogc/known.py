"""What a collection tells beside its content: since when, by whom and of which registers it was made, and where its metadata is.

The names are those of OGC API Records, where it has one.
"""

from collections.abc import Iterator
from typing import Any

from geo_service.catalogue.definition import Published
from geo_service.catalogue.lineage import lines
from geo_service.catalogue.metadata import Known
from geo_service.catalogue.sources import Origin
from geo_service.days import AMSTERDAM
from geo_service.errors import N_
from geo_service.web.metadata import ATOM, JSON_LD
from geo_service.web.ogc.asked import HTML, Asked, Link

METADATA, CHANGES = N_("The metadata as DCAT-AP-NL"), N_("What changed, as a feed")


def told_of(asked: Asked, layer: Published, known: Known) -> dict[str, Any]:
    """The part of a collection on its life and its sources."""
    moments = {"created": known.created, "updated": known.updated}
    return {
        "keywords": list(layer.keywords),
        "language": "nl",
        **{name: moment.astimezone(AMSTERDAM).isoformat() for name, moment in moments.items() if moment},
        "contacts": [_contact(asked)],
        "lineage": [_origin(origin) for origin in known.origins],
        "lineageText": lines(known, asked.language),
        **({"managedBasis": known.managed_basis} if known.managed_basis else {}),
    }


def metadata_of(asked: Asked, layer: Published | None = None) -> Iterator[Link]:
    """Where the metadata and the changes of a layer are, or of all; only what is public is in a catalogue."""
    if layer is None or layer.audience == "public":
        catalogue = f"/catalogus/{layer.id}.jsonld" if layer else "/catalogus.jsonld"
        feed = f"/wijzigingen.atom?laag={layer.id}" if layer else "/wijzigingen.atom"
        yield {"rel": "describedby", "href": asked.whole(catalogue), "type": JSON_LD, "title": asked.say(METADATA)}
        yield {"rel": "alternate", "href": asked.whole(feed), "type": ATOM, "title": asked.say(CHANGES)}


def _contact(asked: Asked) -> dict[str, Any]:
    ours = asked.here.municipality
    return {
        "name": ours.contact_name,
        "organization": f"Gemeente {ours.name}",
        "emails": [{"value": ours.contact_email}],
        "links": [{"rel": "about", "href": ours.contact_url, "type": HTML}],
        "roles": ["pointOfContact"],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "register": origin.kind,
        "source": origin.source,
        "importedAt": origin.imported_at.astimezone(AMSTERDAM).isoformat() if origin.imported_at else None,
        "edition": origin.edition,
        "objects": origin.objects,
        "schematic": origin.schematic,
    }
