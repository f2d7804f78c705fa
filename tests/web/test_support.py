"""Support of neighbours: one voice per household near the ground, counted, never listed."""

import io
import re
import threading
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from shapely import Point
from sqlalchemy import text

from geo_service.adoptions.support import queries, service
from geo_service.adoptions.support.codes import ALPHABET, digest_of, new_code
from geo_service.adoptions.support.models import SupportAnswer, SupportCode, SupportHousehold
from geo_service.db.engine import transaction
from geo_service.errors import Conflict, GeoServiceError, InvalidInput, NotAllowed, NotFound
from geo_service.people import sessions
from geo_service.people.models import Person
from geo_service.people.schemas import Actor
from tests.builders import X, Y, add_adoption, add_initiative, box, insert
from tests.conftest import serving
from tests.residents import NOW, ask, build_town, plot

LATER = NOW + timedelta(days=61)


def homes(session, count, x=100.0, households=1, y=40.0) -> None:
    """Addresses in a row, each with its households."""
    for number in range(count):
        name = f"H{x:.0f}-{number}"
        place = Point(X + x + number, Y + y)
        insert(session, "address", register_id=name, street="Hof", number=str(number + 1), households=households, geom=place)


@pytest.fixture
def asked(session, municipality):
    """A request for 400 m², with twelve households near and five too far away."""
    town = build_town(session)
    homes(session, 12)
    homes(session, 5, x=400.0)
    session.commit()
    adoption = ask(session, town.resident, plot(100, 10, 20), municipality)
    return town, adoption


def test_codes_are_short_and_read_one_way():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", code) for code in codes)
    assert not set("IOLSU015AE") & set(ALPHABET)
    assert digest_of("bcdf 2346") == digest_of("BCDF-2346")


def test_each_household_speaks_once_and_nothing_tells_who_said_what(session, asked, municipality):
    town, adoption = asked
    cards = service.print_cards(session, town.resident, adoption.id, municipality, NOW)
    assert [card.address for card in cards] == [f"Hof {number}" for number in range(1, 13)]
    for card, told in zip(cards, ["support"] * 8 + ["neutral", "objection"], strict=False):
        service.answer(session, card.code.lower(), told, "Te veel bloemen" if told == "objection" else "", NOW)
    found = queries.progress(session, adoption.id, municipality)
    assert (found.households, found.needed, found.supporting, found.still_needed) == (12, 9, 8, 1)
    assert (found.neutral, found.objections, found.initiators, found.enough) == (1, 1, 1, False)
    assert queries.remarks(session, adoption.id) == ["Te veel bloemen"]
    with pytest.raises(Conflict):
        service.answer(session, cards[0].code, "objection", "", NOW)
    columns = set(SupportAnswer.__table__.columns.keys())
    assert not columns & {"address", "number", "digest", "person_id", "email"}
    assert all(
        card.code.encode() not in digest for card in cards for digest in session.scalars(text("select digest from geo.support_code"))
    )


def test_cards_of_before_stay_good_and_a_household_with_two_codes_has_one_voice(session, asked, municipality):
    town, adoption = asked
    first = service.print_cards(session, town.resident, adoption.id, municipality, NOW)
    service.answer(session, first[0].code, "support", "", NOW)
    second = service.print_cards(session, town.resident, adoption.id, municipality, NOW)
    assert "Hof 1" not in {card.address for card in second}
    service.answer(session, first[1].code, "support", "", NOW)
    with pytest.raises(Conflict):
        service.answer(session, second[0].code, "support", "", NOW)
    assert queries.progress(session, adoption.id, municipality).supporting == 2
    for _ in range(3):
        service.print_cards(session, town.wijkregisseur, adoption.id, municipality, NOW)
    with pytest.raises(Conflict):
        service.print_cards(session, town.resident, adoption.id, municipality, NOW)


def test_what_cannot_be_done_says_why(session, asked, municipality):
    town, adoption = asked
    card = service.print_cards(session, town.resident, adoption.id, municipality, NOW)[0]
    with pytest.raises(NotFound):
        service.look(session, "BCDF-2346", NOW)
    with pytest.raises(Conflict):
        service.look(session, card.code, LATER)
    with pytest.raises(InvalidInput):
        service.answer(session, card.code, "maybe", "", NOW)
    for other in (town.neighbour, town.elsewhere):
        with pytest.raises(NotAllowed):
            service.print_cards(session, other, adoption.id, municipality, NOW)
        with pytest.raises(NotAllowed):
            service.answer(session, card.code, "support", "", NOW, handed_in_by=other)
    service.answer(session, card.code, "support", "", NOW, handed_in_by=town.resident)
    assert queries.progress(session, adoption.id, municipality).handed_in == 1
    session.execute(text("update geo.adoption set state = 'withdrawn' where id = :id"), {"id": adoption.id})
    with pytest.raises(Conflict):
        service.print_cards(session, town.resident, adoption.id, municipality, NOW)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    doors=st.lists(st.tuples(st.floats(0, 140), st.integers(0, 4)), min_size=1, max_size=12),
    answers=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["support", "neutral", "objection"])), max_size=40),
    moved=st.booleans(),
)
def test_never_more_voices_than_households_within_the_radius(session, municipality, doors, answers, moved):
    with session.begin_nested() as all_of_it:
        for number, (distance, households) in enumerate(doors):
            place = Point(X + 120 + distance, Y + 20)
            insert(session, "address", register_id=f"D{number}", street="Laan", number=str(number), households=households, geom=place)
        initiative = add_initiative(session)
        adoption = add_adoption(session, box(100, 10, 20), state="submitted", initiative_id=initiative)
        contact = Actor(session.scalar(text("select contact_id from geo.initiative where id = :id"), {"id": initiative}))
        within = sum(households for distance, households in doors if distance <= municipality.support.radius_m.value)
        try:
            cards = service.print_cards(session, contact, adoption, municipality, NOW)
        except Conflict:
            cards = []
        assert len(cards) == within
        for number, told in answers:
            with suppress(Conflict, ZeroDivisionError):
                service.answer(session, cards[number % len(cards)].code, told, "", NOW)
        if moved:
            session.execute(text("delete from geo.address where register_id = 'D0'"))
        found = queries.progress(session, adoption, municipality)
        assert 0 <= found.supporting <= found.households <= within
        assert found.neutral + found.objections <= within
        all_of_it.rollback()


