"""Every select on agreements."""

from uuid import UUID

from sqlalchemy import exists, func, literal, select
from sqlalchemy.orm import Session

from geo_service.adoptions.agreements.models import Agreement, AgreementPaper, AgreementSignature
from geo_service.adoptions.agreements.schemas import AgreementView, Content, Side, Signature
from geo_service.adoptions.models import Adoption
from geo_service.people.models import Person


def versions(session: Session, adoption_id: UUID) -> list[AgreementView]:
    """The versions of an adoption's agreement, newest first. After a hand-back those of what it follows hold on."""
    chain = select(literal(adoption_id).label("id"), literal(0).label("back")).cte("chain", recursive=True)
    follows = select(Adoption.follows_id, chain.c.back + 1).join(chain, chain.c.id == Adoption.id).where(Adoption.follows_id.is_not(None))
    chain = chain.union_all(follows)
    has_paper = exists().where(AgreementPaper.agreement_id == Agreement.id)
    rows = session.execute(
        select(Agreement, has_paper).join(chain, chain.c.id == Agreement.adoption_id).order_by(chain.c.back, Agreement.number.desc())
    ).all()
    signatures = _signatures(session, [row[0].id for row in rows])
    return [_view(made, has_paper, signatures.get(made.id, ())) for made, has_paper in rows]


def newest(session: Session, adoption_id: UUID) -> AgreementView | None:
    """The newest version, signed or not."""
    return next(iter(versions(session, adoption_id)), None)


def in_force(session: Session, adoption_id: UUID) -> AgreementView | None:
    """The newest version that both sides signed."""
    return next((version for version in versions(session, adoption_id) if version.signed), None)


def row_of(session: Session, agreement_id: UUID) -> Agreement:
    """One version, to be changed."""
    return session.scalars(select(Agreement).where(Agreement.id == agreement_id)).one()


def next_number(session: Session, adoption_id: UUID) -> int:
    """The number of the next version. Whoever asks holds the adoption's row."""
    return (session.scalar(select(func.max(Agreement.number)).where(Agreement.adoption_id == adoption_id)) or 0) + 1


def paper(session: Session, agreement_id: UUID) -> bytes | None:
    """The PDF of a version that both sides signed."""
    return session.scalar(select(AgreementPaper.pdf).where(AgreementPaper.agreement_id == agreement_id))


def _signatures(session: Session, ids: list[UUID]) -> dict[UUID, tuple[Signature, ...]]:
    rows = session.execute(
        select(AgreementSignature, Person.name)
        .outerjoin(Person, Person.id == AgreementSignature.person_id)
        .where(AgreementSignature.agreement_id.in_(ids))
        .order_by(AgreementSignature.signed_at, AgreementSignature.side)
    )
    found: dict[UUID, tuple[Signature, ...]] = {}
    for row, name in rows:
        side: Side = "residents" if row.side == "residents" else "municipality"
        signature = Signature(side, name, row.person_id is None, row.signed_at)
        found[row.agreement_id] = (*found.get(row.agreement_id, ()), signature)
    return found


def _view(made: Agreement, has_paper: bool, signatures: tuple[Signature, ...]) -> AgreementView:
    content = Content.model_validate_json(made.content)
    told = (made.id, made.adoption_id, made.number, made.track, content, made.digest, made.objection_until, made.made_at)
    return AgreementView(*told, signatures, has_paper)
