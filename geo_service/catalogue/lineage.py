"""Where a layer comes from, in words: the registers behind it, what was delivered of each, and when."""

from datetime import date

from geo_service.catalogue.metadata import Known
from geo_service.catalogue.sources import Origin
from geo_service.days import day_of
from geo_service.errors import N_
from geo_service.registers.schemas import Kind
from geo_service.words import Language, say

REGISTERS: dict[Kind, str] = {
    "districts": N_("Districts"),
    "green": N_("Green"),
    "management": N_("Management"),
    "zones": N_("Zones"),
    "ground": N_("Other ground"),
    "trees": N_("Trees"),
    "addresses": N_("Addresses"),
}
DELIVERED = N_("{register}: {source}, imported on {day}; objects: {objects}.")
SCHEMATIC = N_("{register}: schematic example, not a real register; objects: {objects}.")
KEPT_HERE = N_("{register}: kept in this service; objects: {objects}.")
EDITION = N_("Edition {year}.")
NEWEST = N_("The newest version is of {day}.")
NOT_DELIVERED = N_("{register}: nothing was imported.")
BASIS = {
    "register": N_("Who manages the green comes from a register."),
    "assumption": N_("Who manages the green is assumed: there is no register of management yet."),
}
SOURCE = N_("Source: {source}")


def register_name(kind: Kind, language: Language) -> str:
    """A register in words."""
    return say(REGISTERS[kind], language)


def told(origin: Origin, language: Language) -> str:
    """What was delivered of one register."""
    values = {"register": register_name(origin.kind, language), "objects": origin.objects}
    if origin.schematic:
        line = say(SCHEMATIC, language, **values)
    elif origin.source and origin.imported_at:
        line = say(DELIVERED, language, **values, source=origin.source, day=day_of(origin.imported_at))
    else:
        line = say(KEPT_HERE, language, **values)
    return " ".join(filter(None, (line, _edition(origin, language))))


def _edition(origin: Origin, language: Language) -> str | None:
    if origin.edition is None:
        return None
    if origin.kind == "districts":
        return say(EDITION, language, year=origin.edition)
    return say(NEWEST, language, day=date.fromisoformat(origin.edition))


def lines(known: Known, language: Language) -> list[str]:
    """One line per delivery, one per register of which there is none, and what is assumed."""
    delivered = [told(origin, language) for origin in known.origins]
    held = {origin.kind for origin in known.origins}
    lacking = [say(NOT_DELIVERED, language, register=register_name(kind, language)) for kind in known.kinds if kind not in held]
    return [*delivered, *lacking, *([say(BASIS[known.managed_basis], language)] if known.managed_basis else [])]


def statement(source: str, known: Known, language: Language) -> str:
    """The whole lineage in one text, after the source that the definition names."""
    return " ".join([say(SOURCE, language, source=f"{source.rstrip('.')}."), *lines(known, language)])
