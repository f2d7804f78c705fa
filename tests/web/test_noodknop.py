"""The noodknop: at once for staff, at no cost for the resident, and never public."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo_service.days import day_of
from geo_service.db.engine import transaction
from geo_service.maintenance.incidents import tell
from geo_service.maintenance.schemas import Told
from geo_service.notifications.schemas import Sender
from geo_service.words import say_date
from tests.residents import keep, plot
from tests.web.public import public_documents

MAIL = "select to_email, subject from geo.message where subject like :about order by to_email"


@pytest.fixture(scope="module")
def staff(place):
    with place.browser("toezichthouder") as browser:
        yield browser


@pytest.fixture
def own(place, municipality, request):
    """Another plot of the same resident, each test its own: its address and the adoption."""
    x = 130 + 60 * [item.nodeid for item in request.session.items].index(request.node.nodeid) % 800
    with transaction(place.database.sessions) as session:
        kept = keep(session, place.town, plot(x, 200, 20, 40), municipality, datetime.now(UTC))
    return kept, f"/mijn/plek/{kept.plot_code}/noodknop"


def adopted(place):
    with place.database.sessions() as session:
        tomorrow = text("select sum(adopted_m2) from geo.coverage('gemeente', current_date + 2)")
        return session.execute(tomorrow).scalar_one()


def test_nothing_public_tells_of_help_or_taking_over(place, mine, own):
    kept, address = own
    codes = (place.kept.plot_code, kept.plot_code)
    before = public_documents(place, codes)
    assert sum(status == 200 for status, _, _ in before.values()) > 30
    for kind in ("hulp", "overnemen"):
        assert mine.post(address, data={"kies": kind, "woorden": "Ziek"}).status_code == 303
    mine.post(address.replace("noodknop", "gemaaid"), data={"dag": datetime.now(UTC).date().isoformat()})
    after = public_documents(place, codes)
    assert {name: told for name, told in after.items() if told != before[name]} == {}


def test_help_is_in_the_queue_at_once_and_both_get_a_mail(place, mine, staff, own):
    kept, address = own
    page = mine.get(f"{address}?kies=hulp").text
    assert "Het kost je niets" in page
    for _ in range(2):  # pressed twice
        answer = mine.post(address, data={"kies": "hulp", "woorden": "Ik ben ziek"})
        assert answer.headers["location"] == f"/mijn/plek/{kept.plot_code}?klaar=hulp"
    queue = staff.get("/beheer/meldingen").text
    assert len(re.findall(rf"Vroeg om hulp:[^<]*<a[^>]*>Hoekje \({kept.plot_code}\)", queue)) == 1
    assert "Nog geen antwoord" in queue
    with place.database.sessions() as session:
        to = [row.to_email for row in session.execute(text(MAIL), {"about": f"%{kept.plot_code}%"})]
    assert to == ["resident@example.org", "wijkregisseur@example.org"]
    own_page = mine.get(f"/mijn/plek/{kept.plot_code}").text
    assert "Wacht op antwoord" in own_page
    for word in ("boete", "straf", "verplicht", "in gebreke"):
        assert word not in page + own_page


def test_taking_over_a_side_pauses_it_and_going_on_ends_that(place, mine, staff, own):
    kept, address = own
    before = adopted(place)
    sent = {"kies": "overnemen", "hoeveel": "deel", "stuk": ["noord", "oost"]}
    assert mine.post(address, data=sent).status_code == 303
    page = mine.get(f"/mijn/plek/{kept.plot_code}").text
    assert "Nu zorgt de gemeente ervoor." in page
    assert "Het gaat om 600 m²." in page
    assert adopted(place) == before
    incident = re.search(rf'id="m-([0-9a-f-]{{36}})"(?:(?!</article>).)*{kept.plot_code}', staff.get("/beheer/meldingen").text, re.DOTALL)[
        1
    ]
    ends = day_of(datetime.now(UTC)) + timedelta(days=190)
    assert staff.post(f"/beheer/meldingen/{incident}", data={"antwoord": "We komen.", "tot": ends.isoformat()}).status_code == 303
    page = mine.get(f"/mijn/plek/{kept.plot_code}").text
    assert say_date(ends, "nl") in page
    pause = re.search(rf"/mijn/plek/{kept.plot_code}/pauze/[0-9a-f-]+", page)[0]
    assert mine.post(pause, data={"tot": ""}).headers["location"].endswith("?klaar=verder")
    assert "Nu zorgt de gemeente ervoor." not in mine.get(f"/mijn/plek/{kept.plot_code}").text


def test_a_green_object_goes_back_and_then_the_rest(place, mine):
    code, before = place.kept.plot_code, adopted(place)
    address = f"/mijn/plek/{code}/noodknop"
    assert "400 m²" in mine.get(address).text  # each of the two beds under it
    sent = {"kies": "teruggeven", "hoeveel": "deel", "stuk": "groen:G0"}
    assert mine.post(address, data=sent).headers["location"] == f"/mijn/plek/{code}?klaar=teruggegeven"
    assert adopted(place) == before - 400
    assert "Gaf grond terug" in mine.get(f"/mijn/plek/{code}").text
    assert mine.post(address, data={"kies": "teruggeven", "woorden": "We verhuizen"}).status_code == 303
    assert adopted(place) == before - 800
    assert "Dit is afgelopen" in mine.get(f"/mijn/plek/{code}").text or "Je zorgde voor deze plek" in mine.get(f"/mijn/plek/{code}").text
    assert mine.get(address).status_code == 409


def test_a_part_is_drawn_on_the_map(mine, own):
    _, address = own
    page = mine.post(address, data={"kies": "teruggeven", "hoeveel": "deel", "kaart": "ja", "woorden": "Te groot"})
    assert page.status_code == 200
    assert "data-atlas" in page.text
    assert "Te groot" in page.text
    for drawn in (
        "{",
        '{"type": "Point", "coordinates": [5.2, 52.3]}',
        '{"type":"Polygon","coordinates":[[[5,52],[5.001,52],[5,52.001],[5,52]]]}',
    ):
        wrong = mine.post(address, data={"kies": "teruggeven", "hoeveel": "deel", "vorm": drawn})
        assert wrong.status_code in (400, 409), drawn
        assert "data-focus" in wrong.text


@pytest.mark.parametrize(
    "sent", [{}, {"kies": "iets"}, {"kies": "overnemen", "hoeveel": "deel"}, {"kies": "overnemen", "tot": "2020-01-01"}]
)
def test_what_is_missing_is_told_on_the_form(place, mine, own, sent):
    kept, address = own
    answer = mine.post(address, data=sent)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    with place.database.sessions() as session:
        assert session.execute(text("select count(*) from geo.incident where adoption_id = :id"), {"id": kept.id}).scalar_one() == 0


def test_what_staff_see_is_of_their_own_district(place, municipality, own):
    kept, _ = own
    with transaction(place.database.sessions) as session:
        sender = Sender(municipality, place.url, datetime.now(UTC))
        tell(session, place.town.resident, kept.id, Told("help", "Hier"), sender, "nl")
        tell(session, place.town.resident, kept.id, Told("take_over", "Even niet"), sender, "nl")
    with place.browser("planner") as planner, place.browser("elsewhere") as elsewhere, place.browser("toezichthouder") as overseer:
        for staff in (planner, overseer):
            assert kept.plot_code in staff.get("/beheer/meldingen").text
            assert 'name="tot"' in staff.get("/beheer/meldingen").text  # both may end a pause
        assert kept.plot_code not in elsewhere.get("/beheer/meldingen").text
