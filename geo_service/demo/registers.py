"""The drawn pieces as registers: green objects with versions, other ground, and who keeps what. EPSG:28992, m2."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely

from geo_service.demo.ground import Ground
from geo_service.demo.kinds import GRASS, KINDS
from geo_service.demo.records import Green, Managed, OtherGround

MUNICIPALITY = "gemeente"
PRIVATE, FARMER, FORESTER, WATER_BOARD = "eigenaar", "pachter", "terreinbeheerder", "waterschap"
ROAD_KEEPERS = {"A6": "rijkswegbeheerder", "A27": "rijkswegbeheerder", "Stichtseweg": "provinciale wegbeheerder"}
BRONHOUDERS = {"rijkswegbeheerder": "L0002", "provinciale wegbeheerder": "P0024"}
MUNICIPAL_FOREST = "Waterlandse Bos"
WOODLAND = ("forest", "mixed_forest", "meadow", "wood")
LOTS = ("grove", "lawn", "shrubs")
CHANGED_PLANTING, MERGED_BEDS = 260, 60  # green objects with an older version: other planting, other border
CHANGEABLE = (8.0, 2500.0)  # m2


@dataclass
class Pieces:
    """What the registers say of each piece of ground: one row per piece in every array."""

    register_id: list[str]
    keeper: np.ndarray
    bronhouder: np.ndarray
    green: np.ndarray  # whether it counts as green
    buurt: np.ndarray  # code
    since: np.ndarray  # days (datetime64)

    @property
    def municipal(self) -> np.ndarray:
        """Whether the municipality keeps it."""
        return self.keeper == MUNICIPALITY


def describe(ground: Ground, rng: np.random.Generator) -> Pieces:
    """Names, keepers and dates for all pieces."""
    p = ground.pieces
    keeper = keepers(ground)
    bronhouder = np.array([BRONHOUDERS.get(name, "G0034") for name in keeper])
    built = np.array([b.built for b in ground.buurten])[p.district]
    since = (built - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 3 * 365, len(built))
    green = np.array([KINDS[kind].green for kind in p.kind])
    codes = np.array([b.code for b in ground.buurten])
    return Pieces(register_ids(bronhouder, p.kind, p.geometry), keeper, bronhouder, green, codes[p.district], since)


def keepers(ground: Ground) -> np.ndarray:
    """Who keeps each piece; names are generic."""
    p = ground.pieces
    use = np.array([b.use for b in ground.buurten])[p.district]
    name = np.array([b.name for b in ground.buurten])[p.district]
    road = np.isin(p.kind, ("verge", "motorway", "main_road")) & np.isin(p.street, list(ROAD_KEEPERS))
    woodland = np.isin(p.kind, WOODLAND) & (use == "forest") & ~np.char.startswith(name, MUNICIPAL_FOREST)
    fields = (p.kind == "farmland") | ((p.kind == "meadow") & np.isin(use, ("farm", "villas", "business")))
    lots = np.isin(use, ("villas", "business")) & (p.street != "") & np.isin(p.kind, LOTS)
    choices = [np.array([ROAD_KEEPERS.get(street, "") for street in p.street]), *map(np.array, (FORESTER, PRIVATE, FARMER, WATER_BOARD))]
    return np.select([road, woodland, lots, fields, p.kind == "reed"], choices, np.array(MUNICIPALITY))


def register_ids(bronhouder: np.ndarray, kind: np.ndarray, geometry: np.ndarray) -> list[str]:
    """Ids in the manner of the base register: the same piece of ground gets the same id in every build."""
    spot, area = shapely.get_coordinates(shapely.centroid(geometry)), shapely.area(geometry)
    texts = [f"{k} {x:.2f} {y:.2f} {a:.2f}" for k, (x, y), a in zip(kind, spot, area, strict=True)]
    return [f"{b}.{digest(text)}" for b, text in zip(bronhouder, texts, strict=True)]


def digest(text: str) -> str:
    """32 hexadecimal digits of a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def other_ground(ground: Ground, pieces: Pieces) -> OtherGround:
    """Everything that is not green."""
    p, rows = ground.pieces, np.flatnonzero(~pieces.green)
    kinds = [KINDS[kind] for kind in p.kind[rows]]
    return OtherGround(
        [pieces.register_id[k] for k in rows],
        [kind.family for kind in kinds],
        [kind.appearance for kind in kinds],
        [str(street) or None for street in p.street[rows]],
        p.geometry[rows],
    )


