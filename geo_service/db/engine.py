"""Engine and sessions. A transaction belongs to one request or one command and is committed in one place."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from select import select
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

Role = Literal["geo_app", "geo_owner"]
Result = TypeVar("Result")
LOCKED_OUT = ("40P01", "55P03")
"""Deadlock, and a lock that was waited for too long: nobody's fault, and over in a moment."""
ATTEMPTS = 3
OPTIONS = (
    "-c timezone=UTC -c search_path=public -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s "
    # whatever the database's default is: the guard on granted ground works under this level only
    "-c default_transaction_isolation=read\\ committed"
)


def make_engine(url: str, *, role: Role | None = "geo_app", pool_size: int = 8) -> Engine:
    """Connections that act as ``role``; the application's role owns no table, so it cannot switch a constraint off."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"options": OPTIONS},
    )
    event.listen(engine, "checkout", _require_open)
    if role:

        @event.listens_for(engine, "connect")
        def act_as(connection: Any, _record: Any) -> None:
            autocommit, connection.autocommit = connection.autocommit, True
            connection.execute(f"set role {role}")
            connection.autocommit = autocommit

    return engine


def is_open(connection: Any) -> bool:
    """Whether the server still holds a resting connection: nothing is to be read on it, unless the server left. That costs
    microseconds, and a question to the server more than most of ours."""
    return not connection.closed and not select([connection.fileno()], [], [], 0)[0]


def _require_open(connection: Any, _record: Any, _proxy: Any) -> None:
    """Let the pool replace a connection that the server closed."""
    if not is_open(connection):
        raise DisconnectionError


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """A factory of sessions that load nothing behind your back after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One session, committed at the end or rolled back as a whole."""
    with sessions() as session:
        yield session
        session.commit()


@contextmanager
def at_one_moment(url: str) -> Iterator[Session]:
    """A session that only reads, on a connection of its own, and sees one moment of the database however long it lasts."""
    engine = make_engine(url, pool_size=1)
    try:
        with Session(engine) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
            yield session
    finally:
        engine.dispose()


def again(session: Session, work: Callable[[], Result]) -> Result:
    """Do all work of a transaction; when others hold its locks too long, roll back and do it again, a few times.

    ``work`` starts from nothing: what the session did before is rolled back as well, ``act_for`` and ``look_at`` included.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in LOCKED_OUT:
                raise
            session.rollback()
            time.sleep(random.uniform(0.01, 0.05) * attempt)
    return work()


def act_for(session: Session, actor_id: UUID | None, note: str | None = None) -> None:
    """Tell the history triggers who acts in this transaction, and why."""
    settings = {"actor": str(actor_id or ""), "note": note or ""}
    session.execute(text("select set_config('geo.actor', :actor, true), set_config('geo.note', :note, true)"), settings)


def look_at(session: Session, at: date | None) -> None:
    """Let every layer view in this transaction show this day (Amsterdam) instead of today."""
    session.execute(text("select set_config('geo.as_of', :at, true)"), {"at": at.isoformat() if at else ""})
