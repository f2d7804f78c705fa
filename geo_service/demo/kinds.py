"""The kinds of ground that the demo draws, with their names in the large-scale base register (BGT/IMGeo)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What a piece of ground is: its family, its height in the painting, and its appearance and plus-type."""

    family: str
    height: int
    appearance: str
    plus: str = ""

    @property
    def green(self) -> bool:
        """Whether it counts as green: vegetation or ground for recreation."""
        return self.family in ("green", "recreation")


GRASS = ("groenvoorziening", "gras- en kruidachtigen")
KINDS = {
    "forest": Kind("green", 0, "loofbos"),
    "mixed_forest": Kind("green", 1, "gemengd bos"),
    "meadow": Kind("green", 1, "grasland overig"),
    "farmland": Kind("farm", 1, "bouwland", "akkerbouw"),
    "grass": Kind("green", 1, *GRASS),
    "wood": Kind("green", 2, "groenvoorziening", "bosplantsoen"),
    "sports": Kind("recreation", 3, *GRASS),
    "allotments": Kind("recreation", 3, "groenvoorziening", "volkstuin"),
    "verge": Kind("green", 3, *GRASS),
    "reed": Kind("green", 4, "rietland"),
    "water": Kind("water", 5, "waterloop"),
    "business_yard": Kind("business", 7, "erf"),
    "paving": Kind("road", 8, "gesloten verharding"),
    "pavement": Kind("road", 8, "voetpad"),
    "yard": Kind("housing", 9, "erf"),
    "school_yard": Kind("civic", 9, "erf"),
    "shrubs": Kind("green", 10, "groenvoorziening", "heesters"),
    "ground_cover": Kind("green", 10, "groenvoorziening", "bodembedekkers"),
    "perennials": Kind("green", 10, "groenvoorziening", "planten"),
    "roses": Kind("green", 10, "groenvoorziening", "struikrozen"),
    "lawn": Kind("green", 10, *GRASS),
    "grove": Kind("green", 10, "groenvoorziening", "bosplantsoen"),
    "pond": Kind("water", 11, "watervlakte"),
    "playground": Kind("recreation", 11, "half verhard", "speelterrein"),
    "footpath": Kind("road", 13, "voetpad"),
    "footway": Kind("road", 14, "voetpad"),
    "parking": Kind("road", 15, "parkeervlak"),
    "street_bed": Kind("green", 16, "groenvoorziening", "bodembedekkers"),
    "carriageway": Kind("road", 17, "rijbaan lokale weg"),
    "cycle_path": Kind("road", 18, "fietspad"),
    "main_road": Kind("road", 19, "rijbaan regionale weg"),
    "bus_lane": Kind("road", 19, "ov-baan"),
    "island": Kind("green", 20, *GRASS),
    "railway": Kind("railway", 21, "spoorbaan"),
    "motorway": Kind("road", 22, "rijbaan autosnelweg"),
    "house": Kind("housing", 23, "pand"),
    "flat": Kind("housing", 23, "pand"),
    "public_building": Kind("civic", 23, "pand"),
    "business_building": Kind("business", 23, "pand"),
    "lake": Kind("water", 24, "watervlakte"),
}
# Painted where the use is chosen afterwards, so that the figures of Haven come true (`balance.py`).
OPEN_FIELD, OPEN_ESTATE = "open field", "open estate"
BUILDINGS = tuple(name for name, kind in KINDS.items() if kind.appearance == "pand")
DWELLINGS = ("house", "flat")


def height(kind: str) -> int:
    """The height in the painting: a higher kind hides a lower one."""
    return KINDS[kind].height if kind in KINDS else KINDS["meadow"].height
