"""The hand-made plan: where things lie on the map and the figures to reach.

Schematic on purpose. Points are texts, "x y, x y, ...", in kilometres of the Dutch grid (EPSG:28992). Corners of
stadsdelen stand on a 250 m grid; one corner on Haven's shore is moved 9 m so that Haven measures exactly 2,152 ha.
"""

from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString, Polygon

STADSDELEN = {
    "Haven": (
        "139.25 482.25, 140.25 483.25, 141.5 484.25, 142.75 485, 144.5 485.25, 146 484.75, 146.5 484.25, "
        "147.5 483.5, 148.25 482.75, 149.25 482, 150.5 481.5, 151.25 481, 151.25 480, 150.25 479.75, "
        "149.25 480.5, 148.5 481.5, 147.25 482, 145.75 482.25, 145 482.5, 143.75 482.259, 142.5 482.5, "
        "141.25 482.75, 140.25 482.5"
    ),
    "Poort": (
        "139.25 482.25, 138.25 482, 137.5 483, 137.5 484.5, 137.75 485.5, 138.75 486, 139.75 486.5, "
        "140.25 485.75, 140 485, 140.25 484, 140.25 483.25"
    ),
    "Pampus": ("137.75 485.5, 137 487, 137.25 488.5, 138.5 489.75, 139.75 489.25, 140.5 488, 140.25 486.75, 139.75 486.5, 138.75 486"),
    "Stad": (
        "140.25 483.25, 140.25 484, 140 485, 140.25 485.75, 139.75 486.5, 140.25 486.75, 140.5 488, "
        "139.75 489.25, 141 490.75, 142.5 491.75, 143.75 491, 144.75 490.25, 145.25 489, 146.25 488.25, "
        "147.5 488, 148.5 488.25, 147.75 487, 147 485.75, 146.5 484.25, 146 484.75, 144.5 485.25, 142.75 485, "
        "141.5 484.25"
    ),
    "Buiten": (
        "142.5 491.75, 144 493, 146 494, 148 493.75, 150.5 493, 152.5 491.75, 152 490.5, 151 489.25, "
        "149.75 488.5, 148.5 488.25, 147.5 488, 146.25 488.25, 145.25 489, 144.75 490.25, 143.75 491"
    ),
    "Hout": (
        "148.5 488.25, 149.75 488.5, 151 489.25, 152.25 488.25, 152.75 486, 154 485, 154 483.5, 152.25 481.25, "
        "151.25 480, 151.25 481, 150.5 481.5, 149.25 482, 148.25 482.75, 147.5 483.5, 146.5 484.25, "
        "147 485.75, 147.75 487"
    ),
}


class Wijk(NamedTuple):
    """A wijk of Haven: a point inside, what the ground is used for, the ending of its street names, the year it was
    built, and the share of its managed green that the demo's residents look after (made up)."""

    inside: str
    use: str
    ending: str
    built: int
    adopted: float