def management(ground: Ground, pieces: Pieces) -> list[Managed]:
    """Per buurt and keeper one shape."""
    names, number = np.unique(pieces.keeper, return_inverse=True)
    key = ground.pieces.district * len(names) + number
    order = np.argsort(key, kind="stable")
    values, starts = np.unique(key[order], return_index=True)
    result = []
    for value, rows in zip(values, np.split(order, starts[1:]), strict=True):
        keeper, buurt = str(names[value % len(names)]), ground.buurten[value // len(names)]
        shape = shapely.coverage_union_all(ground.pieces.geometry[rows])
        result.append(Managed(f"beheer.{digest(f'{buurt.code} {keeper}')}", keeper, keeper == MUNICIPALITY, shape))
    return result


class GreenRegister:
    """Builds the green register, older versions included."""

    def __init__(self, ground: Ground, pieces: Pieces, today: date, rng: np.random.Generator) -> None:
        self.ground, self.pieces, self.today, self.rng = ground, pieces, today, rng
        self.green = Green()

    def build(self, adopted: set[str]) -> Green:
        """All versions; objects in `adopted` may have had other planting, but never another border."""
        p, pieces = self.ground.pieces, self.pieces
        small = (p.area > CHANGEABLE[0]) & (p.area < CHANGEABLE[1])
        free = np.array([name not in adopted for name in pieces.register_id])
        changeable = np.flatnonzero(pieces.green & pieces.municipal & small & (p.kind != "playground"))
        replanted = set(self.rng.choice(changeable[p.kind[changeable] != "lawn"], CHANGED_PLANTING, replace=False).tolist())
        merged = self.pairs(np.setdiff1d(changeable[free[changeable]], list(replanted)))
        born = set(merged.values())
        rows = np.flatnonzero(pieces.green)
        for k in rows[np.argsort(p.district[rows], kind="stable")].tolist():  # neighbours together
            if k in replanted:
                self.replanted(k)
            elif k in merged:
                self.merged(k, merged[k])
            elif k not in born:
                self.add(k, self.since(k), None)
        return self.green

    def since(self, k: int) -> date:
        """The first day of a piece."""
        return self.pieces.since[k].astype(date)

    def change_day(self) -> date:
        """A day in the past nine years."""
        return self.today - timedelta(days=int(self.rng.integers(200, 9 * 365)))

    def add(self, k: int, start: date, end: date | None, version: int = 1, applies: date | None = None, **other: object) -> None:
        """Add one version of a piece; `other` replaces what an older version had otherwise."""
        p, kind = self.ground.pieces, KINDS[self.ground.pieces.kind[k]]
        row = {
            "register_id": self.pieces.register_id[k],
            "version": str(version),
            "category": kind.family,
            "appearance": kind.appearance,
            "plus_type": kind.plus or None,
            "bronhouder": str(self.pieces.bronhouder[k]),
            "valid_from": start,
            "valid_to": end,
            "applies_from": applies,
            "geometry": p.geometry[k],
        } | other
        for column, value in row.items():
            getattr(self.green, column).append(value)

    def replanted(self, k: int) -> None:
        """Grass before, other planting since."""
        day = self.change_day()
        self.add(k, min(self.since(k), day - timedelta(days=365)), day, appearance=GRASS[0], plus_type=GRASS[1])
        self.add(k, day, None, 2, day)

    def merged(self, k: int, other: int) -> None:
        """One bed before, two beside each other since: the second has a birthday and no life before it."""
        day, shapes = self.change_day(), self.ground.pieces.geometry
        before = shapely.coverage_union_all(shapes[[k, other]])
        self.add(k, min(self.since(k), day - timedelta(days=365)), day, geometry=before)
        self.add(k, day, None, 2, day)
        self.add(other, day, None, 1, day)

    def pairs(self, candidates: np.ndarray) -> dict[int, int]:
        """Pairs of neighbours in one buurt, each piece in one pair at most."""
        p = self.ground.pieces
        taken: set[int] = set()
        result: dict[int, int] = {}
        shapes = p.geometry[candidates]
        a, b = shapely.STRtree(shapes).query(shapes, predicate="touches")
        for x, y in zip(candidates[a].tolist(), candidates[b].tolist(), strict=True):
            alone = x < y and p.district[x] == p.district[y] and not {x, y} & taken
            if alone and shapely.coverage_union(p.geometry[x], p.geometry[y]).geom_type == "Polygon":
                taken |= {x, y}
                result[x] = y
        chosen = self.rng.permutation(sorted(result))[:MERGED_BEDS].tolist()
        return {x: result[x] for x in chosen}
