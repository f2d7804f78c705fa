"""Tables of agreements. What is signed stays as it is: triggers guard it (``db/sql/agreements.sql``)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.adoptions.agreements.schemas import Side
from geo_service.db.base import Base

SIDES: tuple[Side, ...] = ("residents", "municipality")
TRACKS = ("standard", "light")


class Agreement(Base):
    """A version of the Zelfbeheerbrief of an adoption. ``content`` is canonical JSON; ``digest`` its SHA-256, the database checks it.

    On the light track staff may object until ``objection_until`` (the last day).
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("adoption_id", "number"),
        CheckConstraint(f"track in {TRACKS}", name="track"),
        CheckConstraint("(track = 'light') = (objection_until is not null)", name="objection"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    adoption_id: Mapped[UUID] = mapped_column(ForeignKey("geo.adoption.id"))
    number: Mapped[int]
    track: Mapped[str]
    content: Mapped[str]
    digest: Mapped[str]
    objection_until: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id"))


class AgreementSignature(Base):
    """One side signed what has this ``digest``: a person, or the municipality by mandate (without a person)."""

    __tablename__ = "agreement_signature"
    __table_args__ = (
        CheckConstraint(f"side in {SIDES}", name="side"),
        CheckConstraint("person_id is not null or side = 'municipality'", name="person"),
    )

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("geo.agreement.id"), primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id"))
    digest: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class AgreementPaper(Base):
    """The agreement as PDF/A, made when both had signed."""

    __tablename__ = "agreement_paper"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("geo.agreement.id"), primary_key=True)
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
