"""Figures on a raster as rows of a table, for spreadsheets."""

import csv
import io

from geo_service.catalogue.raster.figure_schemas import ClassArea, RasterFigures

COLUMNS = (
    "code", "name", "level", "edition", "unit", "areaM2", "knownM2", "countedM2", "knownShare", "mean", "lowest", "highest", "greenShare",
    "greenM2",
)  # fmt: skip


def to_csv(answer: RasterFigures) -> str:
    """One row per district or plot, names as in the JSON: RFC 4180 (comma, decimal point, UTF-8), without a total.

    Of a raster of classes each class has two columns, by its value: ``class10M2`` and ``class10Share``.
    """
    text = io.StringIO()
    classes = [name for one in answer.total.classes or () for name in _class_columns(one)]
    writer = csv.DictWriter(text, [*COLUMNS, *classes], extrasaction="ignore")
    writer.writeheader()
    shared = {"level": answer.level, "edition": answer.edition.isoformat(), "unit": answer.unit}
    for area in answer.areas:
        found = {name: value for one in area.classes or () for name, value in _class_columns(one).items()}
        writer.writerow({**area.model_dump(by_alias=True, mode="json"), **shared, **found})
    return text.getvalue()


def _class_columns(one: ClassArea) -> dict[str, float | None]:
    return {f"class{one.value}M2": one.area_m2, f"class{one.value}Share": one.share}
