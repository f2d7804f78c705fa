"""Tables of initiatives: who belongs to them, who wants to, what they tell and show."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo_service.db.base import Base, geometry, gist

EFFORTS = ("initiator", "organiser", "regular", "now_and_then", "once")
KINDS = ("neighbours", "street", "school", "association", "company")
PHOTO_SIZES = ("large", "small")


class Initiative(Base):
    """Residents who keep ground together. Exactly one contact, who is a member: the database sees to it at each commit.

    An idea is an initiative with a ``pin`` and no ground yet; everybody may know of it once its maker confirmed it, unless it was hidden.
    """

    __tablename__ = "initiative"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint("pin is null or not st_isempty(pin)", name="pin"),
        ForeignKeyConstraint(
            ["id", "contact_id"],
            ["geo.initiative_member.initiative_id", "geo.initiative_member.person_id"],
            name="initiative_contact_is_member",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        gist("initiative_pin_idx", "pin", where=text("pin is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    slug: Mapped[str]
    name: Mapped[str]
    story: Mapped[str | None]
    kind: Mapped[str] = mapped_column(server_default=text("'neighbours'"))
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    agendas: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    pin: Mapped[Any] = geometry("POINT", nullable=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_because: Mapped[str | None]


class InitiativeMember(Base):
    """A member and the effort that they give. ``gets_messages``: whether messages to members are mailed to them."""

    __tablename__ = "initiative_member"
    __table_args__ = (CheckConstraint(f"effort in {EFFORTS}", name="effort"),)

    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"), primary_key=True)
    effort: Mapped[str]
    since: Mapped[date] = mapped_column(server_default=func.current_date())
    gets_messages: Mapped[bool] = mapped_column(server_default=text("true"))


class InitiativeJoiner(Base):
    """Somebody who confirmed that they want to join, and whom the initiative did not answer yet."""

    __tablename__ = "initiative_joiner"
    __table_args__ = (CheckConstraint(f"effort in {EFFORTS[2:]}", name="effort"),)

    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"), primary_key=True)
    effort: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ContactOffer(Base):
    """The contact asked one member to become the contact. At most one is open; it ends with the membership."""

    __tablename__ = "contact_offer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["initiative_id", "person_id"],
            ["geo.initiative_member.initiative_id", "geo.initiative_member.person_id"],
            ondelete="CASCADE",
        ),
        Index("contact_offer_person_id_idx", "person_id"),
    )

    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("geo.person.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class MemberMessage(Base):
    """What one member wrote to all, kept on the page of the members."""

    __tablename__ = "member_message"
    __table_args__ = (Index("member_message_initiative_id_idx", "initiative_id", "sent_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id", ondelete="SET NULL"))
    body: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Photo(Base):
    """A photo of an initiative. ``public``: everybody may see it as long as the initiative is public and it was not hidden."""

    __tablename__ = "photo"
    __table_args__ = (Index("photo_initiative_id_idx", "initiative_id", "taken_in_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    initiative_id: Mapped[UUID] = mapped_column(ForeignKey("geo.initiative.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("geo.person.id", ondelete="SET NULL"))
    caption: Mapped[str] = mapped_column(server_default=text("''"))
    public: Mapped[bool]
    taken_in_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    hidden_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hidden_because: Mapped[str | None]


class PhotoImage(Base):
    """The picture of a photo in one size, as WebP without metadata."""

    __tablename__ = "photo_image"
    __table_args__ = (CheckConstraint(f"size in {PHOTO_SIZES}", name="size"),)

    photo_id: Mapped[UUID] = mapped_column(ForeignKey("geo.photo.id", ondelete="CASCADE"), primary_key=True)
    size: Mapped[str] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
