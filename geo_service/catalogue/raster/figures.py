"""Figures of rasters: measured once per piece of ground for districts, and when asked for plots."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import fsum
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo_service.catalogue.raster import figure_queries, zonal
from geo_service.catalogue.raster.class_areas import class_areas
from geo_service.catalogue.raster.definition import RasterDefinition
from geo_service.catalogue.raster.figure_schemas import AreaFigures, Level, Measured, RasterFigures
from geo_service.catalogue.raster.files import edition_open
from geo_service.catalogue.raster.models import RasterClass, RasterEdition, RasterFigure
from geo_service.catalogue.raster.queries import edition, editions
from geo_service.coverage.service import OUTSIDE
from geo_service.errors import N_, NotFound
from geo_service.words import DEFAULT, Language, say

MOST_PLOTS = 1_000
NO_EDITION = N_("{layer} has no edition of {day} or earlier.")
STORED = ("known_m2", "counted_m2", "mean", "lowest", "highest", "green_share")
Progress = Callable[[str, int, int], None]


def refresh(
    session: Session,
    folder: Path,
    rasters: Mapping[str, RasterDefinition],
    *,
    layer: str | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> int:
    """Measure every piece of ground that has no figures yet on an edition (of one layer, or of all); ``again`` measures all anew.

    Called when an edition or districts came. Returns how many pieces were measured; errors as ``edition_open``.
    """
    return sum(
        _measure(session, folder, rasters[each.layer], each, again, progress) for each in editions(session, layer) if each.layer in rasters
    )


def _measure(
    session: Session, folder: Path, definition: RasterDefinition, shown: RasterEdition, again: bool, progress: Progress | None
) -> int:
    if again:
        figure_queries.forget(session, shown.id)
    pieces = figure_queries.unmeasured(session, shown.id)
    if not pieces:
        return 0
    tell = (lambda done, total: progress(f"{shown.layer} {shown.day}", done, total)) if progress else None
    with edition_open(folder, shown) as raster:
        measured = _figures(raster, definition, [shape for _, shape in pieces], tell)
    keys = [{"edition_id": shown.id, "piece_id": piece} for piece, _ in pieces]
    session.execute(insert(RasterFigure), [{**key, **_stored(each)} for key, each in zip(keys, measured, strict=True)])
    classes = [
        {**key, "value": value, "area_m2": area_m2}
        for key, each in zip(keys, measured, strict=True)
        for value, area_m2 in each.classes.items()
        if definition.classes
    ]
    if classes:
        session.execute(insert(RasterClass), classes)
    return len(keys)


def _figures(
    raster: Any, definition: RasterDefinition, shapes: Sequence[bytes], progress: zonal.Progress | None = None
) -> list[zonal.Figures]:
    return zonal.figures(raster, shapely.from_wkb(shapes), definition.raster, by_class=bool(definition.classes), progress=progress)


def _stored(figures: zonal.Figures) -> dict[str, Any]:
    return {name: getattr(figures, name) for name in STORED}


def per_district(session: Session, definition: RasterDefinition, level: Level, at: date, *, language: Language = DEFAULT) -> RasterFigures:
    """The figures of all districts of a level on a day; the row without a code is what lies outside them, so that areas add up.

    Raises NotFound when there is no edition of that day or earlier.
    """
    shown = _edition(session, definition, at)
    found = figure_queries.classes(session, definition.id, level, at) if definition.classes else {}
    areas = [
        AreaFigures(
            **{**row, "name": row["name"] or say(OUTSIDE, language)},
            classes=class_areas(definition, found.get(row["code"], {}), row["counted_m2"]),
        )
        for row in figure_queries.districts(session, definition.id, level, at)
    ]
    return _answer(definition, shown, level, at, areas)


def per_plot(
    session: Session, folder: Path, definition: RasterDefinition, at: date, *, after: str = "", most: int | None = MOST_PLOTS
) -> RasterFigures:
    """The figures of plots that residents keep on a day, as the public layer shows them: so many after a code, or with None all.

    Raises NotFound when there is no edition of that day or earlier.
    """
    shown = _edition(session, definition, at)
    plots = figure_queries.kept_plots(session, at, None if most is None else most + 1, after)
    more, plots = most is not None and len(plots) > most, plots[:most]
    with edition_open(folder, shown) as raster:
        measured = _figures(raster, definition, [shape for _, _, shape in plots])
    areas = [
        AreaFigures(
            **{"code": code, "name": name, "area_m2": figures.area_m2, **_stored(figures)},
            classes=class_areas(definition, figures.classes, figures.counted_m2),
        )
        for (code, name, _), figures in zip(plots, measured, strict=True)
    ]
    return _answer(definition, shown, "plek", at, areas, areas[-1].code if more else None)


def _edition(session: Session, definition: RasterDefinition, at: date) -> RasterEdition:
    shown = edition(session, definition.id, at)
    if shown is None:
        raise NotFound(NO_EDITION, layer=definition.id, day=at)
    return shown


def _answer(
    definition: RasterDefinition, shown: RasterEdition, level: Level, at: date, areas: list[AreaFigures], after: str | None = None
) -> RasterFigures:
    if definition.style.values:  # classes have no mean, no lowest and no highest
        areas = [area.model_copy(update={"mean": None, "lowest": None, "highest": None}) for area in areas]
    return RasterFigures(
        raster=definition.id,
        title=definition.title,
        unit=definition.raster.unit,
        at=at,
        edition=shown.day,
        level=level,
        nodata_counts_as=definition.raster.nodata_counts_as,
        source=shown.source,
        licence=shown.licence,
        areas=areas,
        total=_total(definition, areas),
        next=after,
    )


def _total(definition: RasterDefinition, areas: Sequence[AreaFigures]) -> Measured:
    """All areas together; what was not measured is not in it."""
    measured = [area for area in areas if area.area_m2 is not None]
    counted_m2, classes = fsum(area.counted_m2 or 0 for area in measured), Counter[float]()
    for area in measured:
        classes.update({one.value: one.area_m2 or 0 for one in area.classes or ()})
    return Measured(
        area_m2=fsum(area.area_m2 or 0 for area in measured),
        known_m2=fsum(area.known_m2 or 0 for area in measured),
        counted_m2=counted_m2,
        mean=_weighted(measured, "mean"),
        lowest=min((area.lowest for area in measured if area.lowest is not None), default=None),
        highest=max((area.highest for area in measured if area.highest is not None), default=None),
        green_share=_weighted(measured, "green_share"),
        classes=class_areas(definition, classes, counted_m2),
    )


def _weighted(areas: list[AreaFigures], name: str) -> float | None:
    """The mean of areas, each by the m² that count in it."""
    told = [(getattr(area, name), area.counted_m2) for area in areas if getattr(area, name) is not None and area.counted_m2]
    weight = fsum(counted for _, counted in told)
    return fsum(value * counted for value, counted in told) / weight if weight else None
