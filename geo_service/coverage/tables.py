"""Coverage as rows of a table, for spreadsheets."""

import csv
import io
from typing import Any

from geo_service.coverage.schemas import CoverageAnswer

COLUMNS = (
    "code", "name", "level", "areaM2", "greenM2", "managedM2", "adoptedM2", "adoptedFullM2", "adoptedPartialM2", "adoptedOutsideM2",
    "coverage", "plots", "initiatives", "estimated",
)  # fmt: skip
TYPE_COLUMNS = (
    "code", "name", "level", "greenType", "greenM2", "managedM2", "adoptedM2", "adoptedFullM2", "adoptedPartialM2", "coverage",
)  # fmt: skip


def to_csv(answer: CoverageAnswer) -> str:
    """One row per district, or per district and green type when the answer has types; names as in the JSON.

    Plain CSV (RFC 4180: comma, decimal point, UTF-8) without a total, so that a sum over a column is right.
    """
    districts = [district.model_dump(by_alias=True, mode="json") for district in answer.districts]
    by_type = answer.total.types is not None
    rows: list[dict[str, Any]] = districts
    if by_type:
        rows = [
            {**kept, **{key: district[key] for key in ("code", "name", "level")}} for district in districts for kept in district["types"]
        ]
    text = io.StringIO()
    writer = csv.DictWriter(text, TYPE_COLUMNS if by_type else COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**row, "estimated": "true" if row.get("estimated") else "false"} for row in rows)
    return text.getvalue()
