"""What an endpoint may ask for, each as one annotated type.

What needs no database is a coroutine: a plain function would be sent to a thread, which costs more CPU than most of these do.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

import anyio
from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from geo_service.db.engine import act_for
from geo_service.errors import NotSignedIn
from geo_service.installation import Installation
from geo_service.people.schemas import Actor
from geo_service.people.service import who_is
from geo_service.web.problems import language_of
from geo_service.words import Language

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


async def get_installation(request: Request) -> Installation:
    installation: Installation = request.app.state.installation
    return installation


async def take_turn(request: Request) -> AsyncIterator[None]:
    """At most as many requests with a session as there are connections. The others wait here, without holding a thread:
    a thread that waits for a connection would keep the holder of one from going on. Who sends a form takes a turn when it is here
    whole: a few slow senders would keep everybody out."""
    if request.headers.get("content-type", "").startswith(FORMS):
        await request.form()
    async with request.app.state.turns:
        yield


async def get_session(request: Request, _turn: Annotated[None, Depends(take_turn, scope="function")]) -> AsyncIterator[Session]:
    """One session per request. Committed after the endpoint and before the response leaves: what is told is true.

    It connects when it is first used; one that was not used has nothing to end.
    """
    session: Session = request.app.state.installation.sessions()
    request.state.session = session
    try:
        yield session
        if session.in_transaction():
            await run_in_threadpool(session.commit)
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(session.close) if session.in_transaction() else session.close()


async def get_language(request: Request) -> Language:
    """The language that the asker reads."""
    return language_of(request)


async def get_now() -> datetime:
    """The moment of the request."""
    return datetime.now(UTC)


Here = Annotated[Installation, Depends(get_installation)]
DbSession = Annotated[Session, Depends(get_session, scope="function")]
Lang = Annotated[Language, Depends(get_language)]
Now = Annotated[datetime, Depends(get_now)]


async def get_actor(request: Request, session: DbSession, now: Now) -> Actor | None:
    """Who asks, by the bearer token; nobody when there is none. A wrong token is an error, not nobody."""
    token = _token(request)
    return await run_in_threadpool(_signed_in, session, token, now) if token else None


async def who_asks(request: Request) -> Actor | None:
    """The same, for an endpoint that only reads and has no session."""
    token = _token(request)
    if token is None:
        return None
    async with request.app.state.turns:
        return await run_in_threadpool(_looked_up, request.app.state.installation, token)


def _token(request: Request) -> str | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()


def _signed_in(session: Session, token: str, now: datetime) -> Actor:
    actor = who_is(session, token, now)
    act_for(session, actor.person_id)
    return actor


def _looked_up(here: Installation, token: str) -> Actor:
    with here.sessions() as session:
        return who_is(session, token, datetime.now(UTC))


MaybeActor = Annotated[Actor | None, Depends(get_actor)]


async def require_actor(actor: MaybeActor) -> Actor:
    """Who asks; an error when nobody signed in."""
    if actor is None:
        raise NotSignedIn
    return actor


SignedIn = Annotated[Actor, Depends(require_actor)]
