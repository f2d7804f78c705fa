"""A synthetic town of any size: green as shrunken Voronoi cells, square buurten, adoptions as squares inside cells. RD metres."""

from pathlib import Path

import geopandas
import numpy as np
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

ORIGIN = np.array([136_000.0, 479_000.0])
METRES_PER_CELL = 46.0  # side of the square that each green object gets on average
BUURTEN_PER_SIDE = 15
PLUS_TYPES = ("gras- en kruidachtigen", "heesters", "bodembedekkers", "planten")


def register_id(number: int) -> str:
    """The id of a green object in the register."""
    return f"G0034.{number:032x}"


def plus_types(count: int) -> np.ndarray:
    """The plus-type of each green object."""
    return np.array(PLUS_TYPES)[np.arange(count) % len(PLUS_TYPES)]


def cells(count: int, seed: int = 2152) -> np.ndarray:
    """``count`` green polygons that do not overlap, 6 to 30 vertices, on the 1 mm grid."""
    rng = np.random.default_rng(seed)
    side = METRES_PER_CELL * count**0.5
    points = shapely.multipoints(ORIGIN + rng.uniform(0, side, (count, 2)))
    frame = shapely.box(*ORIGIN, *(ORIGIN + side))
    grown = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    inside = shapely.buffer(shapely.intersection(grown, frame), -rng.uniform(0.6, 3, len(grown)), join_style="mitre")
    ready = shapely.set_precision(shapely.segmentize(inside, 9.0), 0.001)
    keep = (shapely.get_type_id(ready) == 3) & (shapely.area(ready) > 30)
    return ready[keep]


def buurten(count: int) -> np.ndarray:
    """A square grid of buurten over all cells."""
    side = METRES_PER_CELL * count**0.5
    step = side / BUURTEN_PER_SIDE
    x, y = np.meshgrid(np.arange(BUURTEN_PER_SIDE), np.arange(BUURTEN_PER_SIDE))
    low = ORIGIN + np.column_stack([x.ravel(), y.ravel()]) * step
    return shapely.box(*low.T, *(low + step).T)


def adopted(green: np.ndarray, count: int, seed: int = 412) -> np.ndarray:
    """``count`` squares of about 6 m inside as many different cells."""
    rng = np.random.default_rng(seed)
    chosen = green[rng.choice(len(green), min(count, len(green)), replace=False)]
    return shapely.intersection(chosen, shapely.buffer(shapely.point_on_surface(chosen), 3, cap_style="square"))


def write_bgt(path: Path, green: np.ndarray) -> None:
    """The green as a GeoPackage in BGT's own spelling, for the import."""
    number = np.arange(len(green))
    frame = geopandas.GeoDataFrame(
        {
            "namespace": "NL.IMGeo",
            "lokaalID": [register_id(n) for n in number],
            "bronhouder": "G0034",
            "relatieveHoogteligging": 0,
            "bgt-status": "bestaand",
            "class": "groenvoorziening",
            "plus-fysiekVoorkomen": plus_types(len(green)),
            "creationDate": "2015-01-01T00:00:00",
            "tijdstipRegistratie": [f"20{15 + n % 9}-03-0{1 + n % 9}T12:00:00" for n in number],
            "eindRegistratie": None,
        },
        geometry=green,
        crs=28992,
    )
    frame["eindRegistratie"] = frame["eindRegistratie"].astype("string")
    frame.to_file(path, layer="begroeidterreindeel", driver="GPKG")


def load_districts(session: Session, squares: np.ndarray) -> None:
    """The gemeente, fifteen wijken and their buurten, as the import would leave them."""
    rows = [("GM0034", "Almere", "gemeente", None, shapely.union_all(squares))]
    for wijk in range(BUURTEN_PER_SIDE):
        mine = squares[wijk * BUURTEN_PER_SIDE : (wijk + 1) * BUURTEN_PER_SIDE]
        code = f"WK0034{wijk + 1:02d}"
        rows.append((code, f"Wijk {wijk + 1}", "wijk", "GM0034", shapely.union_all(mine)))
        rows += [(f"BU0034{wijk + 1:02d}{n + 1:02d}", f"Buurt {wijk + 1}.{n + 1}", "buurt", code, shape) for n, shape in enumerate(mine)]
    session.execute(
        text("""insert into geo.district (code, name, level, parent, year, geom)
                values (:code, :name, :level, :parent, 2024, st_multi(st_geomfromwkb(:wkb, 28992)))"""),
        [{"code": c, "name": n, "level": v, "parent": p, "wkb": shapely.to_wkb(g)} for c, n, v, p, g in rows],
    )
    session.execute(text("select geo.rebuild_pieces()"))


def load_green(session: Session, green: np.ndarray) -> None:
    """Green as the import would leave it, without its pieces."""
    session.execute(
        text("""insert into geo.green_object (register_id, version, category, appearance, plus_type, bronhouder, valid, applies, geom)
                select id, '1', 'green', 'groenvoorziening', plus, 'G0034', '[2015-01-01,)', '(,)', st_multi(st_geomfromwkb(w, 28992))
                from unnest(cast(:ids as text[]), cast(:plus as text[]), cast(:wkbs as bytea[])) u(id, plus, w)"""),
        {
            "ids": [register_id(n) for n in range(len(green))],
            "plus": plus_types(len(green)).tolist(),
            "wkbs": shapely.to_wkb(green).tolist(),
        },
    )


def load_adoptions(session: Session, shapes: np.ndarray) -> None:
    """Active adoptions by one initiative, in one statement so that the guard sorts its locks once."""
    person = session.execute(text("insert into geo.person (email) values ('bench@example.nl') returning id")).scalar_one()
    initiative = session.execute(
        text("insert into geo.initiative (slug, name, contact_id) values ('bench', 'Bench', :person) returning id"), {"person": person}
    ).scalar_one()
    member = "insert into geo.initiative_member (initiative_id, person_id, effort) values (:initiative, :person, 'initiator')"
    session.execute(text(member), {"initiative": initiative, "person": person})
    wkbs = [shapely.to_wkb(shape) for shape in shapes]
    session.execute(
        text("""with shape as (select n, st_multi(st_geomfromwkb(w, 28992)) as geom
                               from unnest(cast(:wkbs as bytea[])) with ordinality u(w, n)),
                     plot as (insert into geo.plot (name) select 'Plek ' || n from shape returning id, name)
                insert into geo.adoption (initiative_id, plot_id, state, period, geom)
                select :initiative, p.id, 'active', daterange('2016-01-01'::date + (s.n % 3000)::int, null), s.geom
                from shape s join plot p on p.name = 'Plek ' || s.n"""),
        {"wkbs": wkbs, "initiative": initiative},
    )
