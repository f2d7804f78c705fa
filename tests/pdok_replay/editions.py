"""Collections as PDOK spells them: generated squares, and two editions made from real data (CBS of Almere, BGT of Otterlo)."""

import csv
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from tests.pdok_replay.server import Feature

BGT = "lv/bgt/ogc/v1/"
CBS = "cbs/wijken-en-buurten-{year}/ogc/v1/"
SPELLED = {
    "lokaalID": "lokaal_id", "bronhouder": "bronhouder", "class": "fysiek_voorkomen", "plus-fysiekVoorkomen": "plus_fysiek_voorkomen",
    "surfaceMaterial": "fysiek_voorkomen", "plus-fysiekVoorkomenOndersteunendWegdeel": "plus_fysiek_voorkomen", "function": "functie",
    "relatieveHoogteligging": "relatieve_hoogteligging", "bgt-status": "status", "plus-status": "plus_status",
    "inOnderzoek": "in_onderzoek", "tijdstipRegistratie": "tijdstip_registratie", "eindRegistratie": "eind_registratie",
    "LV-publicatiedatum": "lv_publicatiedatum", "creationDate": "creation_date", "terminationDate": "termination_date",
}  # fmt: skip
PLURAL = {"gemeente": "gemeenten", "wijk": "wijken", "buurt": "buurten"}
SECOND = "2025-06-01T10:00:00Z"
"""When the second edition was registered."""


def green(register_id: str, shape: BaseGeometry | None, **more: Any) -> Feature:
    """One version of a begroeid terreindeel."""
    properties = {
        "lokaal_id": register_id, "bronhouder": "G0034", "fysiek_voorkomen": "groenvoorziening", "plus_fysiek_voorkomen": "heesters",
        "relatieve_hoogteligging": 0, "op_talud": False, "status": "bestaand", "in_onderzoek": False,
        "tijdstip_registratie": "2020-05-01T12:00:00Z", "eind_registratie": None, "lv_publicatiedatum": "2020-05-02T12:00:00Z",
        "creation_date": "2020-05-01", "termination_date": None, "version": "1", **more,
    }  # fmt: skip
    return Feature(properties, shape)


def berm(register_id: str, shape: BaseGeometry, **more: Any) -> Feature:
    """One version of an ondersteunend wegdeel."""
    feature = green(register_id, shape, **{"functie": "berm", **more})
    feature.properties.pop("op_talud")
    return feature


def bgt(begroeid: Iterable[Feature], bermen: Iterable[Feature] = ()) -> dict[str, list[Feature]]:
    """The two collections that green comes from."""
    return {BGT + "begroeidterreindeel": list(begroeid), BGT + "ondersteunendwegdeel": list(bermen)}


def cbs(
    gemeente: BaseGeometry, wijken: dict[str, BaseGeometry], buurten: dict[str, BaseGeometry], year: int = 2024
) -> dict[str, list[Feature]]:
    """The three collections of an edition, with key figures that differ from row to row."""
    here, code = CBS.format(year=year), "GM0034"
    figures = {"aantal_inwoners": 1000, "woningvoorraad": 400, "water": "NEE"}
    rows: dict[str, list[Feature]] = {here + name: [] for name in ("gemeenten", "wijken", "buurten")}
    rows[here + "gemeenten"].append(Feature({"gemeentecode": code, "gemeentenaam": "Almere", **figures}, gemeente))
    for wijk, shape in wijken.items():
        rows[here + "wijken"].append(Feature({"wijkcode": wijk, "wijknaam": f"Wijk {wijk}", "gemeentecode": code, **figures}, shape))
    for number, (buurt, shape) in enumerate(buurten.items()):
        own = {**figures, "aantal_inwoners": 100 + number, "woningvoorraad": -99997 if number == 1 else 40 + number}
        properties = {"buurtcode": buurt, "buurtnaam": f"Buurt {buurt}", "wijkcode": f"WK{buurt[2:8]}", "gemeentecode": code, **own}
        rows[here + "buurten"].append(Feature(properties, shape))
    return rows


