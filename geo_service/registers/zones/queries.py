"""Every select on zones that are edited."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from geo_service.db.base import as_ewkb
from geo_service.history.models import Event
from geo_service.registers.zones.models import Zone

IMPORTED = "import"
"""What the history notes of a change by an import."""
OVERWRITTEN = text(
    """select count(*) from geo.zone z
       cross join lateral (select e.kind, e.note from geo.event e where e.subject = 'zone' and e.subject_id = z.register_id
                           order by e.id desc offset 1 limit 1) before
       where z.id = any(:ids) and before.kind = 'update' and before.note is distinct from :imported"""
)
WITHIN = text(
    "select coalesce(st_covers(st_union(geom), cast(:shape as geometry)), false) from geo.current_district where code = any(:codes)"
)


def zone_for_update(session: Session, zone_id: str, today: date) -> Zone | None:
    """A zone that is in force or still to begin, locked until the end of the transaction: who comes later waits, and sees what we did."""
    there = or_(func.upper(Zone.valid).is_(None), func.upper(Zone.valid) > today)
    query = select(Zone).where(Zone.register_id == zone_id, there).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})


def changes_since(session: Session, zone: Zone, version: int, actor_id: UUID) -> int:
    """How many changes this person made to this version of a zone and to later ones."""
    before = Event.before["version"].as_integer()
    mine = (Event.subject == "zone", Event.subject_id == zone.register_id, Event.actor_id == actor_id)
    query = select(func.count()).where(*mine, Event.before["id"].as_integer() == zone.id, before >= version, Event.kind == "update")
    return session.scalar(query) or 0


def edits_overwritten(session: Session, ids: Sequence[int]) -> int:
    """How many of these zones, which an import just changed, somebody else had changed last."""
    return session.scalar(OVERWRITTEN, {"ids": list(ids), "imported": IMPORTED}) or 0


def lies_in(session: Session, shape: Any, codes: Sequence[str]) -> bool:
    """Whether a shape (RD) lies wholly in these districts."""
    return bool(session.scalar(WITHIN, {"shape": as_ewkb(shape), "codes": list(codes)}))
