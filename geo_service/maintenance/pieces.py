"""Parts of a plot that one can choose without a map: its green objects, and what lies to each side of its middle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import shapely
from shapely import MultiPolygon
from sqlalchemy.orm import Session

from geo_service.adoptions.schemas import AdoptionView
from geo_service.errors import N_
from geo_service.geometry import RD_BOUNDS, multipolygon
from geo_service.maintenance.queries import green_under
from geo_service.plots.facts import inside

LEAST_M2 = 0.5
SIDES = {"noord": N_("The northern part"), "oost": N_("The eastern part"), "zuid": N_("The southern part"), "west": N_("The western part")}


@dataclass(frozen=True)
class Piece:
    """A part with the key that a form sends; ``kind`` is the register's word for a green object."""

    key: str
    label: str
    kind: str
    m2: float
    shape: MultiPolygon


def pieces(session: Session, view: AdoptionView, day: date) -> list[Piece]:
    """The green objects under a plot when there are several, then its four sides."""
    assert view.geom is not None, "an adoption that was found has its shape"
    found = [
        Piece(f"groen:{register_id}", N_("Bed {number}: {kind}"), kind, part.area, part)
        for register_id, kind, shape in green_under(session, view.id, day)
        if (part := inside(view.geom, shape)).area >= LEAST_M2
    ]
    return [*(found if len(found) > 1 else []), *_sides(view.geom)]


def chosen(found: list[Piece], keys: tuple[str, ...]) -> MultiPolygon | None:
    """The pieces with these keys together; None when none was chosen."""
    shapes = [piece.shape for piece in found if piece.key in keys]
    return multipolygon(shapely.union_all(shapes)) if shapes else None


def _sides(shape: MultiPolygon) -> Iterator[Piece]:
    left, bottom, right, top = RD_BOUNDS
    middle = shape.centroid
    boxes = {
        "noord": (left, middle.y, right, top),
        "oost": (middle.x, bottom, right, top),
        "zuid": (left, bottom, right, middle.y),
        "west": (left, bottom, middle.x, top),
    }
    for key, box in boxes.items():
        part = inside(shape, shapely.box(*box))
        yield Piece(key, SIDES[key], "", part.area, part)
