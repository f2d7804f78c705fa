"""Figures on a raster as rows of a table, for spreadsheets."""

import csv
import io

from geo_service.catalogue.raster.figure_schemas import RasterFigures

COLUMNS = (
    "code", "name", "level", "edition", "unit", "areaM2", "knownM2", "countedM2", "knownShare", "mean", "lowest", "highest", "greenShare",
    "greenM2",
)  # fmt: skip


def to_csv(answer: RasterFigures) -> str:
    """One row per district or plot, names as in the JSON: RFC 4180 (comma, decimal point, UTF-8), without a total."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    shared = {"level": answer.level, "edition": answer.edition.isoformat(), "unit": answer.unit}
    writer.writerows({**area.model_dump(by_alias=True, mode="json"), **shared} for area in answer.areas)
    return text.getvalue()
