"""What one does with a Zelfbeheerbrief: write it, offer it, read it, sign it. Small plots take ``light_track``.

The adoption's row is locked first, so of two who do something at once the second sees what the first did.
"""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from geo_service.adoptions import mails
from geo_service.adoptions import queries as adoptions
from geo_service.adoptions.agreements import paper, queries
from geo_service.adoptions.agreements.models import Agreement, AgreementPaper, AgreementSignature
from geo_service.adoptions.agreements.schemas import AgreementView, Chosen, MunicipalContact, Side, digest_of
from geo_service.adoptions.agreements.standard import content_of, standard
from geo_service.adoptions.models import Adoption
from geo_service.adoptions.rights import check, seen_in_full
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.service import change_state, move
from geo_service.adoptions.states import DECIDERS, KEPT, RESIDENT
from geo_service.days import day_of
from geo_service.db.engine import act_for
from geo_service.errors import N_, Conflict, NotAllowed, NotFound, WrongState
from geo_service.initiatives.queries import contact_of, is_member
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Sender
from geo_service.people.queries import staff_in
from geo_service.people.schemas import Actor
from geo_service.words import DEFAULT, Language

WRITTEN_IN = ("agreement_draft", *KEPT)
"""States in which staff write an agreement, or the next version of one."""
CHANGED = N_("The agreement changed after you read it. Read it again.")
SIGNED_ALREADY = N_("Somebody signed this already.")


def read(session: Session, actor: Actor, adoption_id: UUID, today: date) -> tuple[AdoptionView, list[AgreementView]]:
    """An adoption and the versions of its agreement that this person may read, newest first. Whoever has no part in it: NotFound.

    Residents see a version once it is offered to them: it waits for signatures, or somebody signed it.
    """
    view = adoptions.find(session, actor, adoption_id, today)
    if view is None or not view.full:
        raise NotFound()
    found = queries.versions(session, adoption_id)
    if is_staff(session, actor, view):
        return view, found
    return view, [version for version in found if version.signatures or view.state == "awaiting_signatures"]


def is_staff(session: Session, actor: Actor, view: AdoptionView) -> bool:
    """Whether this person decides on the adoption."""
    return actor.holds(DECIDERS, adoptions.districts_of(session, view.id))


def write(session: Session, actor: Actor, adoption_id: UUID, chosen: Chosen, municipality: Municipality, now: datetime) -> AgreementView:
    """Write the agreement with what staff chose. A version that somebody signed stays; this is then the next one."""
    today = day_of(now)
    view = seen_in_full(session, actor, adoption_id, today)
    check(session, actor, view, DECIDERS)
    adoption = adoptions.for_update(session, adoption_id)
    if adoption.state not in WRITTEN_IN:
        raise WrongState(details={"state": adoption.state})
    act_for(session, actor.person_id)
    return write_version(session, view, chosen, municipality, actor.person_id, today, now)


def offer(session: Session, actor: Actor, adoption_id: UUID, sender: Sender, language: Language) -> AdoptionView:
    """Send the agreement to the residents to be signed; the standard one when staff wrote no other."""
    newest = queries.newest(session, adoption_id)
    if newest is None or newest.signatures:
        write(session, actor, adoption_id, standard(sender.municipality), sender.municipality, sender.now)
    return take_step(session, actor, adoption_id, "awaiting_signatures", None, sender, language)


def take_step(
    session: Session, actor: Actor, adoption_id: UUID, target: str, reason: str | None, sender: Sender, language: Language
) -> AdoptionView:
    """``change_state``, and when staff did it every member is told."""
    today = day_of(sender.now)
    before = seen_in_full(session, actor, adoption_id, today)
    after = change_state(session, actor, adoption_id, target, reason, sender.municipality, language, sender.now)
    if not is_member(session, after.initiative_id, actor.person_id):
        mails.tell_members(session, after, before.state, reason, sender)
    return after


