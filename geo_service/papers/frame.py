"""The part of the world that a picture shows, and its pixels."""

from dataclasses import dataclass
from typing import Any

import shapely

STEPS_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
BAR_PX = 80


@dataclass(frozen=True)
class Frame:
    """A box in RD metres shown on ``width`` x ``height`` pixels, y down."""

    left: float
    top: float
    metre_per_pixel: float
    width: int
    height: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The box in RD metres."""
        right, bottom = self.left + self.width * self.metre_per_pixel, self.top - self.height * self.metre_per_pixel
        return self.left, bottom, right, self.top

    @property
    def bar_m(self) -> int:
        """The length of the scale bar in metres: the longest round one that is not too long to look at."""
        return max((step for step in STEPS_M if step / self.metre_per_pixel <= BAR_PX), default=STEPS_M[0])

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Where a point in RD is on the picture."""
        return (x - self.left) / self.metre_per_pixel, (self.top - y) / self.metre_per_pixel

    def ground(self, left: float, top: float, right: float, bottom: float) -> Any:
        """The box in RD behind a box of pixels."""
        step = self.metre_per_pixel
        return shapely.box(self.left + left * step, self.top - bottom * step, self.left + right * step, self.top - top * step)

    def path(self, shape: Any) -> str:
        """The polygons and lines of a shape as the ``d`` of a path, rounded to a tenth of a pixel."""
        return "".join(self._line(ring) for part in shapely.get_parts(shape) for ring in _rings(part))

    def _line(self, ring: Any) -> str:
        xy = shapely.get_coordinates(ring)
        steps: list[str] = []
        for x, y in zip((xy[:, 0] - self.left) / self.metre_per_pixel, (self.top - xy[:, 1]) / self.metre_per_pixel, strict=True):
            step = f"{short(x)} {short(y)}"
            if not steps or steps[-1] != step:
                steps.append(step)
        if ring.is_ring and len(steps) > 1:
            return f"M{'L'.join(steps[:-1])}z"
        return f"M{'L'.join(steps)}"


def frame_around(shape: Any, width: int, height: int, margin_m: float) -> Frame:
    """The smallest frame of these pixels that shows a shape with this margin."""
    left, bottom, right, top = shape.bounds
    metre_per_pixel = max((right - left + 2 * margin_m) / width, (top - bottom + 2 * margin_m) / height)
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    return Frame(middle_x - width * metre_per_pixel / 2, middle_y + height * metre_per_pixel / 2, metre_per_pixel, width, height)


def _rings(part: Any) -> list[Any]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part] if part.geom_type == "LineString" else []


def short(value: float) -> str:
    """A number of pixels, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
