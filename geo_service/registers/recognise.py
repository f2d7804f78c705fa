"""Which register a layer comes from, seen by its columns: one small table per register, in every spelling that occurs.

BGT columns: IMGeo's GML (and what GDAL makes of it) and PDOK's OGC API. CBS columns: the yearly "wijk- en buurtkaart" and PDOK's.
"""

import re
from dataclasses import dataclass, field

from geo_service.errors import N_, UnusableSource
from geo_service.registers.schemas import Kind

_BGT = {
    "register_id": ("lokaalID", "lokaal_id", "identificatie.lokaalID"),
    "version": ("tijdstipRegistratie", "tijdstip_registratie"),
    "ends": ("eindRegistratie", "eind_registratie"),
    "height": ("relatieveHoogteligging", "relatieve_hoogteligging"),
    "bronhouder": ("bronhouder",),
}
_BGT_NEEDS = ("register_id", "version", "height")
_APPEARANCE = ("class", "bgt-fysiekVoorkomen", "bgt_fysiek_voorkomen", "fysiek_voorkomen", "fysiekVoorkomen")
_PLUS = ("plus-fysiekVoorkomen", "plus_fysiek_voorkomen", "plus_fysiekVoorkomen")
_FUNCTION = ("function", "functie", "bgt-functie", "bgt_functie")
_ID = ("register_id", "lokaal_id", "lokaalID", "id", "code", "objectid", "identificatie")
_NAME = ("naam", "name")
_FROM, _UNTIL = ("geldig_van", "begindatum", "valid_from"), ("geldig_tot", "einddatum", "valid_to")


@dataclass(frozen=True)
class Schema:
    """``columns``: our column -> spellings, the first that a layer has is taken. ``layer``: what its name may not look like."""

    name: str
    kind: Kind
    columns: dict[str, tuple[str, ...]]
    needs: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    not_named: str = r"^$"
    layer: str = ""
    constant: dict[str, str] = field(default_factory=dict)

    def match(self, fields: list[str], layer: str, mapped: dict[str, str], cut: int | None) -> dict[str, str] | None:
        """Our column -> theirs, or None when this is another register. ``cut``: names end after so many characters (shapefile)."""
        known = {name.lower(): name for name in fields}
        found = dict(mapped)
        for ours, spellings in self.columns.items():
            for spelling in spellings:
                theirs = known.get(spelling.lower()[:cut])
                if theirs and ours not in found:
                    found[ours] = theirs
        strange = any(spelling.lower()[:cut] in known for spelling in self.unlike)
        if strange or re.search(self.not_named, layer, re.I) or not re.search(self.layer, layer, re.I):
            return None
        return found if all(ours in found for ours in self.needs) else None


def _bgt_ground(layer: str, family: str, columns: tuple[str, ...], unlike: tuple[str, ...] = ()) -> Schema:
    spelled = {**_BGT, "appearance": columns, "function": _FUNCTION, "name": _NAME}
    return Schema(f"BGT {layer}", "ground", spelled, (*_BGT_NEEDS, "appearance"), unlike, layer=f"^{layer}", constant={"family": family})