def sign(
    session: Session, actor: Actor, adoption_id: UUID, side: Side, digest: str, sender: Sender, content: Path | None = None
) -> AgreementView:
    """Sign the version with this digest for one side. The second signature makes the paper and starts what waited for it.

    Residents sign by the contact of their initiative, the municipality by who decides there. Conflict when the text changed meanwhile,
    WrongState when nothing is to be signed now.
    """
    today = day_of(sender.now)
    view = seen_in_full(session, actor, adoption_id, today)
    _check_signer(session, actor, view, side)
    adoption = adoptions.for_update(session, adoption_id)
    version = _to_sign(session, adoption, side, digest)
    act_for(session, actor.person_id)
    session.add(AgreementSignature(agreement_id=version.id, side=side, person_id=actor.person_id, digest=digest, signed_at=sender.now))
    session.flush()
    signed = queries.versions(session, adoption_id)[0]
    if not signed.signed:
        return signed
    session.add(AgreementPaper(agreement_id=signed.id, pdf=paper.made(session, signed, DEFAULT, content), made_at=sender.now))
    if adoption.state == "awaiting_signatures":
        move(session, adoption, "active", today)
        mails.tell_members(session, seen_in_full(session, actor, adoption_id, today), "awaiting_signatures", None, sender)
    session.flush()
    return queries.versions(session, adoption_id)[0]


def sides_to_sign(session: Session, actor: Actor, view: AdoptionView, version: AgreementView) -> list[Side]:
    """For which sides this person can sign a version now: at most one of them, unless a decider is also the contact."""
    waits = view.state == "awaiting_signatures"
    sides: list[Side] = []
    if waits or view.state in KEPT:
        if contact_of(session, view.initiative_id) == actor.person_id and (waits or version.signatures):
            sides.append("residents")
        if is_staff(session, actor, view):
            sides.append("municipality")
    return [side for side in sides if version.signed_by(side) is None]


def _check_signer(session: Session, actor: Actor, view: AdoptionView, side: Side) -> None:
    if side == "municipality":
        check(session, actor, view, DECIDERS)
    else:
        check(session, actor, view, (RESIDENT,))
        if contact_of(session, view.initiative_id) != actor.person_id:
            raise NotAllowed(N_("The contact of your initiative signs."))


def _to_sign(session: Session, adoption: Adoption, side: Side, digest: str) -> AgreementView:
    """The newest version, when this side can sign it now. Of a plot that is kept already the municipality signs a new version first."""
    version = queries.newest(session, adoption.id)
    if version is None or adoption.state not in ("awaiting_signatures", *WRITTEN_IN[1:]):
        raise WrongState(details={"state": adoption.state})
    if version.digest != digest:
        raise Conflict(CHANGED)
    if version.signed_by(side):
        raise Conflict(SIGNED_ALREADY)
    if adoption.state in KEPT and side == "residents" and not version.signatures:
        raise WrongState(details={"state": adoption.state})
    return version


def write_version(
    session: Session,
    view: AdoptionView,
    chosen: Chosen,
    municipality: Municipality,
    by: UUID | None,
    today: date,
    now: datetime,
    objection_until: date | None = None,
) -> AgreementView:
    """Write the next version, or the newest one again as long as nobody signed it. Whoever calls has locked the adoption."""
    starts_on = max(view.starts_on or today, today) if view.state not in KEPT else view.starts_on or today
    content = content_of(view, chosen, municipality, _contact(session, view.id, municipality), starts_on)
    canonical = content.canonical()
    newest = queries.newest(session, view.id)
    values = {"content": canonical, "digest": digest_of(canonical), "made_at": now, "made_by": by}
    if newest and not newest.signatures and newest.adoption_id == view.id:
        row = queries.row_of(session, newest.id)
        for name, value in values.items():
            setattr(row, name, value)
    else:
        track = "light" if objection_until else "standard"
        number = queries.next_number(session, view.id)
        session.add(Agreement(adoption_id=view.id, number=number, track=track, objection_until=objection_until, **values))
    session.flush()
    return queries.versions(session, view.id)[0]


def _contact(session: Session, adoption_id: UUID, municipality: Municipality) -> MunicipalContact:
    """Exactly one: the wijkregisseur of the district, else the municipality's team."""
    found = staff_in(session, DECIDERS[:1], adoptions.districts_of(session, adoption_id))
    if found and found[0].name:
        return MunicipalContact(name=found[0].name, email=found[0].email)
    return MunicipalContact(name=municipality.contact_name, email=municipality.contact_email)


def pdf_of(session: Session, version: AgreementView, content: Path | None, language: Language = DEFAULT) -> bytes:
    """The paper of a version: the one that was kept, or what it would look like now."""
    return queries.paper(session, version.id) or paper.made(session, version, language, content)
