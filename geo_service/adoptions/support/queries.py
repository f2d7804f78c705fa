"""Every select on support. Counts leave here, addresses only for the cards that are printed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.states import FINAL, KEPT
from geo_service.adoptions.support.models import SupportAnswer, SupportCode, SupportHousehold, SupportPrinting
from geo_service.adoptions.support.schemas import Asked, Progress
from geo_service.initiatives.models import Initiative, InitiativeMember
from geo_service.municipality import Municipality
from geo_service.plots.models import Plot
from geo_service.plots.support_rule import needed_of, needs_support

NEAR = text("""
    select a.register_id, a.street, a.number, a.households
    from geo.adoption d
    join geo.address a on a.geom && st_expand(d.geom, :radius) and st_dwithin(a.geom, d.geom, :radius)
    where d.id = :adoption and a.households > 0
    order by a.street, coalesce(substring(a.number from '^[0-9]+')::int, 0), a.number, a.register_id
""")


def progress(session: Session, adoption_id: UUID, municipality: Municipality) -> Progress:
    """How far support for an adoption has come, against what the municipality's rule asks."""
    adoption = session.get_one(Adoption, adoption_id)
    households = sum(row.households for row in near(session, adoption_id, municipality))
    spoken = _answers(session, adoption_id)
    required = needs_support(adoption.area_m2, municipality)
    initiators = select(func.count()).where(
        InitiativeMember.initiative_id == adoption.initiative_id, InitiativeMember.effort == "initiator"
    )
    return Progress(
        required=required,
        households=households,
        needed=needed_of(households, municipality) if required else 0,
        supporting=min(spoken.get((False, "support"), 0), households),
        by_mail=spoken.get((True, "support"), 0),
        initiators=session.scalar(initiators) or 0,
        initiators_needed=int(municipality.support.initiators.value) if required else 1,
        neutral=spoken.get((False, "neutral"), 0),
        objections=sum(count for (_mail, answer), count in spoken.items() if answer == "objection"),
        handed_in=_count(session, SupportAnswer, adoption_id, SupportAnswer.channel == "handed_in"),
        printings=_count(session, SupportPrinting, adoption_id),
    )


def near(session: Session, adoption_id: UUID, municipality: Municipality) -> list[Row[tuple[str, str, str, int]]]:
    """The addresses with households within the radius of an adoption, in the order of a walk along the doors."""
    return list(session.execute(NEAR, {"adoption": adoption_id, "radius": municipality.support.radius_m.value}))


def remarks(session: Session, adoption_id: UUID) -> list[str]:
    """What people who object wrote, without who they are; for staff."""
    statement = select(SupportAnswer.remark).where(SupportAnswer.adoption_id == adoption_id, SupportAnswer.remark.is_not(None))
    return [remark for remark in session.scalars(statement.order_by(SupportAnswer.id)) if remark]


def printings(session: Session, adoption_id: UUID) -> int:
    """How many times cards were printed."""
    return _count(session, SupportPrinting, adoption_id)


def unused(session: Session, adoption_id: UUID) -> set[tuple[str, int]]:
    """The households (address and number) that got a card and did not speak yet."""
    rows = session.execute(
        select(SupportHousehold.address, SupportHousehold.number).where(
            SupportHousehold.adoption_id == adoption_id, SupportHousehold.used.is_(False)
        )
    )
    return {(row.address, row.number) for row in rows}


def household_of(session: Session, digest: bytes) -> tuple[SupportHousehold, datetime] | None:
    """The household whose code this is, and until when the code is good."""
    row = session.execute(
        select(SupportHousehold, SupportPrinting.expires_at)
        .join(
            SupportCode,
            (SupportCode.adoption_id == SupportHousehold.adoption_id)
            & (SupportCode.address == SupportHousehold.address)
            & (SupportCode.number == SupportHousehold.number),
        )
        .join(SupportPrinting, SupportPrinting.id == SupportCode.printing_id)
        .where(SupportCode.digest == digest)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def asked_of(session: Session, adoption_id: UUID) -> Asked | None:
    """What neighbours are asked about an adoption, as long as it asks for ground; None when it is over or granted."""
    row = session.execute(
        select(
            Adoption.id,
            Initiative.id,
            Initiative.name,
            Initiative.slug,
            Initiative.story,
            Adoption.plan,
            Plot.code,
            Plot.name,
            Adoption.area_m2,
        )
        .join(Initiative, Initiative.id == Adoption.initiative_id)
        .join(Plot, Plot.id == Adoption.plot_id)
        .where(Adoption.id == adoption_id, Adoption.state.not_in((*FINAL, *KEPT)))
    ).one_or_none()
    return Asked(*row) if row else None


def requests_of(session: Session, initiative_id: UUID) -> list[UUID]:
    """The adoptions of an initiative for which neighbours can be asked, newest first."""
    open_ = Adoption.state.not_in(("draft", *FINAL, *KEPT))
    return list(
        session.scalars(select(Adoption.id).where(Adoption.initiative_id == initiative_id, open_).order_by(Adoption.created_at.desc()))
    )


def _answers(session: Session, adoption_id: UUID) -> dict[tuple[bool, str], int]:
    """Per way of answering (by mail or not) and answer the number of them."""
    by_mail = SupportAnswer.channel == "mail"
    statement = select(by_mail, SupportAnswer.answer, func.count()).where(SupportAnswer.adoption_id == adoption_id)
    return {(mailed, answer): number for mailed, answer, number in session.execute(statement.group_by(by_mail, SupportAnswer.answer))}


def _count(session: Session, table: type[SupportAnswer] | type[SupportPrinting], adoption_id: UUID, *more: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.adoption_id == adoption_id, *more)) or 0  # type: ignore[arg-type]
