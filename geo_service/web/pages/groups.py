"""What members of an initiative do on its pages: words, photos, people, messages."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from geo_service.adoptions.queries import oversees
from geo_service.adoptions.together.queries import keeps_ground
from geo_service.db.engine import act_for
from geo_service.errors import GeoServiceError, NotAllowed, NotFound
from geo_service.initiatives import members, photos, queries, telling
from geo_service.initiatives.models import KINDS, Initiative, Photo
from geo_service.initiatives.roles import DEEDS, LABELS, MAY, check, may
from geo_service.initiatives.schemas import PageText
from geo_service.installation import Installation
from geo_service.people import sessions
from geo_service.people.schemas import Visitor
from geo_service.web.dependencies import DbSession, Here, Now
from geo_service.web.links import reached_at
from geo_service.web.pages.forms import OwnForm, field, fields, see_other, told
from geo_service.web.pages.photos import seen_by, shown
from geo_service.web.pages.render import PageLanguage, render
from geo_service.web.pages.shared_group import KIND_WORDS, found, of_members, poster
from geo_service.web.pages.visitor import SignedInVisitor, keep_signed_in
from geo_service.words import Language

router = APIRouter(include_in_schema=False)
Faults = dict[str, str]


@router.get("/initiatief/{slug}/bewerken")
def edit_form(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, slug: str
) -> HTMLResponse:
    """The words of the page."""
    initiative = of_members(session, slug, visitor)
    check(session, initiative.id, visitor.actor.person_id, "edit")
    text = PageText(initiative.name, initiative.story or "", initiative.kind, tuple(initiative.domains), tuple(initiative.agendas))
    return _edit(request, here, language, initiative, text)


@router.post("/initiatief/{slug}/bewerken")
def edit(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, form: OwnForm, slug: str
) -> Response:
    """Change the words of the page."""
    initiative = of_members(session, slug, visitor)
    lists = fields(form, "domeinen"), fields(form, "agendas")
    text = PageText(field(form, "naam"), field(form, "verhaal"), field(form, "soort"), *lists)
    try:
        telling.edit(session, visitor.actor, initiative.id, text, here.municipality)
    except GeoServiceError as error:
        session.rollback()
        return _edit(request, here, language, of_members(session, slug, visitor), text, told(error, language))
    return see_other(f"/initiatief/{slug}")


@router.get("/initiatief/{slug}/fotos")
def photo_page(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, slug: str
) -> HTMLResponse:
    """The photos, with what members and staff can do with them."""
    return _photos(request, here, session, language, visitor, slug)


@router.post("/initiatief/{slug}/fotos")
def add_photo(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, form: OwnForm, slug: str
) -> Response:
    """Add a photo."""
    initiative = of_members(session, slug, visitor)
    upload = form.get("foto")
    content = upload.file.read(photos.LARGEST_FILE + 1) if isinstance(upload, UploadFile) else b""
    try:
        photos.take(session, initiative.id, visitor.actor.person_id, content, field(form, "bijschrift"), now)
    except GeoServiceError as error:
        session.rollback()
        return _photos(request, here, session, language, visitor, slug, told(error, language))
    return see_other(f"/initiatief/{slug}/fotos")


@router.post("/foto/{photo_id}/weg")
def take_photo_away(session: DbSession, visitor: SignedInVisitor, now: Now, form: OwnForm, photo_id: UUID) -> Response:
    """Who made it, and who may change the page, remove it for good; staff hide it, with a reason."""
    photo = session.get(Photo, photo_id)
    if photo is None or not (shown(session, photo) or seen_by(session, photo, visitor)):
        raise NotFound
    act_for(session, visitor.actor.person_id, field(form, "reden") or None)
    if photo.person_id == visitor.actor.person_id or may(session, photo.initiative_id, visitor.actor.person_id, "edit"):
        session.delete(photo)
    elif visitor.is_staff and oversees(session, visitor.actor, photo.initiative_id):
        photo.hidden_at, photo.hidden_because = now, field(form, "reden") or None
    else:
        raise NotAllowed
    session.flush()
    return see_other(f"/initiatief/{session.get_one(Initiative, photo.initiative_id).slug}/fotos")


@router.get("/initiatief/{slug}/leden")
def member_page(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, slug: str
) -> HTMLResponse:
    """Who belongs to the initiative, and who may do what."""
    return _members(request, here, session, language, visitor, slug)


@router.post("/initiatief/{slug}/leden")
def change_members(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, form: OwnForm, slug: str
) -> Response:
    """One of the things that can be done with members: the button that was pressed tells which."""
    initiative, actor, post = of_members(session, slug, visitor), visitor.actor, poster(request, here, session, language, now)
    deed, person = field(form, "doe"), field(form, "wie")
    try:
        person_id = UUID(person) if person else actor.person_id
        match deed:
            case "toelaten" | "afwijzen":
                members.answer_joiner(session, actor, initiative.id, person_id, deed == "toelaten", post, now)
            case "uitnodigen":
                members.invite(session, actor, initiative.id, field(form, "email"), field(form, "inzet"), post, now)
            case "rol":
                members.give_role(session, actor, initiative.id, person_id, field(form, "inzet"))
            case "verwijderen":
                members.remove(session, actor, initiative.id, person_id, field(form, "woord"), post)
            case "overdragen":
                members.offer_contact(session, actor, initiative.id, person_id, post, now)
            case "aannemen" | "bedanken":
                members.answer_offer(session, actor, initiative.id, deed == "aannemen", post)
            case "mails-aan" | "mails-uit":
                members.wants_messages(session, actor, initiative.id, deed == "mails-aan")
            case "stoppen":
                members.leave(session, actor, initiative.id, keeps_ground(session, initiative.id))
                return see_other("/initiatieven")
            case _:
                raise NotFound
    except ValueError:
        raise NotFound from None
    except GeoServiceError as error:
        session.rollback()
        return _members(request, here, session, language, visitor, slug, told(error, language))
    return see_other(f"/initiatief/{slug}/leden?gedaan={deed}")


@router.get("/initiatief/{slug}/berichten")
def message_page(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, slug: str
) -> HTMLResponse:
    """Messages to members."""
    return _messages(request, here, session, language, of_members(session, slug, visitor), visitor)


@router.post("/initiatief/{slug}/berichten")
def write_message(
    request: Request, here: Here, session: DbSession, language: PageLanguage, visitor: SignedInVisitor, now: Now, form: OwnForm, slug: str
) -> Response:
    """Write to all members."""
    initiative, body = of_members(session, slug, visitor), field(form, "bericht")
    try:
        telling.write(session, visitor.actor, initiative.id, body, poster(request, here, session, language, now), now)
    except GeoServiceError as error:
        session.rollback()
        return _messages(request, here, session, language, of_members(session, slug, visitor), visitor, told(error, language), body)
    return see_other(f"/initiatief/{slug}/berichten")


@router.get("/uitnodiging/{secret}")
def look_at_invitation(request: Request, here: Here, session: DbSession, language: PageLanguage, now: Now, secret: str) -> HTMLResponse:
    """What somebody is invited to."""
    initiative, _effort = members.look_at_invitation(session, secret, now)
    content = {"what": "invite", "name": initiative.name}
    return render(request, here, "confirm.html", language, content)


@router.post("/uitnodiging/{secret}")
def accept_invitation(request: Request, here: Here, session: DbSession, now: Now, _form: OwnForm, secret: str) -> Response:
    """The invited person becomes a member, and is signed in."""
    person, initiative = members.accept_invitation(session, secret, now)
    response = see_other(f"/initiatief/{initiative.slug}?gedaan=lid")
    keep_signed_in(response, sessions.begin(session, person, now), reached_at(request, here))
    return response


def _edit(
    request: Request,
    here: Installation,
    language: Language,
    initiative: Initiative,
    text: PageText,
    faults: Faults | None = None,
) -> HTMLResponse:
    content = {
        "initiative": initiative,
        "text": text,
        "kinds": [(code, KIND_WORDS[code]) for code in KINDS],
        "lists": here.municipality.initiatives,
        "faults": faults or {},
    }
    return render(request, here, "group_edit.html", language, content, 400 if faults else 200)


def _photos(
    request: Request, here: Installation, session: Session, language: Language, visitor: Visitor, slug: str, faults: Faults | None = None
) -> HTMLResponse:
    initiative, actor = found(session, slug, visitor), visitor.actor
    member = queries.is_member(session, initiative.id, actor.person_id)
    staff = visitor.is_staff and oversees(session, actor, initiative.id)
    if not (member or staff):
        raise NotAllowed
    content = {
        "initiative": initiative,
        "photos": queries.photos_of(session, initiative.id, hidden=True),
        "member": member,
        "may_edit": may(session, initiative.id, actor.person_id, "edit"),
        "staff": staff,
        "me": actor.person_id,
        "faults": faults or {},
    }
    return render(request, here, "group_photos.html", language, content, 400 if faults else 200)


def _members(
    request: Request, here: Installation, session: Session, language: Language, visitor: Visitor, slug: str, faults: Faults | None = None
) -> HTMLResponse:
    initiative, me = of_members(session, slug, visitor), visitor.actor.person_id
    allowed = {deed: may(session, initiative.id, me, deed) for deed in MAY}
    people = queries.members(session, initiative.id)
    content = {
        "initiative": initiative,
        "people": people,
        "myself": next(person for person in people if person.person_id == me),
        "joiners": queries.joiners(session, initiative.id) if allowed["accept"] else [],
        "offered": queries.offered_to(session, initiative.id),
        "allowed": allowed,
        "me": me,
        "labels": LABELS,
        "deeds": DEEDS,
        "table": MAY,
        "keeps_ground": keeps_ground(session, initiative.id),
        "done": request.query_params.get("gedaan", ""),
        "faults": faults or {},
    }
    return render(request, here, "group_members.html", language, content, 400 if faults else 200)


def _messages(
    request: Request,
    here: Installation,
    session: Session,
    language: Language,
    initiative: Initiative,
    visitor: Visitor,
    faults: Faults | None = None,
    body: str = "",
) -> HTMLResponse:
    content = {
        "initiative": initiative,
        "messages": queries.messages(session, initiative.id),
        "may_write": may(session, initiative.id, visitor.actor.person_id, "message"),
        "body": body,
        "faults": faults or {},
    }
    return render(request, here, "group_messages.html", language, content, 400 if faults else 200)