# Haven, the reference case: its wijken lie between these dreven (main roads).
HAVEN_DREVEN = {
    "Havendreef": "143.55 485.6, 143.45 484.9, 143.65 484.2, 143.35 483.5, 143.45 482.9, 143.6 482",
    "Kromslootdreef": "141.35 484.6, 141.2 483.9, 141 483.3, 141.15 482.3",
    "Wierdendreef": "142.2 485, 142.45 484.4, 142.2 483.75, 142.35 483.1, 142.2 482.1",
    "Grienddreef": "144.65 485.6, 144.45 484.8, 144.65 484.2, 144.35 483.5, 144.5 482.9, 144.35 482",
    "Overdreef": "145.65 485.2, 145.4 484.5, 145.65 483.7, 145.4 483.1, 145.5 482",
    "Middendreef": (
        "140.9 483.5, 141.6 483.8, 142.4 483.95, 143.4 483.8, 144.4 484.05, 145.1 483.85, 145.9 483.9, 146.3 484.2, 146.4 484.8"
    ),
    "Gooimeerdreef": "140.9 483.1, 141.8 483.2, 142.4 483.05, 143.4 483.2, 144.4 483, 145.1 483.3, 145.8 483.3",
    "Goorweg": "145.3 482.9, 146.3 483, 147.2 483.2, 148 483.4",
    "Stichtseweg": "148.4 483.1, 148.4 482.2, 148.8 481.5, 148.6 480.9",
}
HAVEN_WIJKEN = {
    "Centrum Haven": Wijk("142.9 482.8", "centre", "kade", 1979, 0.026),
    "De Werven": Wijk("144 482.75", "living", "werf", 1977, 0.033),
    "De Meenten": Wijk("145 482.85", "living", "meent", 1978, 0.011),
    "De Velden": Wijk("141.7 483.5", "living", "veld", 1986, 0.004),
    "De Wierden": Wijk("142.9 483.5", "living", "wierde", 1980, 0.052),
    "De Hoven": Wijk("143.95 483.5", "living", "hove", 1979, 0.021),
    "De Grienden": Wijk("145 483.5", "living", "griend", 1981, 0.016),
    "De Laren": Wijk("141.8 484.15", "living", "laar", 1987, 0.002),
    "De Gouwen": Wijk("142.9 484.5", "living", "gouw", 1983, 0.008),
    "De Steiger": Wijk("144.1 484.7", "business", "steiger", 1981, 0.0),
    "De Marken": Wijk("145 484.5", "living", "marke", 1984, 0.013),
    "Kromsloot": Wijk("140.2 482.9", "forest", "sloot", 1985, 0.0),
    "Gooimeerpark": Wijk("141.7 482.9", "park", "oever", 1982, 0.0),
    "Waterlandse Bos": Wijk("146 484.4", "forest", "bos", 1978, 0.0),
    "Goorbos": Wijk("146.5 483.6", "forest", "bos", 1978, 0.0),
    "Overgooi": Wijk("147 482.7", "villas", "landgoed", 2003, 0.0005),
    "Stichtsekant": Wijk("149.9 481", "business", "kant", 2005, 0.0),
}


class Rule(NamedTuple):
    """How another stadsdeel is cut: centre, share of wijken that is lived in, use of the rest (from near to far),
    inhabitants, homes, year it was built. The figures are of the right order, not exact."""

    centre: str
    lived_in: float
    rest: tuple[str, ...]
    population: int
    homes: int
    built: int


