"""``/static/{name}``: what the front end's build wrote."""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from geo_service.web.assets import ADDRESS, asset_file

router = APIRouter(include_in_schema=False)
FOR_EVER = "public, max-age=31536000, immutable"


@router.get(f"{ADDRESS}/{{name}}")
def static(name: str) -> FileResponse:
    """A built asset; its name changes with its content."""
    return FileResponse(asset_file(name), headers={"Cache-Control": FOR_EVER})
