"""One row of a register as a row of ours, per kind. A row that cannot be used raises ``Refused`` with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo_service.municipality import Municipality
from geo_service.registers.recognise import Schema
from geo_service.registers.schemas import Kind
from geo_service.registers.values import Refused, day, moment, required, text, truth, whole, year
from geo_service.registers.zones.models import DISCLOSURES, EFFECTS

# BGT/IMGeo fysiekVoorkomen of begroeid terreindeel (Geonovum, IMGeo catalogue 2.2); "transitie" is ground whose type is still to be told
VEGETATION = {
    "loofbos", "gemengd bos", "naaldbos", "heide", "struiken", "houtwal", "duin", "grasland overig", "moeras", "rietland", "kwelder",
    "fruitteelt", "boomteelt", "bouwland", "grasland agrarisch", "groenvoorziening", "transitie",
}  # fmt: skip
# what counts as recreation ground: the recreation types of IMGeo's functioneel gebied that lie on green
RECREATION = {"recreatie", "park", "speeltuin", "speelterrein", "sportterrein", "volkstuin"}
LEVEL_OF_CODE = {"GM": ("gemeente", 6), "WK": ("wijk", 8), "BU": ("buurt", 10)}
EFFECT_WORDS = {"verboden": "forbidden", "toestemming nodig": "needs_consent", "toestemming": "needs_consent", "waarschuwing": "warn"}
DISCLOSURE_WORDS = {"openbaar": "public", "alleen naam": "named", "op naam": "named", "verborgen": "hidden", "vertrouwelijk": "hidden"}
TREE_TYPES = {"boom"}
Values = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """What a row is read with. ``year``: of the edition, from the user or from the name of the layer or file."""

    schema: Schema
    municipality: Municipality
    year: int | None


def build(kind: Kind, values: Values, context: Context) -> Values:
    """The columns of ``staging.REGISTERS[kind]`` from the columns of the schema."""
    return _BUILDERS[kind]({**context.schema.constant, **values}, context)


def _green(values: Values, _context: Context) -> Values:
    if whole(values.get("height", 0)) != 0:
        raise Refused("other_height")
    if "function" in values and text(values["function"]) != "berm":
        raise Refused("no_berm")
    appearance, plus_type = required(values["appearance"]), text(values.get("plus_type"))
    if "height" in values and appearance not in ({"groenvoorziening"} if "function" in values else VEGETATION):
        raise Refused("no_vegetation")
    began = moment(values["version"])
    if began is None:
        raise Refused("missing_value")
    recreation = {appearance, plus_type, text(values.get("category"))} & (RECREATION | {"recreation"})
    return {
        "register_id": required(values["register_id"]),
        "version": began.isoformat(),
        "starts": began.date(),
        "ends": day(values.get("ends")),
        "category": "recreation" if recreation else "green",
        "appearance": appearance,
        "plus_type": plus_type,
        "bronhouder": text(values.get("bronhouder")),
        "quality_target": text(values.get("quality_target")),
        "constructed": whole(values.get("constructed")),
        "replacement": whole(values.get("replacement")),
    }


def _district(values: Values, context: Context) -> Values:
    code = required(values["code"]).replace(" ", "").upper()
    edition = context.year or year(text(values.get("year")) and str(values["year"])[:4])
    if edition is None:
        raise Refused("no_year")
    level, parent = _place_in_tree(code, context.municipality)
    return {
        "code": code,
        "name": required(values["name"]),
        "level": level,
        "parent": parent,
        "year": edition,
        "population": whole(values.get("population")),
        "homes": whole(values.get("homes")),
    }


def _place_in_tree(code: str, municipality: Municipality) -> tuple[str, str | None]:
    """Level and parent of a code: BU00340102 -> WK003401 -> the stadsdeel of the municipality's file -> GM0034."""
    if code in {stadsdeel.code for stadsdeel in municipality.stadsdelen}:
        return "stadsdeel", municipality.code
    level, length = LEVEL_OF_CODE.get(code[:2], ("", 0))
    if len(code) != length or not code[2:].isdigit():
        raise Refused("unknown_code")
    if code[2:6] != municipality.code[2:]:
        raise Refused("other_municipality")
    if level == "gemeente":
        return level, None
    if level == "buurt":
        return level, f"WK{code[2:8]}"
    return level, next((s.code for s in municipality.stadsdelen if code in s.wijken), municipality.code)


