"""Makes Haven's documented shares of green and of housing come true. Geometry: EPSG:28992, areas in m2."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString

from geo_service.demo import plan
from geo_service.demo.drawing import Canvas, Frame, Pen, Sheet, ribbon
from geo_service.demo.kinds import KINDS, OPEN_ESTATE, OPEN_FIELD

STRIPS = 9  # halvings of a balance field
TOLERANCE = 0.0004  # the largest miss, as a share of Haven
# What is open becomes the first when the families that count fall short, else the second.
CHOICES = {
    OPEN_ESTATE: (("housing",), plan.HAVEN_HOUSING, "yard", "wood"),
    OPEN_FIELD: (("green", "recreation"), plan.HAVEN_GREEN, "meadow", "farmland"),
}


def paint_balance(canvas: Canvas) -> None:
    """Fields in strips of halving width, and the lane of villas that makes the estate strips look natural."""
    for kind, box in ((OPEN_FIELD, plan.GREEN_BALANCE), (OPEN_ESTATE, plan.HOUSING_BALANCE)):
        x0, y0, x1, y1 = plan.metres(box).ravel()
        edges = x0 + (x1 - x0) * np.r_[0, 1 - 0.5 ** np.arange(1, STRIPS), 1]
        canvas.paint(kind, shapely.box(edges[:-1], y0, edges[1:], y1))
    lane = LineString([(x0 - 12, y1 + 6), (x1 + 30, y1 + 6)])
    canvas.paint("wood", ribbon(lane, 20, 30))
    canvas.paint("carriageway", ribbon(lane, 0, 5), "Goorlaan")
    sheet = Sheet(canvas, Frame(x0, y1, 0))
    pen = Pen(sheet, street="Goorlaan")
    for x in np.arange(12, x1 - x0 - 150, 42):
        pen.box("house", x, -30, x + 16, -19, homes=1)
    sheet.finish()


@dataclass
class Balance:
    """Chooses the use of the open strips when all else is known."""

    in_haven: np.ndarray  # for every buurt whether it lies in Haven

    def __call__(self, kinds: np.ndarray, area: np.ndarray, buurt: np.ndarray) -> np.ndarray:
        """The kinds with every open strip decided.

        Raises ValueError when the plan leaves too little room to reach Haven's figures.
        """
        kinds = kinds.astype("U20")
        haven = self.in_haven[buurt]
        total = area[haven].sum()
        for open_kind, (families, share, yes, no) in CHOICES.items():
            counted = [name for name, kind in KINDS.items() if kind.family in families]
            missing = share * total - area[haven & np.isin(kinds, counted)].sum()
            strips = np.flatnonzero(kinds == open_kind)
            for k in strips[np.argsort(-area[strips], kind="stable")]:
                kinds[k] = yes if missing >= area[k] else no
                missing -= area[k] if missing >= area[k] else 0
            if abs(missing) > TOLERANCE * total:
                raise ValueError(f"Haven's {families[0]} is {-missing / 1e4:+.1f} ha off its share: change the plan")
        return kinds
