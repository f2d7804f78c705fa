"""Initiatives as groups: joining, rights by effort, one contact at all times, messages, ideas."""

import io
import re
import threading
from contextlib import suppress
from datetime import UTC, datetime

import httpx2 as httpx
import pytest
from PIL import Image
from shapely import Point
from sqlalchemy import text

from geo_service.adoptions.together.queries import listed
from geo_service.adoptions.together.schemas import Wanted
from geo_service.db.engine import transaction
from geo_service.errors import Conflict, GeoServiceError, InvalidInput, NotAllowed, TooManyRequests
from geo_service.initiatives import ideas, members, queries, telling
from geo_service.initiatives.mails import postman
from geo_service.initiatives.models import Initiative
from geo_service.initiatives.roles import may
from geo_service.initiatives.service import begin
from geo_service.notifications.schemas import Sender
from geo_service.people import sessions
from geo_service.people.models import Person
from geo_service.people.schemas import Actor, Visitor
from tests.builders import X, Y, add_idea
from tests.conftest import serving
from tests.residents import NOW, TODAY, add_actor, ask, build_town, plot


@pytest.fixture
def group(session, municipality):
    """A group of three: a contact, an organiser, and one who helps now and then."""
    people = [add_actor(session, name, "resident") for name in ("contact", "organiser", "helper")]
    initiative_id = begin(session, people[0], "Bewoners Hazelhof", "Bloemen", TODAY)
    post = postman(session, Sender(municipality, "https://zelfbeheer.example", NOW), "nl")
    for person, effort in zip(people[1:], ("organiser", "now_and_then"), strict=True):
        values = {"i": initiative_id, "p": person.person_id, "e": effort}
        session.execute(text("insert into geo.initiative_member (initiative_id, person_id, effort) values (:i, :p, :e)"), values)
    session.commit()
    return initiative_id, people, post


def mails(session, to: str) -> list[str]:
    return list(
        session.scalars(text("select subject || ' ' || plain from geo.message where to_email = :to order by created_at"), {"to": to})
    )


def test_who_joins_waits_for_an_answer_and_has_no_say_until_then(session, group):
    initiative_id, (contact, _organiser, helper), post = group
    joiner = add_actor(session, "joiner", "resident")
    members.join(session, joiner, initiative_id, "once", post, NOW)
    members.join(session, joiner, initiative_id, "regular", post, NOW)
    assert len(mails(session, "contact@example.org")) == 1
    assert not queries.is_member(session, initiative_id, joiner.person_id)
    with pytest.raises(NotAllowed):
        members.answer_joiner(session, helper, initiative_id, joiner.person_id, True, post, NOW)
    members.answer_joiner(session, contact, initiative_id, joiner.person_id, True, post, NOW)
    assert queries.is_member(session, initiative_id, joiner.person_id)
    assert not may(session, initiative_id, joiner.person_id, "ground")
    with pytest.raises(InvalidInput):
        members.join(session, joiner, initiative_id, "initiator", post, NOW)


def test_the_contact_hands_over_and_can_then_leave(session, group):
    initiative_id, (contact, organiser, helper), post = group
    with pytest.raises(Conflict):
        members.leave(session, contact, initiative_id, keeps_ground=False)
    with pytest.raises(NotAllowed):
        members.offer_contact(session, organiser, initiative_id, helper.person_id, post, NOW)
    members.offer_contact(session, contact, initiative_id, organiser.person_id, post, NOW)
    with pytest.raises(Conflict):
        members.answer_offer(session, helper, initiative_id, True, post)
    members.answer_offer(session, organiser, initiative_id, True, post)
    assert session.get_one(Initiative, initiative_id).contact_id == organiser.person_id
    members.leave(session, contact, initiative_id, keeps_ground=True)
    members.remove(session, organiser, initiative_id, helper.person_id, "Tot ziens", post)
    assert "Tot ziens" in mails(session, "helper@example.org")[-1]
    with pytest.raises(Conflict, match="last member"):
        members.leave(session, organiser, initiative_id, keeps_ground=True)
    session.commit()


def test_the_database_refuses_a_contact_who_is_no_member(session, group):
    initiative_id, (contact, *_), _post = group
    session.execute(text("delete from geo.initiative_member where person_id = :p"), {"p": contact.person_id})
    with pytest.raises(Exception, match="initiative_contact_is_member"):
        session.commit()
    session.rollback()
    assert queries.is_member(session, initiative_id, contact.person_id)


