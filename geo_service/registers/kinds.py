"""Kinds of green as residents know them: what grows there, from the register's words for it."""

from geo_service.errors import N_
from geo_service.words import Language, say

KINDS = {
    "gras": N_("Grass"),
    "ruw-gras": N_("Rough grass"),
    "bodembedekkers": N_("Ground cover"),
    "planten": N_("Perennials"),
    "rozen": N_("Roses"),
    "heesters": N_("Shrubs"),
    "bos": N_("Trees and shrubs"),
    "riet": N_("Reed and marsh"),
    "speelplek": N_("Playground"),
    "volkstuin": N_("Allotments"),
    "akker": N_("Farmland"),
    "groen": N_("Green"),
}
"""Each kind has a name for addresses (Dutch) and a label; ``groen`` is what is known no closer."""
GREEN_TYPES = {
    "gras": ("gras- en kruidachtigen",),
    "ruw-gras": ("grasland overig", "heide", "duin", "open duinvegetatie", "gesloten duinvegetatie"),
    "bodembedekkers": ("bodembedekkers",),
    "planten": ("planten",),
    "rozen": ("struikrozen",),
    "heesters": ("heesters", "struiken", "houtwal"),
    "bos": ("bosplantsoen", "loofbos", "gemengd bos", "naaldbos", "griend en hakhout"),
    "riet": ("rietland", "moeras", "kwelder"),
    "speelplek": ("speelterrein", "speeltuin", "speelplek"),
    "volkstuin": ("volkstuin",),
    "akker": (
        "grasland agrarisch", "bouwland", "akkerbouw", "braakliggend", "vollegrondsteelt", "bollenteelt", "fruitteelt", "boomteelt",
        "laagstam boomgaarden", "hoogstam boomgaarden", "wijngaarden", "klein fruit",
    ),
    "groen": ("groenvoorziening",),
}  # fmt: skip
"""BGT's ``plus-fysiekVoorkomen``, else ``bgt-fysiekVoorkomen``; any other value is ``groen``."""
_KIND_OF = {green_type: kind for kind, types in GREEN_TYPES.items() for green_type in types}
_IT = ("pad", "plein", "park", "veld", "plantsoen", "erf", "hofje", "eiland", "bos", "water", "dal", "laantje", "straatje", "pleintje")


def kind_of(green_type: str | None) -> str:
    """The kind of a type of the register."""
    return _KIND_OF.get(green_type or "", "groen")


def kind_name(kind: str, language: Language) -> str:
    """A kind in words."""
    return say(KINDS[kind], language)


def name_of(green_type: str | None, street: str | None, language: Language) -> str:
    """A name for green that has none: "Bodembedekkers aan de Vlierhof"."""
    kind = kind_name(kind_of(green_type), language)
    if not street:
        return kind
    if street.lower().endswith(_IT):
        return say(N_("{kind} at {street}"), language, kind=kind, street=street)  # aan het
    return say(N_("{kind} by {street}"), language, kind=kind, street=street)  # aan de
