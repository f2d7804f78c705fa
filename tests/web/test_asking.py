"""Asking for ground on the pages, as residents do: with forms, mails and cookies, and two who want the same."""

import concurrent.futures
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode
from uuid import uuid4

import httpx2 as httpx
import pytest
from sqlalchemy import text

from geo_service.db.engine import transaction
from geo_service.people import sessions
from geo_service.people.queries import person_by_email
from geo_service.plots import sketches
from tests.builders import add_adoption, box
from tests.conftest import Server
from tests.residents import build_town, plot

HOUR = timedelta(hours=1)


@dataclass
class Browser:
    """One browser: its cookies, and our pages."""

    client: httpx.Client
    server: Server

    def get(self, address: str) -> httpx.Response:
        return self.client.get(address)

    def send(self, address: str, **fields: object) -> httpx.Response:
        pairs = [(name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])]
        headers = {"Origin": self.server.url, "Content-Type": "application/x-www-form-urlencoded"}
        return self.client.post(address, content=urlencode(pairs), headers=headers)

    def ask(self, ground: str, **changes: object) -> httpx.Response:
        name, value = ground.split("=")
        fields = {"sleutel": uuid4(), name: value, "naam_plek": "Hoekje", "met": "alleen", "zorg": "volledig", "akkoord": "ja"}
        return self.send("/aanvraag", **{**fields, "email": f"{uuid4().hex}@example.net", **changes})


@pytest.fixture(scope="module")
def town(module_server: Server) -> Server:
    with transaction(module_server.database.sessions) as session:
        build_town(session)
    return module_server


