"""Who looks at a page: the cookie of somebody who signed in, or nobody."""

from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from geo_service.db.engine import act_for
from geo_service.errors import NotAllowed, NotSignedIn
from geo_service.people import sessions
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Now

COOKIE = "zb_sessie"


async def get_visitor(request: Request, session: DbSession, now: Now) -> Visitor | None:
    """Who is signed in; nobody without a cookie that is valid, which costs no question to the database."""
    secret = request.cookies.get(COOKIE)
    found = await run_in_threadpool(sessions.visitor, session, secret, now) if secret else None
    request.state.visitor = found
    if found:
        await run_in_threadpool(act_for, session, found.actor.person_id)
    return found


MaybeVisitor = Annotated[Visitor | None, Depends(get_visitor)]


async def require_visitor(visitor: MaybeVisitor) -> Visitor:
    """Who is signed in; a page is sent to the sign-in page otherwise, and comes back."""
    if visitor is None:
        raise NotSignedIn
    return visitor


SignedInVisitor = Annotated[Visitor, Depends(require_visitor)]


async def require_staff(visitor: SignedInVisitor) -> Visitor:
    """Somebody of the municipality."""
    if not visitor.is_staff:
        raise NotAllowed
    return visitor


StaffVisitor = Annotated[Visitor, Depends(require_staff)]


def keep_signed_in(response: Response, secret: str, base_url: str) -> None:
    """Hand out the cookie: not for scripts, not for other sites, and only over TLS where the service is reached so."""
    response.set_cookie(
        COOKIE, secret, max_age=int(sessions.LIVES.total_seconds()), httponly=True, samesite="lax", secure=base_url.startswith("https:")
    )
