"""What an endpoint may ask for, each as one annotated type."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from geo_service.db.engine import act_for
from geo_service.errors import NotSignedIn
from geo_service.installation import Installation
from geo_service.people.schemas import Actor
from geo_service.people.service import who_is
from geo_service.web.problems import language_of
from geo_service.words import Language


def get_installation(request: Request) -> Installation:
    return request.app.state.installation


async def take_turn(request: Request) -> AsyncIterator[None]:
    """At most as many requests with a session as there are connections. The others wait here, without holding a thread:
    a thread that waits for a connection would keep the holder of one from going on."""
    async with request.app.state.turns:
        yield


def get_session(request: Request, _turn: Annotated[None, Depends(take_turn, scope="function")]) -> Iterator[Session]:
    """One session per request. Committed after the endpoint and before the response leaves: what is told is true."""
    with get_installation(request).sessions() as session:
        yield session
        session.commit()


Here = Annotated[Installation, Depends(get_installation)]
DbSession = Annotated[Session, Depends(get_session, scope="function")]
Lang = Annotated[Language, Depends(language_of)]
Now = Annotated[datetime, Depends(lambda: datetime.now(UTC))]


def get_actor(request: Request, session: DbSession, now: Now) -> Actor | None:
    """Who asks, by the bearer token; nobody when there is none. A wrong token is an error, not nobody."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    actor = who_is(session, token.strip(), now)
    act_for(session, actor.person_id)
    return actor


MaybeActor = Annotated[Actor | None, Depends(get_actor)]


def require_actor(actor: MaybeActor) -> Actor:
    """Who asks; an error when nobody signed in."""
    if actor is None:
        raise NotSignedIn
    return actor


SignedIn = Annotated[Actor, Depends(require_actor)]