@pytest.fixture
def browser(town: Server) -> Iterator[Browser]:
    with httpx.Client(base_url=town.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield Browser(client, town)


@pytest.fixture
def another(town: Server) -> Iterator[Browser]:
    with httpx.Client(base_url=town.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield Browser(client, town)


@pytest.fixture
def ground(town: Server) -> str:
    """A sketch of 20 x 20 m that no other test uses."""
    return f"schets={drawn(town)}"


CORNERS = iter([(x, y) for x in range(10, 1900, 60) for y in range(10, 900, 60)])


def drawn(town: Server, shape=None):
    corner = next(CORNERS)
    with transaction(town.database.sessions) as session:
        return sketches.keep(session, shape or plot(*corner, 20), (), datetime.now(UTC))


def row(town: Server, sql: str, **values: object):
    with town.database.sessions() as session:
        return session.execute(text(sql), values).one()


def change(town: Server, sql: str, **values: object) -> None:
    with transaction(town.database.sessions) as session:
        session.execute(text(sql), values)


def mail_to(town: Server, email: str) -> str:
    return row(town, "select plain from geo.message where to_email = :email order by created_at desc, subject limit 1", email=email).plain


def link_for(town: Server, email: str) -> str:
    return re.search(r"/bevestig/\S+", mail_to(town, email)).group()


def seen(answer: httpx.Response) -> str:
    """The words on a page."""
    main = answer.text.split('<main id="inhoud"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def sign_in(browser: Browser, email: str) -> None:
    with transaction(browser.server.database.sessions) as session:
        secret = sessions.begin(session, person_by_email(session, email), datetime.now(UTC))
    browser.client.cookies.set("zb_sessie", secret)


def test_from_the_form_to_a_confirmed_request(town, browser, another, ground):
    page = browser.get(f"/aanvraag?{ground}")
    assert page.status_code == 200
    assert "400 m²" in seen(page)
    key = re.search(r'name="sleutel" value="([^"]+)"', page.text).group(1)
    sent = browser.ask(ground, sleutel=key, email="Noor@example.net", maatregelen=["litter", "planting"], plan="Bloemen", naam="Noor")
    assert sent.status_code == 303
    next_page = browser.get(sent.headers["location"])
    assert "Nog één stap: bevestig je e-mail" in seen(next_page)
    assert "N***r@example.net" in seen(next_page)
    held = re.search(r"Gereserveerd tot \w+dag \d+ \w+, \d\d\.\d\d uur", seen(next_page))
    assert held
    assert held.group().removeprefix("Gereserveerd tot ") in mail_to(town, "Noor@example.net")

    elsewhere = another.get(sent.headers["location"])
    assert "example.net" not in elsewhere.text
    assert "Noor" not in elsewhere.text
    assert "Hoekje" not in elsewhere.text
    assert "/opnieuw" not in elsewhere.text
    assert elsewhere.headers["cache-control"] == "no-store"

    link = link_for(town, "Noor@example.net")
    for _ in range(3):  # what reads mail for others only follows links
        assert another.get(link).status_code == 200
    done = another.send(link)
    assert done.status_code == 303
    assert "zb_sessie" in done.headers["set-cookie"]
    own_page = another.get(done.headers["location"])
    assert (own_page.status_code, "Hoekje" in seen(own_page)) == (200, True)
    made = row(town, "select state, measures, plan from geo.adoption where id = :id", id=sent.headers["location"].split("/")[-1])
    assert (made.state, made.measures, made.plan) == ("submitted", ["litter", "planting"], "Bloemen")
    assert "Je aanvraag is binnen" in seen(browser.get(sent.headers["location"]))

    again = another.get(link)
    assert (again.status_code, again.headers["location"]) == (303, done.headers["location"])
    stranger = browser.get(link)
    assert stranger.status_code == 410
    assert "Je hebt dit al bevestigd" in seen(stranger)


def test_all_faults_at_once_and_what_was_typed_is_kept(browser, ground):
    answer = browser.ask(
        ground, naam_plek="", email="noor@voorbeeld", zorg="deels", akkoord="", plan="Bijen <b>", begin="morgen", groep="G"
    )
    assert answer.status_code == 400
    for name in ("naam_plek", "email", "maatregelen", "akkoord", "begin"):
        assert f'<a class="utrecht-link" href="#{name}">' in answer.text
    assert "Vul een e-mailadres in zoals naam@voorbeeld.nl." in seen(answer)
    assert 'value="noor@voorbeeld"' in answer.text
    assert "Bijen &lt;b&gt;</textarea>" in answer.text
    assert "data-focus" in answer.text
    past = browser.ask(ground, begin="2020-01-01")
    assert (past.status_code, 'href="#begin"' in past.text) == (400, True)


def test_nothing_chosen_leads_to_choosing_and_unknown_ground_is_told(browser):
    assert browser.get("/aanvraag").headers["location"] == "/kies"
    assert browser.get("/aanvraag?groen=G1&plek=PL-0001").headers["location"] == "/kies"
    assert browser.get("/aanvraag?plek=PL-9999").status_code == 404
    assert browser.get(f"/aanvraag?schets={uuid4()}").status_code == 404
    assert browser.get("/aanvraag?schets=onzin").status_code == 404
    assert browser.get("/aanvraag?groen=onzin").status_code == 400
    assert browser.get(f"/aanvraag/{uuid4()}").status_code == 404
    assert browser.get("/aanvraag/onzin").status_code == 404


def test_a_form_from_elsewhere_is_refused(town, browser, ground):
    answer = browser.client.post("/aanvraag", data={"schets": ground.split("=")[1]}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_ground_that_cannot_be_had_says_why_and_what_can(town, browser):
    corner = next(CORNERS)
    with transaction(town.database.sessions) as session:
        add_adoption(session, box(corner[0] + 10, corner[1], 20), period=(datetime.now(UTC).date(), None))
    code = row(town, "select code from geo.plot order by id desc limit 1").code
    chosen = drawn(town, plot(*corner, 20))
    page = browser.get(f"/aanvraag?schets={chosen}")
    assert page.status_code == 200
    assert "Je kunt deze plek zo niet adopteren." in seen(page)
    assert "Iemand anders verzorgt dit al." in seen(page)
    assert re.search(r"Dit kan wel: 200 m²|Dit kan wel: 199 m²", seen(page))
    assert f'href="/plek/{code}"' in page.text
    assert "<form" in page.text
    assert browser.get(f"/aanvraag/kaart.svg?schets={chosen}").headers["content-type"] == "image/svg+xml"
    taken = browser.send("/aanvraag/voorstel", schets=chosen)
    assert taken.status_code == 303
    assert browser.ask(taken.headers["location"].split("?")[1]).status_code == 303


def test_two_who_want_the_same_ground_at_once(town):
    """Real connections: one gets the ground, the others are shown with whom to join, with their answers kept."""
    chosen = [drawn(town, plot(1950, 20, 20)) for _ in range(6)]

    def go(number: int) -> httpx.Response:
        with httpx.Client(base_url=town.url, headers={"Accept": "text/html"}, timeout=30) as client:
            return Browser(client, town).ask(f"schets={chosen[number]}", plan=f"Plan {number}")

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(go, range(6)))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409, 409]
    assert (
        row(town, "select count(*) from geo.adoption a where a.geom && st_makeenvelope(143950, 483020, 143970, 483040, 28992)").count == 1
    )
    for number, answer in enumerate(answers):
        if answer.status_code == 409:
            assert "Iemand anders was je net voor" in seen(answer)
            assert re.search(r'href="/plek/PL-\d+">Doe mee met de buren van', answer.text)
            assert f"/kies?schets={chosen[number]}" in answer.text


def test_a_form_sent_twice_at_once_is_one_request(town, ground):
    key, email = uuid4(), f"{uuid4().hex}@example.net"

    def go(_number: int) -> httpx.Response:
        with httpx.Client(base_url=town.url, headers={"Accept": "text/html"}, timeout=30) as client:
            return Browser(client, town).ask(ground, sleutel=key, email=email)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(go, range(4)))
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert row(town, "select count(*) from geo.message where to_email = :email", email=email).count == 1


def test_who_is_signed_in_is_in_at_once_and_asks_for_an_own_group(town, browser, ground):
    sign_in(browser, "resident@example.org")
    page = browser.get(f"/aanvraag?{ground}")
    assert 'name="email"' not in page.text
    sent = browser.ask(ground, met="buren", groep="Groene Vlieren", email="")
    assert sent.status_code == 303
    assert browser.get(sent.headers["location"]).status_code == 200
    slug, id_ = row(town, "select slug, id from geo.initiative where name = 'Groene Vlieren'")
    next_page = browser.get(f"/aanvraag?schets={drawn(town)}&initiatief={slug}")
    assert re.search(f'value="{id_}" checked', next_page.text)
    more = browser.ask(f"schets={drawn(town)}", met=id_, email="")
    assert more.status_code == 303
    assert row(town, "select count(*) from geo.adoption where initiative_id = :id and state = 'submitted'", id=id_).count == 2


def test_asking_for_a_group_asks_who_you_are_and_whether_you_belong_to_it(town, browser, another, ground):
    sign_in(another, "resident@example.org")
    another.ask(ground, met="buren", groep="Alleen leden", email="")
    stranger = browser.get(f"/aanvraag?schets={drawn(town)}&initiatief=alleen-leden")
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (303, "/inloggen")
    sign_in(browser, "stranger@example.org")
    assert browser.get(f"/aanvraag?schets={drawn(town)}&initiatief=alleen-leden").status_code == 409


def test_the_mail_can_be_sent_again_and_an_address_mended_by_the_same_browser_only(town, browser, another, ground):
    sent = browser.ask(ground, email="noor@wrong.example")
    page = sent.headers["location"]
    assert another.send(f"{page}/opnieuw").status_code == 403
    assert another.send(f"{page}/adres", email="evil@example.net").status_code == 403
    soon = browser.send(f"{page}/opnieuw")
    assert soon.status_code == 429
    assert "We hebben hem net gemaild." in seen(soon)
    wrong = browser.send(f"{page}/adres", email="noor@")
    assert (wrong.status_code, 'value="noor@"' in wrong.text) == (400, True)
    old = link_for(town, "noor@wrong.example")
    assert browser.send(f"{page}/adres", email="noor@right.example").status_code == 303
    assert "n***r@right.example" in seen(browser.get(page))
    assert another.send(old).status_code == 410
    assert browser.send(link_for(town, "noor@right.example")).status_code == 303


def test_who_asked_mails_it_again_from_the_own_page_on_another_device(town, browser, another, ground):
    sent = browser.ask(ground, email="elders@example.net")
    with transaction(town.database.sessions) as session:
        session.execute(text("update geo.request_form set mailed_at = mailed_at - interval '5 minutes'"))
    sign_in(another, "elders@example.net")
    again = f"{sent.headers['location']}/opnieuw"
    assert f'action="{again}"' in another.get("/mijn").text
    first = link_for(town, "elders@example.net")
    answer = another.send(again)
    assert (answer.status_code, "De mail is onderweg" in seen(another.get(answer.headers["location"]))) == (303, True)
    assert link_for(town, "elders@example.net") != first


def test_a_link_that_is_too_late_shows_the_way_on(town, browser, ground):
    sent = browser.ask(ground, email="late@example.net")
    link = link_for(town, "late@example.net")
    made = sent.headers["location"].split("/")[-1]
    change(town, "update geo.adoption set reserved_until = now() - interval '1 minute' where id = :id", id=made)
    change(town, "update geo.mailed_link set expires_at = now() - interval '1 minute' where subject = :id", id=made)
    code = row(town, "select p.code from geo.plot p join geo.adoption a on a.plot_id = p.id where a.id = :id", id=made).code
    for answer in (browser.get(link), browser.send(link)):
        assert answer.status_code == 410
        assert f"{code} is weer vrij" in seen(answer)
        assert f'href="/aanvraag?plek={code}"' in answer.text
    assert f"{code} is weer vrij" in seen(browser.get(sent.headers["location"]))
    assert browser.ask(f"plek={code}", email="late@example.net").status_code == 303
    unknown = browser.get("/bevestig/onzin")
    assert unknown.status_code == 410
    assert "Deze link werkt niet" in seen(unknown)


def test_ground_that_was_granted_before_the_confirmation(town, browser):
    corner = next(CORNERS)
    sent = browser.ask(f"schets={drawn(town, plot(*corner, 20))}", email="lost@example.net")
    with transaction(town.database.sessions) as session:
        add_adoption(session, box(corner[0] + 10, corner[1], 20), period=(datetime.now(UTC).date(), None))
    answer = browser.send(link_for(town, "lost@example.net"))
    assert answer.status_code == 409
    assert "Deze plek is net aan iemand anders toegekend." in seen(answer)
    assert re.search(r"Je tekening is bewaard. Bekijk wat er nog vrij is: (199|200) m²", seen(answer))
    kept = re.search(r'name="schets" value="([^"]+)"', answer.text).group(1)
    rest = browser.send("/aanvraag/voorstel", schets=kept)
    again = browser.ask(rest.headers["location"].split("?")[1], email="")
    assert again.status_code == 303
    assert browser.get(again.headers["location"]).status_code == 200
    assert row(town, "select state from geo.adoption where id = :id", id=sent.headers["location"].split("/")[-1]).state == "withdrawn"


def test_the_rules_of_the_game_in_both_languages(browser):
    dutch, english = seen(browser.get("/spelregels")), seen(browser.get("/spelregels?taal=en"))
    assert "Minstens 4 m²." in dutch
    assert "Hoogstens 5.000 m²." in dutch
    assert "At most 5,000 m²." in english
    assert "voorbeeld, niet vastgesteld door Almere" in dutch
    assert "De plek blijft open voor iedereen" in dutch
    assert "72 uur" in dutch
