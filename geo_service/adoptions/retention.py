"""What is forgotten of requests after its term: who reserved ground and never confirmed an address."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from geo_service.adoptions import farewell
from geo_service.adoptions.asking import queries
from geo_service.notifications.schemas import Sweep


def _lapsed(session: Session, before: datetime) -> int:
    """The draft stays, of nobody: it tells how often ground was reserved in vain. The address may be that of somebody who never asked."""
    people = [each for each in queries.never_confirmed(session, before) if not farewell.in_the_way(session, each)]
    for person_id in people:
        farewell.forget(session, person_id, datetime.now(UTC))
    return len(people)


SWEEPS = (Sweep("lapsed", _lapsed),)
