"""Residential streets: carriageway, parking strip with planted beds, footways. Lengths in metres, EPSG:28992."""

from typing import NamedTuple

import numpy as np
from shapely import LineString
from shapely.ops import substring

from geo_service.demo.drawing import Canvas, beside, ribbon

BED_EVERY = (80.0, 110.0, 140.0)
BED_LENGTH = (7.0, 13.0)


class Section(NamedTuple):
    """The widths of a street's parts; without a carriageway it is a path."""

    lane: float
    parking: float
    footway: float

    @property
    def width(self) -> float:
        """From edge to edge."""
        return self.lane + self.parking + 2 * self.footway


LOOP = Section(5.5, 2.2, 1.9)
BY_DEPTH = (Section(5.0, 2.2, 1.8), Section(5.0, 0, 1.8), Section(5.2, 0, 0))
PATH = Section(0, 0, 1.2)


def draw(canvas: Canvas, line: LineString, section: Section, fine: bool, rng: np.random.Generator, name: str) -> None:
    """Draw a street along a line; from further away only its carriageway."""
    if not section.lane:
        canvas.paint("footpath", ribbon(line, 0, section.width), name)
        return
    canvas.paint("carriageway", ribbon(line, 0, section.lane if fine else 8), name)
    if fine and section.footway:
        canvas.paint("footway", ribbon(line, section.parking / 2, section.width), name)
        if section.parking:
            parking(canvas, line, section, rng, name)


def parking(canvas: Canvas, line: LineString, section: Section, rng: np.random.Generator, name: str) -> None:
    """A strip on the left of the street, with beds between the bays, against the footway."""
    strip = beside(line, (section.lane + section.parking) / 2)
    if strip.geom_type != "LineString" or strip.length < 40:
        return
    canvas.paint("parking", ribbon(substring(strip, 6, strip.length - 6), 0, section.parking), name)
    length = rng.uniform(*BED_LENGTH)
    for start in np.arange(14, strip.length - 20, rng.choice(BED_EVERY)):
        canvas.paint("street_bed", ribbon(substring(strip, start, start + length), 0.35, section.parking - 0.5), name)