def test_leaving_while_one_becomes_the_contact_leaves_exactly_one(database, session, group, municipality):
    initiative_id, (contact, organiser, _helper), post = group
    for _round in range(4):
        current = session.get_one(Initiative, initiative_id, populate_existing=True).contact_id
        old, new = (contact, organiser) if current == contact.person_id else (organiser, contact)
        session.execute(
            text("insert into geo.initiative_member (initiative_id, person_id, effort) values (:i, :p, 'regular') on conflict do nothing"),
            {"i": initiative_id, "p": new.person_id},
        )
        members.offer_contact(session, old, initiative_id, new.person_id, post, NOW)
        session.commit()
        gate = threading.Barrier(3)

        def attempt(what, gate=gate) -> None:
            with transaction(database.sessions) as own:
                letters = postman(own, Sender(municipality, "https://zelfbeheer.example", NOW), "nl")
                gate.wait()
                what(own, letters)

        def quietly(what) -> None:
            with suppress(GeoServiceError):
                attempt(what)

        deeds = (
            lambda own, letters, who=new: members.answer_offer(own, who, initiative_id, True, letters),
            lambda own, letters, who=new: members.answer_offer(own, who, initiative_id, True, letters),
            lambda own, letters, who=new: members.leave(own, who, initiative_id, keeps_ground=False),
        )
        threads = [threading.Thread(target=quietly, args=(deed,)) for deed in deeds]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        session.expire_all()
        contact_now = session.get_one(Initiative, initiative_id).contact_id
        assert contact_now in {old.person_id, new.person_id}
        assert queries.is_member(session, initiative_id, contact_now)


def test_messages_go_to_who_wants_them_and_not_too_often(session, group):
    initiative_id, (contact, organiser, helper), post = group
    members.wants_messages(session, organiser, initiative_id, wants=False)
    for _ in range(telling.MESSAGES_A_DAY):
        telling.write(session, contact, initiative_id, "Zaterdag <b>blad</b> ruimen", post, NOW)
    with pytest.raises(TooManyRequests):
        telling.write(session, contact, initiative_id, "Nog een", post, NOW)
    with pytest.raises(NotAllowed):
        telling.write(session, helper, initiative_id, "Hallo", post, NOW)
    assert len(mails(session, "helper@example.org")) == telling.MESSAGES_A_DAY
    assert mails(session, "organiser@example.org") == mails(session, "contact@example.org") == []
    assert [message.body for message in queries.messages(session, initiative_id)][:1] == ["Zaterdag <b>blad</b> ruimen"]


def test_an_idea_is_public_once_confirmed_until_ground_is_asked_for(session, municipality):
    town = build_town(session)
    post = postman(session, Sender(municipality, "https://zelfbeheer.example", NOW), "nl")
    pin = Point(X + 110, Y + 20)
    with pytest.raises(InvalidInput) as wrong:
        ideas.propose(session, "", "", None, "buur@example.org", None, post, NOW)
    assert {fault["where"] for fault in wrong.value.details["errors"]} == {"naam", "verhaal", "plaats"}
    with pytest.raises(InvalidInput):
        ideas.propose(session, "Ver weg", "Bloemen", Point(10_000, 400_000), "buur@example.org", None, post, NOW)
    idea = ideas.propose(session, "Bloemen", "Langs het pad", pin, "buur@example.org", None, post, NOW)
    assert listed(session, Wanted()) == []
    secret = re.search(r"/idee/bevestig/(\S+)", mails(session, "buur@example.org")[0])[1]
    person, confirmed = ideas.confirm(session, secret, NOW)
    assert [row.name for row in listed(session, Wanted(words="bloem", near=pin))] == ["Bloemen"]
    assert listed(session, Wanted(words="%")) == []
    ask(session, Actor(person.id), plot(100, 10, 20), municipality, initiative_id=confirmed.id)
    assert [row.status for row in listed(session, Wanted())] == ["aangevraagd"]
    assert session.scalars(text("select slug from layers.ideeen")).all() == []
    with pytest.raises(NotAllowed):
        ideas.hide(session, town.resident, idea.id, "Dubbel", False, post, NOW)
    other = ideas.propose(session, "Bank", "Een bank", pin, "", Visitor(town.neighbour, None, ""), post, NOW)
    assert session.scalars(text("select slug from layers.ideeen")).all() == ["bank"]
    ideas.hide(session, town.wijkregisseur, other.id, "Dubbel", True, post, NOW)
    assert session.scalars(text("select slug from layers.ideeen")).all() == []
    assert "Dubbel" in mails(session, "neighbour@example.org")[-1]