def almere(shared_data: Path) -> dict[str, list[Feature]]:
    """The districts of Almere with the inhabitants of 2024, as CBS counted them."""
    with (shared_data / "almere_kerncijfers_2024.csv").open(newline="") as file:
        people = {row["regio"]: int(float(row["inwoners"])) for row in csv.DictReader(file) if row["inwoners"]}
    collections: dict[str, list[Feature]] = {}
    layers = (("gemeente", "gemeente_2022", "name"), ("wijk", "wijken_2022", "name"), ("buurt", "buurten_2024_coarse", "naam"))
    for kind, layer, title in layers:
        frame = gpd.read_file(shared_data / "almere_boundaries.gpkg", layer=layer)
        collections[CBS.format(year=2024) + PLURAL[kind]] = [
            Feature(
                {
                    f"{kind}code": row["code"],
                    f"{kind}naam": row[title],
                    "gemeentecode": "GM0034",
                    "aantal_inwoners": people.get(row["code"]),
                },
                row.geometry,
            )
            for _, row in frame.iterrows()
        ]
    return collections


def otterlo(shared_data: Path) -> dict[str, list[Feature]]:
    """The real BGT of Otterlo with its expired versions, as PDOK would tell it."""
    return bgt(
        _features(shared_data, "begroeidterreindeel_all_versions"),
        _features(shared_data, "ondersteunendwegdeel"),
    )


def _features(shared_data: Path, layer: str) -> list[Feature]:
    frame = gpd.read_file(shared_data / "bgt_otterlo.gpkg", layer=layer)
    names = {theirs: ours for theirs, ours in SPELLED.items() if theirs in frame.columns}
    return [Feature({ours: _told(row[theirs]) for theirs, ours in names.items()}, row.geometry) for _, row in frame.iterrows()]


def _told(value: Any) -> Any:
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def second(collections: dict[str, list[Feature]], kind: str = "begroeidterreindeel", each: int = 6) -> dict[str, list[Feature]]:
    """The next edition: of the objects in force some were split, merged, reshaped, renamed, renumbered, or are gone; new ones came."""
    edition = deepcopy(collections)
    features = edition[BGT + kind]
    current = [one for one in {one.properties["lokaal_id"]: one for one in features if not one.properties["eind_registratie"]}.values()
               if one.geometry.area > 100 and one.properties["relatieve_hoogteligging"] == 0]  # fmt: skip
    current.sort(key=lambda one: one.properties["lokaal_id"])
    free = [one for one in current if one.geometry.geom_type == "Polygon"]

    def ends(one: Feature) -> None:
        for version in features:
            if version.properties["lokaal_id"] == one.properties["lokaal_id"] and not version.properties["eind_registratie"]:
                version.properties["eind_registratie"] = SECOND

    def comes(one: Feature, shape: BaseGeometry, **more: Any) -> None:
        features.append(Feature({**one.properties, "tijdstip_registratie": SECOND, "eind_registratie": None, **more}, shape))

    for number in range(each):
        split, renamed, moved, renumbered, gone = (free.pop(0) for _ in range(5))
        one, *rest = _halves(split.geometry)
        ends(split)
        comes(split, one)
        for nth, shape in enumerate(rest):
            comes(split, shape, lokaal_id=f"{split.properties['lokaal_id']}-{nth}")
        ends(renamed)
        comes(renamed, renamed.geometry, plus_fysiek_voorkomen="planten" if number % 2 else "heesters", fysiek_voorkomen="groenvoorziening")
        ends(moved)
        comes(moved, affinity.translate(moved.geometry, 3 + number, -2))
        ends(renumbered)
        comes(renumbered, renumbered.geometry, lokaal_id=f"{renumbered.properties['lokaal_id']}-new")
        ends(gone)
        for _ in range(2):
            first = free.pop(0)
            other = next((o for o in free if o.geometry.intersection(first.geometry).length > 2), None)
            if other:
                free.remove(other)
                ends(first)
                ends(other)
                comes(first, shapely.union(first.geometry, other.geometry))
                break
        far = affinity.translate(shapely.box(0, 0, 12, 8), *map(float, shapely.bounds(moved.geometry)[:2]))
        comes(moved, far, lokaal_id=f"{moved.properties['lokaal_id']}-fresh")
    return edition


def _halves(shape: BaseGeometry) -> list[BaseGeometry]:
    """Cut down the middle."""
    west, south, east, north = shape.bounds
    middle = round((west + east) / 2, 3)
    halves = [
        shapely.intersection(shape, shapely.box(west, south, middle, north)),
        shapely.intersection(shape, shapely.box(middle, south, east, north)),
    ]
    return [part for half in halves for part in shapely.get_parts(half) if part.geom_type == "Polygon"]
