"""Is the service alive and ready?"""

from typing import Any

from fastapi import APIRouter

from geo_service.catalogue.raster.files import fault_of, rasters_folder
from geo_service.catalogue.raster.queries import editions
from geo_service.db.coordinates import in_database
from geo_service.web.dependencies import DbSession, Here

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(session: DbSession, here: Here) -> dict[str, Any]:
    """The database answers; whether it transforms with the RDNAPTRANS2018 grid, how far positions are off at
    most, and how many files of rasters are gone or changed."""
    finding = in_database(session.connection())
    folder = rasters_folder(here.settings.data_dir)
    lost = sum(fault_of(folder, edition) is not None for edition in editions(session))
    return {
        "status": "ok",
        "municipality": here.municipality.name,
        "rdGrid": finding.right,
        "rdErrorMm": round(finding.worst_mm or 0, 2),
        "rastersLost": lost,
    }