@pytest.fixture(scope="module")
def site(module_database, municipality):
    now = datetime.now(UTC)
    with transaction(module_database.sessions) as session:
        town = build_town(session)
        adoption = ask(session, town.resident, plot(100, 10, 20), municipality, now)
        add_idea(session, "Bloemen", 150, 20, confirmed_at=now)
        cookies = {
            name: sessions.begin(session, session.get_one(Person, town.people[name].person_id), now) for name in ("resident", "stranger")
        }
    with serving(module_database) as running, httpx.Client(base_url=running.url, headers={"Origin": running.url}) as client:
        yield client, adoption, {name: {"Cookie": f"zb_sessie={secret}"} for name, secret in cookies.items()}, running


def test_join_by_mail_from_the_page_to_the_list_of_members(site):
    client, adoption, signed_in, running = site
    path = f"/initiatief/{adoption.initiative_slug}"
    assert "Doe mee" in client.get(path).text
    assert client.post(f"{path}/meedoen", data={"inzet": "once", "email": "fout"}).status_code == 400
    assert client.post(f"{path}/meedoen", data={"inzet": "once", "email": "nieuw@example.org"}).status_code == 303
    with transaction(running.database.sessions) as session:
        link = re.search(r"(/meedoen/\S+)", mails(session, "nieuw@example.org")[0])[1]
    with httpx.Client(base_url=running.url, headers={"Origin": running.url}) as other:
        assert other.get(link).status_code == 200
        joined = other.post(link, follow_redirects=True)
        assert "Je bent aangemeld" in joined.text
        assert other.post(link).status_code == 410
    page = client.get(f"{path}/leden", headers=signed_in["resident"]).text
    assert "nieuw@example.org" in page
    assert client.get(f"{path}/leden", headers=signed_in["stranger"]).status_code == 403
    assert "nieuw@example.org" not in client.get(path).text
    person = re.search(r'name="wie" value="([0-9a-f-]+)"', page)[1]
    assert client.post(f"{path}/leden", data={"doe": "toelaten", "wie": person}, headers=signed_in["resident"]).status_code == 303


def test_members_change_the_page_and_its_photos(site):
    client, adoption, signed_in, _running = site
    path = f"/initiatief/{adoption.initiative_slug}"
    text_of = {"naam": "Bloemenhof", "verhaal": "<script>x</script>", "soort": "street", "domeinen": ["Groen", "Sociale cohesie"]}
    assert client.post(f"{path}/bewerken", data=text_of, headers=signed_in["stranger"]).status_code == 403
    wrong = client.post(f"{path}/bewerken", data={**text_of, "domeinen": "Iets"}, headers=signed_in["resident"])
    assert (wrong.status_code, "Kies uit de lijst" in wrong.text) == (400, True)
    assert client.post(f"{path}/bewerken", data=text_of, headers=signed_in["resident"]).status_code == 303
    page = client.get(path).text
    assert "Bloemenhof" in page
    assert "<script>x" not in page
    file = io.BytesIO()
    Image.new("RGB", (50, 40), "green").save(file, "JPEG")
    sent = {"data": {"bijschrift": "Ons hof"}, "headers": signed_in["resident"]}
    assert client.post(f"{path}/fotos", files={"foto": ("a.svg", b"<svg/>")}, **sent).status_code == 400
    assert client.post(f"{path}/fotos", files={"foto": ("a.jpg", file.getvalue())}, **sent).status_code == 303
    photo = re.search(r"/foto/([0-9a-f-]{36})", client.get(path).text)[1]
    assert client.post(f"/foto/{photo}/weg", headers=signed_in["stranger"]).status_code == 403
    assert client.post(f"/foto/{photo}/weg", headers=signed_in["resident"]).status_code == 303
    assert client.get(f"/foto/{photo}").status_code == 404


def test_lists_pages_and_forms_answer(site):
    client, *_ = site
    assert "Bloemen" in client.get("/initiatieven", params={"soort": "ideeen"}).text
    assert client.get("/initiatieven", params={"bij": "5.2,52.3", "q": "x%"}).status_code == 200
    assert client.get("/initiatieven", params={"bij": "x"}).status_code == 400
    assert client.get("/idee").status_code == 200
    refused = client.post(
        "/idee", data={"naam": "Bank", "verhaal": "Een bank", "plaats": '{"type":"Point","coordinates":["x",1]}', "email": "a@b.nl"}
    )
    assert (refused.status_code, "Zeg waar het is" in refused.text) == (400, True)
    assert client.get("/initiatief/bestaat-niet").status_code == 404
    slug = re.search(r"/initiatief/(bloemen-[^\"]+)", client.get("/initiatieven?soort=ideeen").text)[1]
    assert client.get(f"/initiatief/{slug}/kaart.svg").headers["content-type"] == "image/svg+xml"
    assert client.get(f"/initiatief/{slug}?taal=en").status_code == 200
