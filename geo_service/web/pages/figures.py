"""The figures of coverage as people read them: hectares that still add up after rounding, rows in order of their share."""

from dataclasses import dataclass
from typing import Any

from geo_service.coverage.schemas import CoverageAnswer

M2_PER_HA = 10_000


@dataclass(frozen=True)
class KeyFigures:
    """Hectares with one decimal: ``adopted + rest = managed`` also as they are written."""

    adopted_ha: float
    rest_ha: float
    managed_ha: float
    green_ha: float
    area_ha: float
    green_share: float | None
    coverage: float | None
    plots: int


def key_figures(totals: Any) -> KeyFigures:
    """The figures of one district, or of all together."""
    adopted, managed = round(totals.adopted_m2 / M2_PER_HA, 1), round(totals.managed_m2 / M2_PER_HA, 1)
    return KeyFigures(
        adopted_ha=adopted,
        rest_ha=round(managed - adopted, 1),
        managed_ha=managed,
        green_ha=round(totals.green_m2 / M2_PER_HA, 1),
        area_ha=totals.area_m2 / M2_PER_HA,
        green_share=totals.green_m2 / totals.area_m2 if totals.area_m2 else None,
        coverage=totals.coverage,
        plots=totals.plots,
    )


def ranked(answer: CoverageAnswer, codes: set[str] | None = None) -> list[Any]:
    """The districts with these codes (all when None), the highest share first; what lies outside every district comes last."""
    chosen = [row for row in answer.districts if codes is None or row.code in codes]
    return sorted(chosen, key=lambda row: (row.code is None, -(row.coverage or 0), row.name or ""))
