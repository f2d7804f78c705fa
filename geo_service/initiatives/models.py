"""Tables of initiatives."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base

EFFORTS = ("initiator", "organiser", "regular", "now_and_then", "once")


class Initiative(Base):
    """Residents who keep ground together. Exactly one contact among them."""

    __tablename__ = "initiative"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    slug: Mapped[str]
    name: Mapped[str]
    story: Mapped[str | None]
    kind: Mapped[str] = mapped_column(server_default=text("'neighbours'"))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class InitiativeMember(Base):
    """A member and the effort that they give."""

    __tablename__ = "initiative_member"
    __table_args__ = (CheckConstraint(f"effort in {EFFORTS}", name="effort"),)

    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"), primary_key=True)
    effort: Mapped[str]
    since: Mapped[date] = mapped_column(server_default=func.current_date())
