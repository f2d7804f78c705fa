"""Tables of support. What somebody answered is kept apart from which household answered: it can be counted, and not looked up."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base

ANSWERS = ("support", "neutral", "objection")
CHANNELS = ("code", "handed_in", "mail")


class SupportHousehold(Base):
    """A household that got a door card: an address of the register and a number, for addresses with several households.

    ``used`` tells that it has spoken, not what it said nor when.
    """

    __tablename__ = "support_household"

    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    used: Mapped[bool] = mapped_column(server_default=text("false"))


class SupportCode(Base):
    """The code on one door card; only its SHA-256 is kept. Reprinted cards get codes of their own, the old ones stay good."""

    __tablename__ = "support_code"
    __table_args__ = (
        ForeignKeyConstraint(
            ["adoption_id", "address", "number"],
            ["geo.support_household.adoption_id", "geo.support_household.address", "geo.support_household.number"],
            ondelete="CASCADE",
        ),
        Index("support_code_adoption_id_idx", "adoption_id"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    adoption_id: Mapped[UUID]
    address: Mapped[str]
    number: Mapped[int]
    printing_id: Mapped[UUID] = mapped_column(ForeignKey("geo.support_printing.id", ondelete="CASCADE"))


class SupportPrinting(Base):
    """Somebody printed door cards."""

    __tablename__ = "support_printing"
    __table_args__ = (Index("support_printing_adoption_id_idx", "adoption_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id", ondelete="SET NULL"))
    printed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SupportAnswer(Base):
    """One answer without who gave it. ``channel``: typed in with a code, a card handed in to somebody who typed it in, or by mail.

    ``mail`` is the SHA-256 of adoption and address of a self-declared answer, so that one address counts once.
    """

    __tablename__ = "support_answer"
    __table_args__ = (
        CheckConstraint(f"answer in {ANSWERS}", name="answer"),
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        CheckConstraint("(channel = 'mail') = (mail is not null)", name="mail"),
        Index("support_answer_adoption_id_idx", "adoption_id"),
        Index("support_answer_mail_key", "mail", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id", ondelete="CASCADE"))
    answer: Mapped[str]
    channel: Mapped[str]
    remark: Mapped[str | None]
    day: Mapped[date]
    mail: Mapped[bytes | None] = mapped_column(LargeBinary)