OTHERS = {
    "Stad": Rule("143.9 487.4", 0.72, ("business", "forest", "park"), 112_000, 47_800, 1985),
    "Buiten": Rule("148.3 490.3", 0.55, ("business", "farm", "farm", "forest"), 57_500, 22_600, 1994),
    "Poort": Rule("138.9 484.6", 0.65, ("business", "park", "forest"), 19_400, 8_100, 2008),
    "Hout": Rule("148.6 486.4", 0.25, ("villas", "forest", "farm", "farm", "forest"), 8_200, 2_700, 2014),
    "Pampus": Rule("139.4 487.6", 0.0, ("farm", "forest", "park"), 0, 0, 1990),
}
OTHER_WIJKEN = {
    "Stad": "Centrum Stad, Filmwijk, Waterwijk, Stedenwijk, Parkwijk, Staatsliedenwijk, Kruidenwijk, Verzetswijk, "
    "Danswijk, Muziekwijk, Tussen de Vaarten, Literatuurwijk",
    "Buiten": "Centrum Buiten, Molenbuurt, Bloemenbuurt, Regenboogbuurt, Seizoenenbuurt, Faunabuurt, Eilandenbuurt, Oostvaardersbuurt",
    "Poort": "Europakwartier, Homeruskwartier, Columbuskwartier",
    "Hout": "Nobelhorst, Twentsekant, Vogelhorst, Oosterwold",
}
# Haven in 2013 by the municipality's own slides: 2,152 ha, of which 60% green or recreation and 4% housing.
HAVEN_POPULATION, HAVEN_HOMES, HAVEN_GREEN, HAVEN_HOUSING = 21_927, 9_906, 0.600, 0.040
HIGHWAYS = {
    "A6": (
        "138.1 481.85, 139.1 482.75, 140.05 483.5, 141.3 484.6, 142.6 485.3, 144.5 485.55, 146.2 485.1, "
        "147.1 485.2, 147.9 486.4, 148.8 487.7, 150 489, 151.2 490.2, 152.6 491.5"
    ),
    "A27": "150.75 479.4, 150.2 481.6, 149.6 483.2, 149.2 485, 148.9 486.4, 148.7 487.6",
}
RAILWAY = (
    "138.2 482.1, 138.6 483.4, 139 484.6, 140.2 485.9, 141.6 486.8, 143 487.2, 144.4 487.4, 146 487.4, "
    "147 488.2, 147.5 489.5, 148.6 490.4, 150 491, 152 492.3"
)
LAKES = {
    "Weerwater": "143.35 486.1, 143.9 485.75, 144.6 485.85, 145.1 486.2, 144.9 486.75, 144.2 487, 143.5 486.75",
    "Noorderplassen": ("141.2 489.3, 142 488.8, 142.8 489, 143.7 489.5, 143.6 490.2, 142.9 490.5, 142.3 489.9, 141.6 490.1"),
    "Havenkom": "142.75 482.2, 142.78 482.52, 142.95 482.6, 143.2 482.56, 143.22 482.2",
}
OUTER_LAKES = {
    "Gooimeer": "136.5 479, 152 479, 152 480, 145 483.5, 140 483, 138.5 482.2, 136.5 481.9",
    "IJmeer": "136.5 481.9, 138.5 482.2, 139 486, 141 489, 143.2 491.6, 144 493, 144.6 494.6, 136.5 494.6",
}
# Two straight-edged fields in which one line is shifted until Haven's shares of green and of housing are exact.
GREEN_BALANCE = "149.1 480.9, 150 481.5"
HOUSING_BALANCE = "146.6 482.45, 147.2 482.55"


def metres(points: str) -> np.ndarray:
    """The points of a text as an array (n, 2) in metres, EPSG:28992."""
    return np.array([point.split() for point in points.split(",")], float) * 1000


def curve(corners: np.ndarray, closed: bool = False, rounds: int = 3) -> np.ndarray:
    """Chaikin corner cutting: a flowing line (n, 2) through the neighbourhood of the given points, in metres."""
    points = np.asarray(corners, float)
    for _ in range(rounds):
        start, end = (points, np.roll(points, -1, axis=0)) if closed else (points[:-1], points[1:])
        cut = np.stack([0.75 * start + 0.25 * end, 0.25 * start + 0.75 * end], axis=1).reshape(-1, 2)
        points = cut if closed else np.vstack([points[:1], cut, points[-1:]])
    return points.round(2)


def line(points: str) -> LineString:
    """A flowing line through the neighbourhood of the points."""
    return LineString(curve(metres(points)))


def stadsdelen() -> dict[str, Polygon]:
    """The outlines of the six stadsdelen by name."""
    return {name: Polygon(metres(corners)) for name, corners in STADSDELEN.items()}


def lakes() -> dict[str, Polygon]:
    """The inland lakes by name."""
    return {name: Polygon(curve(metres(corners), closed=True)) for name, corners in LAKES.items()}


def outer_lakes() -> dict[str, Polygon]:
    """The lakes around the municipality by name; they reach under the land."""
    return {name: Polygon(metres(corners)) for name, corners in OUTER_LAKES.items()}


def field(corners: str) -> Polygon:
    """The rectangle between two opposite corners."""
    return shapely.box(*metres(corners).ravel())
