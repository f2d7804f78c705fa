"""``/foto/{id}``: a photo, for everybody where it is public, for members and staff where it is not."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from sqlalchemy.orm import Session

from geo_service.adoptions.queries import is_public, oversees
from geo_service.errors import NotFound
from geo_service.initiatives.models import Photo
from geo_service.initiatives.photos import MEDIA_TYPE
from geo_service.initiatives.queries import is_member, photo_image
from geo_service.web.pages.page import AnyPage, Page

router = APIRouter(include_in_schema=False)
HOUR_S = 3600


@router.get("/foto/{photo_id}")
@router.get("/foto/{photo_id}/klein")
def photo(page: AnyPage, photo_id: Annotated[UUID, InPath()]) -> Response:
    """The picture, large or small. A photo that this visitor may not see is not there."""
    found = page.session.get(Photo, photo_id)
    size = "small" if page.request.url.path.endswith("/klein") else "large"
    if found is None or not (shown(page.session, found) or seen_by(page, found)):
        raise NotFound
    keep = f"public, max-age={HOUR_S}" if shown(page.session, found) else "private, no-cache"
    headers = {"ETag": f'"{photo_id}-{size}"', "Cache-Control": keep, "Content-Security-Policy": "default-src 'none'"}
    return page.kept(headers, lambda: Response(photo_image(page.session, photo_id, size), media_type=MEDIA_TYPE))


def shown(session: Session, found: Photo) -> bool:
    """Whether everybody may see it."""
    return found.public and found.hidden_at is None and is_public(session, found.initiative_id)


def seen_by(page: Page, found: Photo) -> bool:
    """Whether this visitor may see what others may not."""
    if page.visitor is None:
        return False
    return is_member(page.session, found.initiative_id, page.visitor.actor.person_id) or oversees(
        page.session, page.visitor.actor, found.initiative_id
    )
