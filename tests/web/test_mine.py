"""``/mijn``: what a resident looks after, told to them alone."""

import io
import re
from datetime import timedelta

import icalendar
import pytest
import segno
from PIL import Image
from sqlalchemy import text

from geo_service.db.engine import transaction
from geo_service.papers.sign import qr_code, sign
from tests.residents import ask, plot


@pytest.fixture(scope="module")
def staff(place):
    with place.browser("wijkregisseur") as browser:
        yield browser


@pytest.fixture
def today(place):
    with place.database.sessions() as session:
        return session.execute(text("select (now() at time zone 'Europe/Amsterdam')::date")).scalar_one()


def plan(mine, place, what, day, **more):
    answer = mine.post(f"/mijn/plek/{place.kept.plot_code}/klus", data={"klus": what, "dag": day.isoformat(), **more})
    assert answer.status_code == 303, answer.text
    return re.findall(r'/mijn/klus/([0-9a-f-]{36})"[^>]*>(?:Andere dag|' + re.escape(what) + ")", mine.get(answer.headers["location"]).text)


def test_who_is_not_signed_in_comes_back_after_it(place):
    code = place.kept.plot_code
    with place.browser() as stranger:
        answer = stranger.get(f"/mijn/plek/{code}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/inloggen?verder=/mijn/plek/{code}")


@pytest.mark.parametrize("who", ["neighbour", "wijkregisseur", "admin"])
@pytest.mark.parametrize("page", ["", "/noodknop", "/klus", "/gemaaid", "/vraag", "/bordje.pdf"])
def test_pages_of_a_plot_are_not_there_for_others(place, who, page):
    with place.browser(who) as other:
        assert other.get(f"/mijn/plek/{place.kept.plot_code}{page}").status_code == 404


@pytest.mark.parametrize("page", ["noodknop", "klus", "werk", "gemaaid", "vraag", "stap"])
def test_others_change_nothing(place, page):
    with place.browser("neighbour") as other:
        sent = {"kies": "teruggeven", "klus": "x", "naar": "ended", "reden": "x", "woorden": "x"}
        assert other.post(f"/mijn/plek/{place.kept.plot_code}/{page}", data=sent).status_code == 404


