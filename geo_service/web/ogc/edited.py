"""What an editor sends: a feature in GeoJSON, or a part of one, as a draft for its register; and which version she saw."""

import re
from typing import Any

from fastapi import Request

from geo_service.catalogue.definition import VERSIE, Edits, LayerDefinition
from geo_service.errors import N_, InvalidInput, WrongMediaType, fault
from geo_service.geometry import LONLAT, RD, multipolygon
from geo_service.plots.geojson import parse
from geo_service.plots.rings import Reader
from geo_service.registers.shapes import MERCATOR, TO_RD
from geo_service.registers.zones.schemas import Draft, Seen
from geo_service.web.ogc.asked import GEOJSON, JSON
from geo_service.web.ogc.systems import CRS84, System, system_named

MERGE = "application/merge-patch+json"
WHOLE, PARTS = (GEOJSON, JSON), (MERGE, GEOJSON, JSON)
"""The media types of a feature, and of changes to one."""
MEMBERS = ("type", "id", "geometry", "properties", "bbox", "links", "crs")
MOST_POINTS = 100_000
FRAMES = {CRS84.stored: ("CRS84", LONLAT), RD: ("RD", RD), MERCATOR: ("MERCATOR", MERCATOR)}
"""Where the Netherlands lie in each system, and the road from there to RD."""
TAG = re.compile(r'(W/)?"([^"]*)"')
NO_TYPE = N_("Tell with Content-Type what you send: {types}.")
FEATURE = N_("A GeoJSON Feature is needed here.")
UNKNOWN = N_("There is no such member here. Known are: {known}.")
TEXT = N_("A text or null is needed here.")
ID_STAYS = N_("The number of a feature stays as it is.")
TWO_SYSTEMS = N_("The document says another coordinate system than the request.")
NO_AREA = N_("The shape has no area.")


def check_type(request: Request, types: tuple[str, ...]) -> None:
    """400 when nobody says what is sent, as Part 4 wants it; WrongMediaType when it is something else."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise WrongMediaType(N_("Send it as it is, without Content-Encoding."))
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if not media.strip():
        raise InvalidInput(details={"errors": [fault("Content-Type", NO_TYPE, types=", ".join(types))]})
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2]
    if media.strip() not in types or charset not in ("", "utf-8", "utf8"):
        raise WrongMediaType(N_("Send one of: {types}."), types=", ".join(types))


class Sent:
    """A document as it came, with everything that is wrong with it. ``feature_id`` is the one of the address, if it has one."""

    def __init__(self, request: Request, payload: bytes, layer: LayerDefinition, feature_id: str | None = None) -> None:
        assert layer.edits is not None  # the address was refused otherwise
        self.layer, self.edits, self.feature_id = layer, layer.edits, feature_id
        self.whole = request.method != "PATCH"
        self.faults: list[dict[str, Any]] = []
        document = parse(payload)
        if not isinstance(document, dict) or document.get("type", None if self.whole else "Feature") != "Feature":
            raise InvalidInput(details={"errors": [fault("type", FEATURE)]})
        self.document = document
        self._unknown(document, MEMBERS, "")
        self.system = self._system(request)
        self.properties = self._properties()
        self.shape = self._shape()

    @property
    def version(self) -> str | None:
        """Which version she saw, when her program sends back all that it got."""
        told = self.properties.get(VERSIE)
        return told if isinstance(told, str) else None

    def draft(self) -> Draft:
        """The change as the register takes it, with every fault found so far."""
        values: dict[str, Any] = {ours: self.properties[name] for name, ours in self.edits.columns.items() if name in self.properties}
        return Draft(values, self.shape, names_in(self.edits), self.whole, tuple(self.faults))

    def _unknown(self, node: dict[str, Any], known: Any, place: str) -> None:
        self.faults += [fault(f"{place}{name}"[:100], UNKNOWN, known=", ".join(known)) for name in node if name not in known][:20]

    def _system(self, request: Request) -> System:
        """``Content-Crs``, or the old member that we write ourselves; they may not differ."""
        told: dict[str, System] = {}
        member = self.document.get("crs")
        named = (
            member.get("properties", {}).get("name") if isinstance(member, dict) and isinstance(member.get("properties"), dict) else member
        )
        for where, name in (("Content-Crs", request.headers.get("content-crs")), ("crs", named)):
            if name is not None:
                try:
                    told[where] = system_named(str(name).strip().removeprefix("<").removesuffix(">"))
                except InvalidInput as error:
                    self.faults.append(fault(where, error.text, **error.values))
        if len({(system.stored, system.latitude_first) for system in told.values()}) > 1:
            self.faults.append(fault("crs", TWO_SYSTEMS))
        return next(iter(told.values()), CRS84)

    def _properties(self) -> dict[str, Any]:
        """By column. What we fill in ourselves may be sent back to us, and is left aside."""
        properties = self.document.get("properties", {})
        if properties is None and self.whole:
            properties = {}
        if not isinstance(properties, dict):
            self.faults.append(fault("properties", N_("An object is needed here.")))
            return {}
        self._unknown(properties, self.layer.columns, "properties.")
        for name in self.edits.columns:
            if not isinstance(properties.get(name), str | None):
                self.faults.append(fault(f"properties.{name}", TEXT))
        if self.feature_id is not None and properties.get(self.layer.key) not in (None, self.feature_id):
            self.faults.append(fault(f"properties.{self.layer.key}", ID_STAYS))
        return {name: value for name, value in properties.items() if isinstance(value, str | None)}

    def _shape(self) -> Any:
        if not self.whole and "geometry" not in self.document:
            return None
        frame, source = FRAMES[self.system.stored]
        reader = Reader(MOST_POINTS, latitude_first=self.system.latitude_first)
        drawn = reader.polygons(self.document.get("geometry"), "geometry", frame)
        shape = None if drawn is None else multipolygon(TO_RD[source](drawn))
        if shape is not None and (shape.is_empty or shape.area <= 0):
            reader.tell("geometry.coordinates", NO_AREA)
        self.faults += reader.faults
        return shape


def names_in(edits: Edits) -> dict[str, str]:
    """Where an editor finds each column of the register."""
    return {ours: f"properties.{name}" for name, ours in edits.columns.items()}


def seen(request: Request, version: str | None = None) -> Seen:
    """From ``If-Match``, whose tags begin with the version; without it from what the document itself says. A weak tag promises nothing,
    and ``*`` tells nothing of what the editor saw."""
    refused = request.headers.get("if-none-match", "")
    unwanted = tuple(tag.partition(".")[0] for _, tag in TAG.findall(refused)) + (("*",) if refused.strip() == "*" else ())
    told = request.headers.get("if-match", "*").strip()
    if told != "*":
        return Seen(tuple(tag.partition(".")[0] for weak, tag in TAG.findall(told) if not weak), refused=unwanted)
    return Seen((version,), own=True, refused=unwanted) if version else Seen(refused=unwanted)
