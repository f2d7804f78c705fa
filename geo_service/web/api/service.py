"""Is the service alive and ready?"""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import text

from geo_service.db.external import KNOWS_GRID
from geo_service.web.dependencies import DbSession, Here

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(session: DbSession, here: Here) -> dict[str, Any]:
    """The database answers, and whether it transforms with the RDNAPTRANS2018 grid."""
    grid = session.execute(text(KNOWS_GRID)).scalar_one()
    return {"status": "ok", "municipality": here.municipality.name, "rdGrid": grid}
