"""What is forgotten of support after its term: the codes of door cards, and which households got one."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from geo_service.adoptions.models import Adoption
from geo_service.adoptions.states import FINAL, KEPT
from geo_service.adoptions.support.models import SupportCode, SupportHousehold, SupportPrinting
from geo_service.notifications.schemas import Sweep


def _codes(session: Session, before: datetime) -> int:
    """Codes that are over. Which households spoke is kept as long as neighbours can be asked: each has one voice. The count stays."""
    over = select(SupportPrinting.id).where(SupportPrinting.expires_at < before)
    gone = session.execute(delete(SupportCode).where(SupportCode.printing_id.in_(over)))
    decided = select(Adoption.id).where(Adoption.state.in_((*FINAL, *KEPT)))
    in_use = exists().where(SupportCode.adoption_id == SupportHousehold.adoption_id)
    session.execute(delete(SupportHousehold).where(SupportHousehold.adoption_id.in_(decided), ~in_use))
    return gone.rowcount  # type: ignore[attr-defined]


SWEEPS = (Sweep("codes", _codes),)
