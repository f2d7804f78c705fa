"""Every select for papers: the ground that a picture shows, from the published background, which knows the kinds already."""

from dataclasses import dataclass
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

Box = tuple[float, float, float, float]
# cut off and simplified in the database: a picture needs no vertex that it cannot show
GROUND = text("""
    select soort, naam, st_asbinary(st_simplify(st_clipbybox2d(geometrie, box), :tolerance)) as wkb
    from st_makeenvelope(:x0, :y0, :x1, :y1, 28992) box, layers.achtergrond
    where geometrie && box and oppervlakte_m2 >= :smallest
    order by lokaal_id
""")
TREES = text("""
    select st_x(geom) as x, st_y(geom) as y from geo.tree
    where geom && st_makeenvelope(:x0, :y0, :x1, :y1, 28992) order by 1, 2 limit 400
""")


@dataclass(frozen=True)
class Ground:
    """A piece of the background: its kind (a word of ``layers/achtergrond.toml``), its name, and its shape in RD."""

    kind: str
    name: str | None
    shape: Any


def ground_in(session: Session, box: Box, metre_per_pixel: float) -> list[Ground]:
    """What lies in a box, in RD metres, without what is smaller than a pixel or two."""
    values = {**_box(box), "tolerance": metre_per_pixel / 4, "smallest": 2 * metre_per_pixel**2}
    rows = [(row.soort, row.naam, shapely.from_wkb(row.wkb)) for row in session.execute(GROUND, values) if row.wkb]
    return [Ground(*row) for row in rows if not row[2].is_empty]


def trees_in(session: Session, box: Box) -> list[tuple[float, float]]:
    """Where trees stand in a box, in RD metres."""
    return [(row.x, row.y) for row in session.execute(TREES, _box(box))]


def _box(box: Box) -> dict[str, float]:
    return dict(zip(("x0", "y0", "x1", "y1"), box, strict=True))