def test_two_cards_of_one_household_at_once_give_one_voice(database, municipality):
    with transaction(database.sessions) as session:
        town = build_town(session)
        homes(session, 1)
        homes(session, 1, x=190.0)  # somebody else can reach the plot, too far away for a card
        adoption = ask(session, town.resident, plot(100, 10, 20), municipality)
        codes = [service.print_cards(session, town.resident, adoption.id, municipality, NOW)[0].code for _ in range(2)] * 3
    outcomes, gate = [], threading.Barrier(len(codes))

    def speak(code: str) -> None:
        gate.wait()
        try:
            with transaction(database.sessions) as own:
                service.answer(own, code, "support", "", NOW)
            outcomes.append("counted")
        except GeoServiceError:
            outcomes.append("refused")

    threads = [threading.Thread(target=speak, args=(code,)) for code in codes]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["counted"] + ["refused"] * 5
    with transaction(database.sessions) as session:
        assert queries.progress(session, adoption.id, municipality).supporting == 1


@pytest.fixture(scope="module")
def site(module_database, municipality):
    """A server with a request of the resident, who is signed in on ``cookie``."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    with transaction(module_database.sessions) as session:
        town = build_town(session)
        homes(session, 12)
        adoption = ask(session, town.resident, plot(100, 10, 20), municipality, now, plan="Bloemen en een bank")
        cookie = sessions.begin(session, session.get_one(Person, town.resident.person_id), now)
    with serving(module_database) as running, httpx.Client(base_url=running.url, headers={"Origin": running.url}) as client:
        yield client, adoption, cookie, running


def test_from_the_printed_card_to_a_counted_voice(site):
    client, adoption, cookie, running = site
    path = f"/initiatief/{adoption.initiative_slug}"
    assert client.post(f"{path}/deurkaarten.pdf").status_code in (303, 401)
    signed_in = {"Cookie": f"zb_sessie={cookie}"}
    printed = client.post(f"{path}/deurkaarten.pdf", headers=signed_in)
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages]
    assert len(pages) == 6, "two cards on a sheet"
    cards = "\n".join(pages)
    assert re.findall(r"Hof \d+", cards) == [f"Hof {number}" for number in range(1, 13)]
    codes = re.findall(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", cards)
    assert len(set(codes)) == 12
    assert cards.count("Bloemen en een bank") == 12
    assert client.get("/steun", params={"code": codes[11]}).status_code == 200
    with transaction(running.database.sessions) as session:
        code = service.print_cards(session, _resident(session), adoption.id, _almere(), NOW + timedelta(days=1))[0].code
    page = client.get("/steun", params={"code": code})
    assert "Bloemen en een bank" in page.text
    assert "Hof" not in page.text
    assert client.post("/steun", data={"code": code, "antwoord": ""}).status_code == 400
    done = client.post("/steun", data={"code": code, "antwoord": "support"}, follow_redirects=True)
    assert "Bedankt. Je antwoord telt." in done.text
    assert "heeft al geantwoord" in client.post("/steun", data={"code": code, "antwoord": "support"}).text
    assert "Minder dan 5 huishoudens steunen dit." in client.get(path).text
    assert client.post("/steun", data={"code": code}, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_a_voice_by_mail_is_counted_apart_and_once(site):
    client, adoption, _cookie, running = site
    path = f"/initiatief/{adoption.initiative_slug}/steun"
    assert client.post(path, data={"email": "geen adres"}).status_code == 400
    for _ in range(2):
        assert client.post(path, data={"email": "Buur@Example.org"}).status_code == 303
    with transaction(running.database.sessions) as session:
        mails = session.scalars(text("select plain from geo.message where to_email ilike 'buur@example.org'")).all()
    links = [re.search(r"(/steun/bevestig/\S+)", mail)[1] for mail in mails]
    assert len(links) == 2
    for link in links:
        assert client.get(link).status_code == 200
        assert client.post(link).status_code == 303
    assert client.post(links[0]).status_code == 410
    with transaction(running.database.sessions) as session:
        found = queries.progress(session, UUID(str(adoption.id)), _almere())
    assert (found.by_mail, found.supporting) == (1, 1), "the voice with a code is the one of the test before"


def test_guessing_is_slowed_down(site):
    client, *_ = site
    statuses = {client.get("/steun", params={"code": new_code()}).status_code for _ in range(25)}
    text_now = client.get("/steun", params={"code": new_code()}).text
    assert statuses == {400}
    assert "Te veel" in text_now


def _almere():
    from geo_service.municipality import load_municipality

    return load_municipality("almere")


def _resident(session) -> Actor:
    return Actor(session.scalar(text("select id from geo.person where email = 'resident@example.org'")), {"resident": ()})


def test_forgetting_an_adoption_forgets_its_support(session, asked, municipality):
    town, adoption = asked
    service.print_cards(session, town.resident, adoption.id, municipality, NOW)
    assert session.query(SupportCode).count() == session.query(SupportHousehold).count() == 12
