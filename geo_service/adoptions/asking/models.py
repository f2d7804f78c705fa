"""Tables of what residents filled in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base
from geo_service.words import Language


class RequestForm(Base):
    """The form with which somebody asked for ground: who, what they agreed to and when, and whether their address is confirmed.

    ``form_key`` makes a form that is sent twice one request. ``conditions`` are the sentences as they were shown. ``browser`` is the
    SHA-256 of a secret that only the browser of the asker has, for as long as the address is not confirmed.
    """

    __tablename__ = "request_form"
    __table_args__ = (UniqueConstraint("form_key"), Index("request_form_person_id_idx", "person_id"))

    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id"))
    form_key: Mapped[UUID]
    browser: Mapped[bytes | None] = mapped_column(LargeBinary)
    language: Mapped[Language] = mapped_column(Text)
    conditions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    agreed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    mails: Mapped[int] = mapped_column(server_default=text("0"))
    mailed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
