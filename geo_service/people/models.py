"""Tables of people, roles and tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base

ROLES = ("resident", "wijkregisseur", "toezichthouder", "planner", "analyst", "admin")


class Person(Base):
    """A resident or a member of staff. E-mail and name never leave for anything public."""

    __tablename__ = "person"
    __table_args__ = (Index("person_email_key", text("lower(email)"), unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    email: Mapped[str]
    name: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default=text("'nl'"))
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)
    """Who this is to the municipality's own login: its issuer and the number it gave."""
    forgotten_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """From when this is nobody any more: what must be kept points at a row without a name."""
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class RoleGrant(Base):
    """A role of a person; staff roles hold in the districts named (any level), everywhere when none is named."""

    __tablename__ = "role_grant"
    __table_args__ = (CheckConstraint(f"role in {ROLES}", name="role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    districts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    granted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Token(Base):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "token"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class BrowserSession(Base):
    """Somebody who is signed in on one device; only the SHA-256 of the cookie is kept."""

    __tablename__ = "browser_session"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class MailedLink(Base):
    """A link that was mailed to somebody: used once, for a short time. ``subject`` tells what it is about (an id, a slug)."""

    __tablename__ = "mailed_link"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str]
    email: Mapped[str]
    subject: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
