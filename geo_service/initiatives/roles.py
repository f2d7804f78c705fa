"""Who may do what in an initiative, in one table: by the effort that a member gives. The contact may do everything."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.errors import N_, NotAllowed
from geo_service.initiatives.models import EFFORTS, Initiative, InitiativeMember

ALL = frozenset(EFFORTS)
CORE = frozenset(("initiator", "organiser"))
MAY = {
    "read": ALL,
    "photo": ALL,
    "leave": ALL,
    "message": frozenset((*CORE, "regular")),
    "invite": frozenset((*CORE, "regular")),
    "support": frozenset((*CORE, "regular")),
    "accept": CORE,
    "edit": CORE,
    "ground": CORE,
    "remove": frozenset(),
    "roles": frozenset(),
    "hand_over": frozenset(),
}
"""What each deed asks for. ``ground``: to sign, withdraw, hand back and everything else that a resident does with an adoption."""

LABELS = {
    "initiator": N_("Initiator"),
    "organiser": N_("Organiser"),
    "regular": N_("Regular"),
    "now_and_then": N_("Now and then"),
    "once": N_("Once"),
}
DEEDS = {
    "read": N_("read messages and see the members"),
    "photo": N_("add photos"),
    "leave": N_("leave"),
    "message": N_("write to all members"),
    "invite": N_("invite people"),
    "support": N_("ask neighbours for support"),
    "accept": N_("let people join"),
    "edit": N_("change the page"),
    "ground": N_("sign, hand back and ask for ground"),
    "remove": N_("remove members"),
    "roles": N_("give roles"),
    "hand_over": N_("hand the contact role over"),
}


def may(session: Session, initiative_id: UUID, person_id: UUID, deed: str) -> bool:
    """Whether a person may do this in an initiative; who is no member may nothing."""
    row = session.execute(
        select(InitiativeMember.effort, Initiative.contact_id == person_id)
        .join(Initiative, Initiative.id == InitiativeMember.initiative_id)
        .where(Initiative.id == initiative_id, InitiativeMember.person_id == person_id)
    ).one_or_none()
    return row is not None and (row[1] or row[0] in MAY[deed])


def check(session: Session, initiative_id: UUID, person_id: UUID, deed: str) -> None:
    """NotAllowed unless the person may do this."""
    if not may(session, initiative_id, person_id, deed):
        raise NotAllowed
