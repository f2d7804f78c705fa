"""Engine and sessions. A transaction belongs to one request or one command and is committed in one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session, sessionmaker

Role = Literal["geo_app", "geo_owner"]


def make_engine(url: str, *, role: Role | None = "geo_app", pool_size: int = 8) -> Engine:
    """Connections that act as ``role``; the application's role owns no table, so it cannot switch a constraint off."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC -c search_path=public -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"},
    )
    if role:

        @event.listens_for(engine, "connect")
        def act_as(connection: Any, _record: Any) -> None:
            autocommit, connection.autocommit = connection.autocommit, True
            connection.execute(f"set role {role}")
            connection.autocommit = autocommit

    return engine


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """A factory of sessions that load nothing behind your back after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One session, committed at the end or rolled back as a whole."""
    with sessions() as session:
        yield session
        session.commit()


def act_for(session: Session, actor_id: UUID | None, note: str | None = None) -> None:
    """Tell the history triggers who acts in this transaction, and why."""
    settings = {"actor": str(actor_id or ""), "note": note or ""}
    session.execute(text("select set_config('geo.actor', :actor, true), set_config('geo.note', :note, true)"), settings)


def look_at(session: Session, at: date | None) -> None:
    """Let every layer view in this transaction show this day (Amsterdam) instead of today."""
    session.execute(text("select set_config('geo.as_of', :at, true)"), {"at": at.isoformat() if at else ""})