def _management(values: Values, context: Context) -> Values:
    keeper = required(values["keeper"])
    here = context.municipality
    own = {here.name.lower(), f"gemeente {here.name.lower()}", here.code.lower(), f"g{here.code[2:]}"}
    told = truth(values.get("municipal"))
    municipal = keeper.lower() in own if told is None else told
    return {"register_id": required(values["register_id"]), "keeper": keeper, "municipal": municipal, "valid": _valid(values)}


def _zone(values: Values, _context: Context) -> Values:
    told = {column: read(values.get(column)) for column, read in ZONE.items()}
    return {"register_id": required(values["register_id"]), **told, "valid": _valid(values)}


def _ground(values: Values, _context: Context) -> Values:
    if whole(values.get("height", 0)) != 0:
        raise Refused("other_height")
    if text(values.get("ends")):
        raise Refused("older_version")
    appearance, family = required(values["appearance"]), required(values["family"])
    if family == "road" and appearance == "groenvoorziening":
        raise Refused("vegetation")
    return {
        "register_id": required(values["register_id"]),
        "family": family,
        "appearance": "pand" if family == "building" else appearance,
        "name": text(values.get("name")),
    }


def _tree(values: Values, _context: Context) -> Values:
    if "plus_type" in values and (text(values["plus_type"]) or "").lower() not in TREE_TYPES:
        raise Refused("no_tree")
    if text(values.get("ends")):
        raise Refused("older_version")
    return {"register_id": required(values["register_id"]), "species": text(values.get("species"))}


def _address(values: Values, _context: Context) -> Values:
    parts = [required(values["number"]), text(values.get("letter")) or "", text(values.get("addition")) or ""]
    households = whole(values.get("households"))
    return {
        "register_id": required(values["register_id"]),
        "street": required(values["street"]),
        "number": (parts[0].removesuffix(".0") + parts[1] + (f"-{parts[2]}" if parts[2] else "")),
        "postcode": (text(values.get("postcode")) or "").replace(" ", "").upper() or None,
        "households": 1 if households is None else households,
    }


def _valid(values: Values) -> str:
    starts, ends = day(values.get("starts")), day(values.get("ends"))
    check_days(starts, ends)
    return f"[{_day(starts)},{_day(ends)})"


def check_days(starts: date | None, ends: date | None) -> None:
    """From (included) to (left out): at least a day."""
    if starts and ends and ends <= starts:
        raise Refused("short_life")


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _one_of(told: str, allowed: tuple[str, ...], words: dict[str, str]) -> str:
    value = words.get(told.lower(), told.lower())
    if value not in allowed:
        raise Refused("bad_value")
    return value


ZONE: dict[str, Callable[[Any], Any]] = {
    "kind": required,
    "effect": lambda told: _one_of(required(told), EFFECTS, EFFECT_WORDS),
    # a register that says nothing about it may not be told: the most careful choice
    "disclosure": lambda told: _one_of(text(told) or "hidden", DISCLOSURES, DISCLOSURE_WORDS),
    "name": text,
    "source": text,
}
"""How each column of a zone is read, whoever writes it: an import, or an editor."""
_BUILDERS: dict[Kind, Callable[[Values, Context], Values]] = {
    "districts": _district,
    "green": _green,
    "management": _management,
    "zones": _zone,
    "ground": _ground,
    "trees": _tree,
    "addresses": _address,
}