SCHEMAS = (
    Schema(
        "BGT begroeidterreindeel",
        "green",
        {**_BGT, "appearance": _APPEARANCE, "plus_type": _PLUS},
        (*_BGT_NEEDS, "appearance"),
        unlike=("plus-type", "plus_type", "onbegroeidTerreindeelOpTalud", *_FUNCTION),
        not_named=r"onbegroeid|water|weg|pand|scheiding|kunstwerk|overig",
    ),
    Schema(
        "BGT ondersteunendwegdeel",
        "green",
        {
            **_BGT,
            "function": _FUNCTION,
            "appearance": ("surfaceMaterial", "bgt-fysiekVoorkomen", "bgt_fysiek_voorkomen", "fysiek_voorkomen"),
            "plus_type": ("plus-fysiekVoorkomenOndersteunendWegdeel", *_PLUS),
        },
        (*_BGT_NEEDS, "function", "appearance"),
        unlike=("wegdeelOpTalud", "plus-functieWegdeel"),
        not_named=r"^wegdeel|overbruggingsdeel",
    ),
    Schema(
        "zelfbeheer groenobjecten",
        "green",
        {
            "register_id": ("register_id", "registratie_id", "lokaal_id"),
            "version": ("versie", "version", "geldig_van"),
            "ends": ("geldig_tot",),
            "category": ("categorie", "category"),
            "appearance": ("verschijningsvorm", "fysiek_voorkomen", "groentype", "soort", "appearance"),
            "plus_type": ("plus_type", "plus_fysiek_voorkomen"),
            "bronhouder": ("bronhouder",),
            "quality_target": ("kwaliteit", "kwaliteitsdoel", "beeldkwaliteit", "quality_target"),
            "constructed": ("aanlegjaar", "constructed"),
            "replacement": ("vervangingsjaar", "replacement"),
        },
        ("register_id", "version", "appearance"),
    ),
    Schema(
        "CBS gebieden",
        "districts",
        {
            "code": ("code", "statcode", "buurtcode", "bu_code", "wijkcode", "wk_code", "gemeentecode", "gm_code"),
            "name": ("naam", "name", "statnaam", "buurtnaam", "bu_naam", "wijknaam", "wk_naam", "gemeentenaam", "gm_naam"),
            "year": ("jaar", "year", "jaarcode", "jaarstatcode"),
            "population": ("population", "inwoners", "aantal_inwoners", "aantalInwoners", "aant_inw"),
            "homes": ("woningen", "dwelling_total", "woningvoorraad", "aantal_woningen", "homes"),
        },
        ("code", "name"),
    ),
    Schema(
        "beheer",
        "management",
        {
            "register_id": _ID,
            "keeper": ("beheerder", "eigenaar", "keeper", "owner"),
            "municipal": ("gemeentelijk", "municipal"),
            "starts": _FROM,
            "ends": _UNTIL,
        },
        ("register_id", "keeper"),
    ),
    Schema(
        "zones",
        "zones",
        {
            "register_id": _ID,
            "kind": ("soort", "kind", "type"),
            "effect": ("effect", "gevolg"),
            "disclosure": ("openbaarheid", "disclosure"),
            "name": _NAME,
            "source": ("bron", "source"),
            "starts": _FROM,
            "ends": _UNTIL,
        },
        ("register_id", "kind", "effect"),
    ),
    _bgt_ground("wegdeel", "road", _FUNCTION),
    _bgt_ground("ondersteunendwegdeel", "road", ("surfaceMaterial", "bgt-fysiekVoorkomen", "fysiek_voorkomen")),
    _bgt_ground("waterdeel", "water", ("class", "bgt-type", "bgt_type", "type")),
    _bgt_ground("ondersteunendwaterdeel", "water", ("class", "bgt-type", "bgt_type", "type")),
    _bgt_ground("onbegroeidterreindeel", "other", _APPEARANCE),
    _bgt_ground("pand", "building", ("bgt-status", "bgt_status", "status")),
    Schema(
        "ondergrond",
        "ground",
        {"register_id": _ID, "family": ("familie", "family", "groep"), "appearance": ("soort", "appearance", "type"), "name": _NAME},
        ("register_id", "family", "appearance"),
    ),
    Schema(
        "BGT vegetatieobject",
        "trees",
        {**_BGT, "plus_type": ("plus-type", "plus_type", "plus-typeVegetatieObject")},
        ("register_id", "version", "plus_type"),
        layer="^vegetatie",
    ),
    Schema(
        "bomen",
        "trees",
        {"register_id": (*_ID, "boomnummer"), "species": ("soort", "boomsoort", "species", "soortnaam_nl", "latijnse_naam")},
        ("register_id",),
        unlike=("tijdstipRegistratie", "tijdstip_registratie"),
    ),
    Schema(
        "adressen",
        "addresses",
        {
            "register_id": (*_ID, "nummeraanduiding", "nummeraanduiding_id"),
            "street": ("straat", "street", "openbare_ruimte", "openbare_ruimte_naam", "straatnaam"),
            "number": ("nummer", "huisnummer", "number"),
            "letter": ("huisletter",),
            "addition": ("huisnummertoevoeging", "toevoeging"),
            "postcode": ("postcode",),
            "households": ("huishoudens", "households"),
        },
        ("register_id", "street", "number"),
    ),
)


def recognise(
    kind: Kind, fields: list[str], layer: str, mapped: dict[str, str], cut: int | None = None
) -> tuple[Schema, dict[str, str]] | None:
    """The register of a layer and its columns (ours -> theirs), or None. ``mapped`` are the user's own names for columns."""
    for schema in of_kind(kind):
        usable = {ours: theirs for ours, theirs in mapped.items() if ours in schema.columns and theirs in fields}
        if len(usable) == len(mapped):
            columns = schema.match(fields, layer, usable, cut)
            if columns is not None:
                return schema, columns
    return None


def of_kind(kind: Kind) -> list[Schema]:
    """The registers that hold this kind."""
    return [schema for schema in SCHEMAS if schema.kind == kind]


def lacking(kind: Kind, fields: list[str], layer: str) -> list[str]:
    """What a layer of PDOK lacks of the register that it is named after, in the spelling that would do."""
    known = {name.lower() for name in fields}
    schema = next((schema for schema in of_kind(kind) if schema.name.endswith(layer)), of_kind(kind)[0])
    missing = [schema.columns[ours] for ours in schema.needs if not known & {spelling.lower() for spelling in schema.columns[ours]}]
    return [next((one for one in spellings if one == one.lower()), spellings[0]) for spellings in missing]


def unrecognised(kind: Kind, source: str, found: list[str]) -> UnusableSource:
    """The error that lists what was found and what would have been understood."""
    expected = "; ".join(
        f"{schema.name}: " + ", ".join("/".join(schema.columns[ours][:2]) for ours in schema.needs) for schema in of_kind(kind)
    )
    return UnusableSource(
        N_("{source} holds no {kind} that are recognised. Found: {found}. Expected: {expected}. Name columns with --map ours=theirs."),
        source=source,
        kind=kind,
        found=", ".join(found) or "-",
        expected=expected,
    )
