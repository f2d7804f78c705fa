"""The feed of changes as Atom (RFC 4287). Entries keep their address (RFC 4151) and their text as long as the log holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from geo_service.catalogue.changes import Change
from geo_service.catalogue.dcat_site import Site
from geo_service.catalogue.definition import Published
from geo_service.catalogue.lineage import register_name
from geo_service.catalogue.registry import Catalogue
from geo_service.days import day_of
from geo_service.errors import N_
from geo_service.registers.schemas import KINDS
from geo_service.web.metadata import ATOM
from geo_service.words import Language, say

NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TITLE, OF_ONE = N_("Changes of the open data of {municipality}"), N_("Changes of {title}, open data of {municipality}")
SUBTITLE = N_("New and changed layers, and the registers that feed them. The newest {count}.")
LAYER = {"new": N_("New layer: {title}"), "changed": N_("Layer defined anew: {title}"), "removed": N_("Layer taken away: {title}")}
REGISTER, EDITION = N_("{register} imported: {source}"), N_("{title}: map of {day}")
SCHEMATIC = N_("{register}: schematic example")
COUNTED = N_("{new} new, {changed} changed, {closed} closed.")
ZONES, EDITED = N_("Zones changed on {day}"), N_("Public zones were changed on this day.")
GONE = N_("This layer is no longer published.")
NEVER = datetime.fromtimestamp(0, UTC)
register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class Feed:
    """One feed: of everything, or of one layer."""

    site: Site
    catalogue: Catalogue
    language: Language
    layer: str | None = None

    def xml(self, changes: Sequence[Change]) -> bytes:
        """The whole document, the newest change first."""
        feed = Element(f"{{{NAMESPACE}}}feed", {XML_LANGUAGE: self.language})
        here = f"{self.site.base}/wijzigingen.atom" + (f"?laag={self.layer}" if self.layer else "")
        _add(feed, "id", here)
        _add(feed, "title", self._title())
        _add(feed, "subtitle", self.site.honest(say(SUBTITLE, self.language, count=len(changes)), self.language))
        _add(feed, "updated", _moment(max((change.moment for change in changes), default=NEVER)))
        SubElement(feed, f"{{{NAMESPACE}}}link", rel="self", type=ATOM, href=here)
        SubElement(feed, f"{{{NAMESPACE}}}link", rel="alternate", type="text/html", href=self.site.at(self.layer))
        author = SubElement(feed, f"{{{NAMESPACE}}}author")
        _add(author, "name", self.site.publisher)
        for change in changes:
            self._entry(feed, change)
        return tostring(feed, encoding="utf-8", xml_declaration=True)

    def _entry(self, feed: Element, change: Change) -> None:
        entry = SubElement(feed, f"{{{NAMESPACE}}}entry")
        layer = self._published(change)
        _add(entry, "id", f"tag:{urlsplit(self.site.base).hostname},{day_of(change.moment)}:{change.about}/{change.id}")
        _add(entry, "title", self._headline(change, layer))
        _add(entry, "updated", _moment(change.moment))
        SubElement(entry, f"{{{NAMESPACE}}}link", rel="alternate", type="text/html", href=self.site.at(layer.id if layer else None))
        SubElement(entry, f"{{{NAMESPACE}}}category", term=change.about)
        _add(entry, "content", self._content(change, layer))

    def _title(self) -> str:
        name = self.site.municipality.name
        if self.layer is None:
            return say(TITLE, self.language, municipality=name)
        layer = self.catalogue.get(self.layer) or self.catalogue.rasters[self.layer]
        return say(OF_ONE, self.language, title=layer.title, municipality=name)

    def _published(self, change: Change) -> Published | None:
        known: Published | None = None
        if change.about in ("layer", "raster"):
            known = self.catalogue.get(change.name) or self.catalogue.rasters.get(change.name)
        return known if known and known.audience == "public" else None

    def _headline(self, change: Change, layer: Published | None) -> str:
        if change.about == "layer":
            return say(LAYER[change.what], self.language, title=change.title)
        if change.about == "zones":
            return say(ZONES, self.language, day=change.day)
        if change.about == "raster":
            return say(EDITION, self.language, title=layer.title if layer else change.name, day=change.day)
        register = register_name(next(kind for kind in KINDS if kind == change.what), self.language)
        if change.schematic:
            return say(SCHEMATIC, self.language, register=register)
        return say(REGISTER, self.language, register=register, source=change.name)

    def _content(self, change: Change, layer: Published | None) -> str:
        if change.about == "register":
            return say(COUNTED, self.language, new=change.new or 0, changed=change.changed or 0, closed=change.closed or 0)
        if change.about == "zones":
            return self.site.honest(say(EDITED, self.language), self.language)
        return layer.summary if layer and change.what != "removed" else say(GONE, self.language)


def _add(parent: Element, name: str, value: str) -> None:
    SubElement(parent, f"{{{NAMESPACE}}}{name}").text = value


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
