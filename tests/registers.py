"""Small registers for tests of imports: BGT green as PDOK spells it, squares in Almere."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import box
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.registers.schemas import ImportReport, Kind, Source
from geo_service.registers.service import import_register

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)
PLACE = (143_000.0, 483_000.0)


def square(number: int = 0, side: float = 10) -> Any:
    """The n-th of a row of squares that touch."""
    x, y = PLACE[0] + number * side, PLACE[1]
    return box(x, y, x + side, y + side)


def green(*rows: dict[str, Any], crs: str | None = "EPSG:28992") -> gpd.GeoDataFrame:
    """Green objects in PDOK's spelling; each row may override any column and ``geometry``."""
    full = [
        {
            "lokaal_id": f"G0034.{number}",
            "bronhouder": "G0034",
            "fysiek_voorkomen": "groenvoorziening",
            "plus_fysiek_voorkomen": "heesters",
            "relatieve_hoogteligging": 0,
            "tijdstip_registratie": "2020-05-01T12:00:00",
            "eind_registratie": None,
            "geometry": square(number),
            **row,
        }
        for number, row in enumerate(rows)
    ]
    frame = gpd.GeoDataFrame(full, geometry="geometry", crs=crs)
    for column in ("tijdstip_registratie", "eind_registratie"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def write(frame: gpd.GeoDataFrame, path: Path, layer: str | None = None) -> Path:
    """Write a register as a file; the suffix tells the format."""
    frame.to_file(path, layer=layer or "begroeidterreindeel")
    return path


def bring_in(session: Session, kind: Kind, path: Path, municipality: Any, now: datetime = NOW, **options: Any) -> ImportReport:
    """Import and commit."""
    report = import_register(session, kind, Source(path, **options), municipality, now)
    session.commit()
    return report


def rows(session: Session, statement: str, **values: Any) -> list[Any]:
    """Run a query."""
    return [tuple(row) for row in session.execute(text(statement), values)]