def test_a_form_of_another_site_does_nothing(place, mine):
    answer = mine.post(f"/mijn/plek/{place.kept.plot_code}/vraag", data={"woorden": "x"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403


def test_nobody_with_no_plot_is_lost(place):
    with place.browser("stranger") as empty:
        page = empty.get("/mijn").text
    assert "Je hebt nog geen plek" in page
    assert 'href="/"' in page


def test_a_task_goes_from_plan_to_done(place, mine, today):
    [task] = plan(mine, place, "Wieden met koffie", today + timedelta(days=3), van="10:00", tot="12:00", herhaal="2")
    page = mine.get("/mijn").text
    assert "Je volgende klus" in page
    assert "10.00 tot 12.00 uur" in page
    event = icalendar.Calendar.from_ical(mine.get(f"/mijn/klus/{task}/klus.ics").content).walk("VEVENT")[0]
    assert str(event["summary"]) == "Wieden met koffie · Hoekje"
    changed = {"klus": "Wieden", "dag": (today + timedelta(days=5)).isoformat()}
    assert mine.post(f"/mijn/klus/{task}", data=changed).headers["location"] == "/mijn?klaar=gepland"
    seen = {"dag": changed["dag"]}
    assert [mine.post(f"/mijn/klus/{task}/gedaan", data=seen).headers["location"] for _ in range(2)] == [
        "/mijn?klaar=klus",
        "/mijn?klaar=was-gedaan",
    ]
    assert "Klus gedaan: Wieden" in mine.get("/mijn").text
    assert mine.get(f"/mijn/klus/{task}").status_code == 404


def test_what_is_wrong_with_a_task_stands_beside_the_field(place, mine):
    answer = mine.post(f"/mijn/plek/{place.kept.plot_code}/klus", data={"klus": "", "dag": "gisteren", "van": "12:00", "tot": "11:00"})
    assert answer.status_code == 400
    assert 'id="klus-uitleg"' in answer.text
    assert 'id="dag-uitleg"' in answer.text
    assert 'value="11:00"' in answer.text


def test_work_is_kept_with_a_photo_that_only_members_and_staff_see(place, mine, staff, today):
    picture = io.BytesIO()
    Image.new("RGB", (600, 400), "green").save(picture, "JPEG")
    sent = {"maatregelen": ["weeding", "leaves"], "uren": "1,5", "dag": today.isoformat(), "mensen": "2"}
    answer = mine.post(f"/mijn/plek/{place.kept.plot_code}/werk", data=sent, files={"foto": ("x.jpg", picture.getvalue(), "image/jpeg")})
    assert answer.status_code == 303, answer.text
    page = mine.get(answer.headers["location"]).text
    assert "1,5 uur werk" in page
    assert "wieden, blad ruimen" in page
    address = re.search(r"/foto/[0-9a-f-]{36}/klein", page)[0]
    with place.browser() as stranger:
        assert [browser.get(address).status_code for browser in (mine, staff, stranger)] == [200, 200, 404]


def test_work_without_words_is_told_what_is_missing(place, mine):
    answer = mine.post(f"/mijn/plek/{place.kept.plot_code}/werk", data={"uren": "veel", "toelichting": ""})
    assert answer.status_code == 400
    assert "Kies wat je deed" in answer.text
    assert 'id="uren-uitleg"' in answer.text


def test_a_question_is_answered_by_the_wijkregisseur(place, mine, staff):
    mine.post(f"/mijn/plek/{place.kept.plot_code}/vraag", data={"woorden": "Mag er een bankje?"})
    queue = staff.get("/beheer/meldingen").text
    assert "Mag er een bankje?" in queue
    assert "resident@example.org" in queue
    incident = re.search(r'id="m-([0-9a-f-]{36})"', queue)[1]
    assert staff.post(f"/beheer/meldingen/{incident}", data={"antwoord": ""}).status_code == 400
    assert staff.post(f"/beheer/meldingen/{incident}", data={"antwoord": "Ja, van hout.", "opgelost": "ja"}).status_code == 303
    assert "Ja, van hout." in mine.get(f"/mijn/plek/{place.kept.plot_code}").text
    assert "Mag er een bankje?" not in staff.get("/beheer/meldingen").text
    with place.browser("elsewhere") as elsewhere:
        assert "Mag er een bankje?" not in elsewhere.get("/beheer/meldingen?alles=1").text
    assert mine.get("/beheer/meldingen").status_code == 403


def test_a_mown_plot_is_told_with_a_day(place, mine, staff, today):
    address = f"/mijn/plek/{place.kept.plot_code}/gemaaid"
    assert mine.post(address, data={"dag": (today + timedelta(days=1)).isoformat()}).status_code == 400
    assert mine.post(address, data={"dag": today.isoformat(), "woorden": "Zes vierkante meter"}).status_code == 303
    assert "Zes vierkante meter" in staff.get("/beheer/meldingen").text


def test_a_calendar_is_read_without_signing_in_until_it_is_renewed(place, mine, today):
    plan(mine, place, "Bollen planten", today + timedelta(days=9))
    first, second = (re.search(r'value="(http[^"]+\.ics)"', mine.post("/mijn/agenda").text)[1] for _ in range(2))
    with place.browser() as phone:
        assert phone.get(first).status_code == 410
        answer = phone.get(second)
        assert phone.get(second[:-10] + "aaaaaa.ics").status_code == 410
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "Bollen planten · Hoekje" in [str(event["summary"]) for event in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")]
    assert b"resident" not in answer.content


def test_a_request_is_told_with_who_has_the_ball_and_can_be_withdrawn(place, mine, municipality):
    with transaction(place.database.sessions) as session:
        asked = ask(session, place.town.resident, plot(500, 10, 20), municipality, name="Tuin")
    page = mine.get(f"/mijn/plek/{asked.plot_code}").text
    assert "De gemeente is aan zet" in page
    assert page.count('aria-current="step"') == 1
    address = f"/mijn/plek/{asked.plot_code}"
    assert mine.post(f"{address}/stap", data={"naar": "withdrawn"}).headers["location"] == f"{address}?klaar=stap"
    assert "Je trok deze aanvraag in" in mine.get(address).text
    assert mine.post(f"{address}/stap", data={"naar": "active"}).status_code in (403, 404)
    assert mine.get(f"{address}/noodknop").status_code == 409
    assert mine.get(f"{address}/bordje.pdf").status_code == 409


def test_stopping_asks_why(place, mine):
    answer = mine.post(f"/mijn/plek/{place.kept.plot_code}/stap", data={"naar": "notice_given", "reden": ""})
    assert answer.status_code == 400
    assert 'id="reden-notice_given-uitleg"' in answer.text


def test_the_sign_is_a_pdf_with_a_code_that_opens_the_plot(place, mine, municipality):
    answer = mine.get(f"/mijn/plek/{place.kept.plot_code}/bordje.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    address = f"{place.url}/plek/{place.kept.plot_code}"
    assert answer.content == sign(place.kept.plot_code, "Hoekje", address, municipality, "nl")
    assert answer.content != sign(place.kept.plot_code, "Hoekje", address + "1", municipality, "nl")
    assert drawn(qr_code(address)) == [list(row) for row in segno.make(address, error="m", micro=False).matrix]


def drawn(svg):
    """The modules of a QR code as its picture shows them: runs of black on each row, within a border of four."""
    size = int(re.search(r'width="(\d+)"', svg)[1]) // 10
    dark = [[0] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            for step in range(int(values[0])):
                dark[int(y)][int(x) + step] = 1
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return [row[4:-4] for row in dark[4:-4]]


def test_both_languages(place, mine):
    for page in ("/mijn", f"/mijn/plek/{place.kept.plot_code}", f"/mijn/plek/{place.kept.plot_code}/noodknop"):
        english, dutch = mine.get(f"{page}?taal=en").text, mine.get(f"{page}?taal=nl").text
        assert '<html lang="en">' in english
        assert "Help button" in english
        assert "Noodknop" in dutch or "noodknop" in dutch
