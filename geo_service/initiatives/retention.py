"""What is forgotten of initiatives after its term: ideas that nobody confirmed, and people who wanted to join and got no answer."""

from datetime import datetime

from sqlalchemy import delete, exists
from sqlalchemy.orm import Session

from geo_service.db.tables import all_tables
from geo_service.initiatives.models import Initiative, InitiativeJoiner
from geo_service.notifications.schemas import Sweep


def _ideas(session: Session, before: datetime) -> int:
    """Ideas that were never public. One for which ground was asked all the same stays."""
    stays = [
        exists().where(column == Initiative.id)
        for table in all_tables().sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column is Initiative.__table__.c.id and key.ondelete is None
    ]
    unseen = (Initiative.pin.is_not(None), Initiative.confirmed_at.is_(None), Initiative.created_at < before)
    return session.execute(delete(Initiative).where(*unseen, *[~each for each in stays])).rowcount  # type: ignore[attr-defined]


def _joiners(session: Session, before: datetime) -> int:
    return session.execute(delete(InitiativeJoiner).where(InitiativeJoiner.asked_at < before)).rowcount  # type: ignore[attr-defined]


SWEEPS = (Sweep("ideas", _ideas), Sweep("joiners", _joiners))
