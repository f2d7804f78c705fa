"""The Zelfbeheerbrieven of the demo: one to sign for each adoption that waits for it, and signed ones of the demo's own residents."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from geo_service.adoptions.agreements.models import Agreement, AgreementSignature
from geo_service.adoptions.agreements.schemas import MunicipalContact, digest_of
from geo_service.adoptions.agreements.standard import content_of, standard
from geo_service.adoptions.models import Adoption
from geo_service.adoptions.queries import described
from geo_service.days import day_of
from geo_service.demo.residents import morning
from geo_service.initiatives.models import Initiative
from geo_service.municipality import Municipality
from geo_service.people.models import Person

WRITTEN_DAYS = 20
"""So long before an adoption begins its agreement is written."""


def write_agreements(session: Session, municipality: Municipality, decider: UUID, residents: list[UUID], now: datetime) -> None:
    """The standard agreement, written by the wijkregisseur; signed where the plot is kept."""
    staff = session.get_one(Person, decider)
    contact = MunicipalContact(name=staff.name or municipality.contact_name, email=staff.email)
    own = Initiative.contact_id.in_(residents) & (Adoption.state == "active")
    found = session.execute(
        select(Adoption.id, Adoption.state, Initiative.contact_id)
        .join(Initiative, Initiative.id == Adoption.initiative_id)
        .where(or_(own, Adoption.state == "awaiting_signatures"))
        .order_by(Adoption.created_at, Adoption.id)
    ).all()
    for adoption_id, state, signer in found:
        view = described(session, adoption_id, day_of(now))
        starts_on = view.starts_on or day_of(now)
        at = min(morning(starts_on - timedelta(days=WRITTEN_DAYS)), now - timedelta(hours=1))
        session.execute(text("select set_config('geo.at', :at, true)"), {"at": at.isoformat()})
        canonical = content_of(view, standard(municipality), municipality, contact, starts_on).canonical()
        made = Agreement(
            adoption_id=adoption_id, number=1, track="standard", content=canonical, digest=digest_of(canonical), made_at=at, made_by=decider
        )
        session.add(made)
        session.flush()
        if state == "active":
            for side, person in (("residents", signer), ("municipality", decider)):
                session.add(AgreementSignature(agreement_id=made.id, side=side, person_id=person, digest=made.digest, signed_at=at))
            session.flush()
