"""What members of an initiative do on its pages: words, photos, people, messages."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from starlette.datastructures import UploadFile

from geo_service.adoptions.queries import oversees
from geo_service.adoptions.together.queries import keeps_ground
from geo_service.db.engine import act_for
from geo_service.errors import GeoServiceError, NotAllowed, NotFound
from geo_service.initiatives import members, photos, queries, telling
from geo_service.initiatives.models import KINDS, Initiative, Photo
from geo_service.initiatives.roles import DEEDS, LABELS, MAY, check, may
from geo_service.initiatives.schemas import PageText
from geo_service.web.pages.forms import OwnForm, field, fields, see_other
from geo_service.web.pages.page import AnyPage, Faults, OwnPage, Page, SignedInPage
from geo_service.web.pages.photos import seen_by, shown
from geo_service.web.pages.shared_group import KIND_WORDS, found, of_members, poster

router = APIRouter(include_in_schema=False)


@router.get("/initiatief/{slug}/bewerken")
def edit_form(page: OwnPage, slug: str) -> HTMLResponse:
    """The words of the page."""
    initiative = of_members(page, slug)
    check(page.session, initiative.id, page.person_id, "edit")
    text = PageText(initiative.name, initiative.story or "", initiative.kind, tuple(initiative.domains), tuple(initiative.agendas))
    return _edit(page, initiative, text)


@router.post("/initiatief/{slug}/bewerken")
def edit(page: OwnPage, form: OwnForm, slug: str) -> Response:
    """Change the words of the page."""
    initiative = of_members(page, slug)
    lists = fields(form, "domeinen"), fields(form, "agendas")
    text = PageText(field(form, "naam"), field(form, "verhaal"), field(form, "soort"), *lists)
    refused = page.attempt(lambda: telling.edit(page.session, page.actor, initiative.id, text, page.municipality), refused=GeoServiceError)
    if refused:
        return _edit(page, of_members(page, slug), text, page.told(refused))
    return see_other(f"/initiatief/{slug}")


@router.get("/initiatief/{slug}/fotos")
def photo_page(page: OwnPage, slug: str) -> HTMLResponse:
    """The photos, with what members and staff can do with them."""
    return _photos(page, slug)


@router.post("/initiatief/{slug}/fotos")
def add_photo(page: OwnPage, form: OwnForm, slug: str) -> Response:
    """Add a photo."""
    initiative = of_members(page, slug)
    upload = form.get("foto")
    content = upload.file.read(photos.LARGEST_FILE + 1) if isinstance(upload, UploadFile) else b""
    caption = field(form, "bijschrift")
    refused = page.attempt(
        lambda: photos.take(page.session, initiative.id, page.person_id, content, caption, page.now), refused=GeoServiceError
    )
    return _photos(page, slug, page.told(refused)) if refused else see_other(f"/initiatief/{slug}/fotos")


@router.post("/foto/{photo_id}/weg")
def take_photo_away(page: OwnPage, form: OwnForm, photo_id: UUID) -> Response:
    """Who made it, and who may change the page, remove it for good; staff hide it, with a reason."""
    photo = page.session.get(Photo, photo_id)
    if photo is None or not (shown(page.session, photo) or seen_by(page, photo)):
        raise NotFound
    act_for(page.session, page.person_id, field(form, "reden") or None)
    if photo.person_id == page.person_id or may(page.session, photo.initiative_id, page.person_id, "edit"):
        page.session.delete(photo)
    elif page.visitor.is_staff and oversees(page.session, page.actor, photo.initiative_id):
        photo.hidden_at, photo.hidden_because = page.now, field(form, "reden") or None
    else:
        raise NotAllowed
    page.session.flush()
    return see_other(f"/initiatief/{page.session.get_one(Initiative, photo.initiative_id).slug}/fotos")


@router.get("/initiatief/{slug}/leden")
def member_page(page: OwnPage, slug: str) -> HTMLResponse:
    """Who belongs to the initiative, and who may do what."""
    return _members(page, slug)


@router.post("/initiatief/{slug}/leden")
def change_members(page: OwnPage, form: OwnForm, slug: str) -> Response:
    """One of the things that can be done with members: the button that was pressed tells which."""
    initiative, actor, post = of_members(page, slug), page.actor, poster(page)
    deed, person = field(form, "doe"), field(form, "wie")
    try:
        person_id = UUID(person) if person else actor.person_id
        match deed:
            case "toelaten" | "afwijzen":
                members.answer_joiner(page.session, actor, initiative.id, person_id, deed == "toelaten", post, page.now)
            case "uitnodigen":
                members.invite(page.session, actor, initiative.id, field(form, "email"), field(form, "inzet"), post, page.now)
            case "rol":
                members.give_role(page.session, actor, initiative.id, person_id, field(form, "inzet"))
            case "verwijderen":
                members.remove(page.session, actor, initiative.id, person_id, field(form, "woord"), post)
            case "overdragen":
                members.offer_contact(page.session, actor, initiative.id, person_id, post, page.now)
            case "aannemen" | "bedanken":
                members.answer_offer(page.session, actor, initiative.id, deed == "aannemen", post)
            case "mails-aan" | "mails-uit":
                members.wants_messages(page.session, actor, initiative.id, deed == "mails-aan")
            case "stoppen":
                members.leave(page.session, actor, initiative.id, keeps_ground(page.session, initiative.id))
                return see_other("/initiatieven")
            case _:
                raise NotFound
    except ValueError:
        raise NotFound from None
    except GeoServiceError as error:
        page.session.rollback()
        return _members(page, slug, page.told(error))
    return see_other(f"/initiatief/{slug}/leden?gedaan={deed}")


@router.get("/initiatief/{slug}/berichten")
def message_page(page: OwnPage, slug: str) -> HTMLResponse:
    """Messages to members."""
    return _messages(page, of_members(page, slug))


@router.post("/initiatief/{slug}/berichten")
def write_message(page: OwnPage, form: OwnForm, slug: str) -> Response:
    """Write to all members."""
    initiative, body = of_members(page, slug), field(form, "bericht")
    refused = page.attempt(
        lambda: telling.write(page.session, page.actor, initiative.id, body, poster(page), page.now), refused=GeoServiceError
    )
    if refused:
        return _messages(page, of_members(page, slug), page.told(refused), body)
    return see_other(f"/initiatief/{slug}/berichten")


@router.get("/uitnodiging/{secret}")
def look_at_invitation(page: AnyPage, secret: str) -> HTMLResponse:
    """What somebody is invited to."""
    initiative, _effort = members.look_at_invitation(page.session, secret, page.now)
    content = {"what": "invite", "name": initiative.name}
    return page.show("confirm.html", content)


@router.post("/uitnodiging/{secret}")
def accept_invitation(page: AnyPage, _form: OwnForm, secret: str) -> Response:
    """The invited person becomes a member, and is signed in."""
    person, initiative = members.accept_invitation(page.session, secret, page.now)
    return page.sign_in(person, see_other(f"/initiatief/{initiative.slug}?gedaan=lid"))


def _edit(page: Page, initiative: Initiative, text: PageText, faults: Faults | None = None) -> HTMLResponse:
    content = {
        "initiative": initiative,
        "text": text,
        "kinds": [(code, KIND_WORDS[code]) for code in KINDS],
        "lists": page.municipality.initiatives,
        "faults": faults or {},
    }
    return page.show("group_edit.html", content, 400 if faults else 200)


def _photos(page: SignedInPage, slug: str, faults: Faults | None = None) -> HTMLResponse:
    initiative, actor = found(page, slug), page.actor
    member = queries.is_member(page.session, initiative.id, actor.person_id)
    staff = page.visitor.is_staff and oversees(page.session, actor, initiative.id)
    if not (member or staff):
        raise NotAllowed
    content = {
        "initiative": initiative,
        "photos": queries.photos_of(page.session, initiative.id, hidden=True),
        "member": member,
        "may_edit": may(page.session, initiative.id, actor.person_id, "edit"),
        "staff": staff,
        "me": actor.person_id,
        "faults": faults or {},
    }
    return page.show("group_photos.html", content, 400 if faults else 200)


def _members(page: SignedInPage, slug: str, faults: Faults | None = None) -> HTMLResponse:
    initiative, me = of_members(page, slug), page.person_id
    allowed = {deed: may(page.session, initiative.id, me, deed) for deed in MAY}
    people = queries.members(page.session, initiative.id)
    content = {
        "initiative": initiative,
        "people": people,
        "myself": next(person for person in people if person.person_id == me),
        "joiners": queries.joiners(page.session, initiative.id) if allowed["accept"] else [],
        "offered": queries.offered_to(page.session, initiative.id),
        "allowed": allowed,
        "me": me,
        "labels": LABELS,
        "deeds": DEEDS,
        "table": MAY,
        "keeps_ground": keeps_ground(page.session, initiative.id),
        "done": page.request.query_params.get("gedaan", ""),
        "faults": faults or {},
    }
    return page.show("group_members.html", content, 400 if faults else 200)


def _messages(page: SignedInPage, initiative: Initiative, faults: Faults | None = None, body: str = "") -> HTMLResponse:
    content = {
        "initiative": initiative,
        "messages": queries.messages(page.session, initiative.id),
        "may_write": may(page.session, initiative.id, page.person_id, "message"),
        "body": body,
        "faults": faults or {},
    }
    return page.show("group_messages.html", content, 400 if faults else 200)
