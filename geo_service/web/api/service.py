"""Is the service alive and ready?"""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import text

from geo_service.web.dependencies import DbSession, Here

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(session: DbSession, here: Here) -> dict[str, Any]:
    """The database answers, and whether it transforms with the RDNAPTRANS2018 grid."""
    grid = session.execute(
        text("select abs(st_x(st_transform(st_setsrid(st_makepoint(4.824761912, 53.160753042), 4258), 28992)) - 117380.1232) < 0.001")
    ).scalar_one()
    return {"status": "ok", "municipality": here.municipality.name, "rdGrid": grid}
