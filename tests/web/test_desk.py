"""The plain staff page: the queue of their districts, a request with its decision, and the steps that each may take."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo_service.adoptions.agreements import queries
from geo_service.adoptions.service import seen_in_full
from geo_service.db.engine import transaction
from tests.builders import box, insert
from tests.residents import DAY, ask, build_town, plot
from tests.web.signed_in import browser, cookie_of, hidden, words

STAFF = ("wijkregisseur", "toezichthouder", "planner", "admin", "elsewhere")


@pytest.fixture(scope="module")
def site(module_server, municipality):
    """The server, the town, the cookies, and requests in the western stadsdeel: two for the same ground, one that needs consent."""
    now = datetime.now(UTC)
    rounds = municipality.model_copy(update={"intake": municipality.intake.model_copy(update={"mode": "rounds"})})
    with transaction(module_server.database.sessions) as session:
        town = build_town(session)
        zone = {"kind": "sight line", "effect": "needs_consent", "disclosure": "public", "name": "Zichtlijn", "valid": (None, None)}
        insert(session, "zone", register_id="z", geom=box(310, 10, 20), **zone)
        made = {
            "first": ask(session, town.resident, plot(10, 10, 20), rounds, now - 3 * DAY, name="Oudste", initiative_name="Groene buren"),
            "rival": ask(session, town.neighbour, plot(20, 10, 20), rounds, now - 2 * DAY, name="Tweede", initiative_name="Andere buren"),
            "consent": ask(session, town.resident, plot(310, 10, 20), rounds, now - DAY, name="Zicht"),
            "east": ask(session, town.resident, plot(1310, 10, 20), rounds, now, name="Oost"),
        }
        said = {"answer": "objection", "channel": "code", "remark": "Te veel bloemen", "day": now.date()}
        insert(session, "support_answer", adoption_id=made["first"].id, **said)
        cookies = {who: cookie_of(session, f"{who}@example.org") for who in town.people}
    return module_server, town, cookies, made, rounds


@pytest.fixture
def as_(site):
    return lambda who: browser(site[0].url, site[2][who])


@pytest.fixture
def fresh(site):
    """Make a request on ground of its own."""
    server, town, _cookies, _made, rounds = site

    def make(x: float):
        with transaction(server.database.sessions) as session:
            return ask(session, town.resident, plot(x, 200, 20), rounds, datetime.now(UTC), name=f"Plek {x}")

    return make


def state_of(site, adoption):
    with site[0].database.sessions() as session:
        return seen_in_full(session, site[1].admin, adoption.id, datetime.now(UTC).date()).state


def mails_about(site, name):
    with site[0].database.sessions() as session:
        rows = session.execute(
            text("select subject, plain from geo.message where subject like :name order by created_at"), {"name": f"%{name}%"}
        )
        return [tuple(row) for row in rows]


def address(adoption):
    return f"/beheer/aanvragen/{adoption.id}"


def step(client, adoption, target, reason="", seen=None):
    seen = seen or hidden(client.get(address(adoption)), "van")
    return client.post(address(adoption), data={"van": seen, "naar": target, "reden": reason})


def test_only_staff_see_the_queue_and_only_of_their_districts(as_):
    for who in ("resident", "stranger"):
        assert as_(who).get("/beheer").status_code == 403
    west, east, everywhere = (words(as_(who).get("/beheer")) for who in ("wijkregisseur", "elsewhere", "admin"))
    assert ("Oudste" in west, "Oost" in west) == (True, False)
    assert ("Oudste" in east, "Oost" in east) == (False, True)
    assert "Oudste" in everywhere
    assert "Oost" in everywhere


def test_the_queue_is_oldest_first_and_flags_what_needs_a_look(as_):
    page = as_("wijkregisseur").get("/beheer").text
    rows = re.findall(r"<tr>.*?</tr>", page.split("<tbody>")[1], re.DOTALL)
    names = [re.search(r'href="/beheer/aanvragen/[^"]+">([^<]+)<', row).group(1) for row in rows]
    assert names[:3] == ["Oudste", "Tweede", "Zicht"]
    assert ["Meer aanvragen voor deze grond" in row for row in rows[:3]] == [True, True, False]
    assert ["Toestemming nodig" in row for row in rows[:3]] == [False, False, True]
    assert "3 dagen" in rows[0]
    assert "buurt BU1" in rows[0]
    filtered = words(as_("wijkregisseur").get("/beheer?status=site_visit"))
    assert "Oudste" not in filtered


def test_a_request_shows_the_decision_and_its_rivals(site, as_):
    first = site[3]["first"]
    read = words(as_("wijkregisseur").get(address(first)))
    for said in (
        "2 aanvragen delen 200 m²",
        "Andere buren",
        "Name of resident",
        "Zonder de overlap 200 m² 200 m²",
        "Een bezwaar: Te veel bloemen",
        "Ken toe: maak concept-Zelfbeheerbrief",
    ):
        assert said in read, said
    read = words(as_("wijkregisseur").get(address(site[3]["consent"])))
    assert "Toestemming nodig: Zichtlijn" in read
    picture = as_("wijkregisseur").get(f"{address(site[3]['consent'])}/kaart.svg").text
    assert 'fill="url(#mark0)"' in picture
    for who in ("resident", "stranger"):
        assert as_(who).get(address(first)).status_code == 403
    for path in ("", "/kaart.svg", "/afspraken"):
        assert as_("elsewhere").get(address(first) + path).status_code == 404
    assert as_("elsewhere").post(address(first), data={"naar": "refused"}).status_code == 404


@pytest.mark.parametrize(("who", "buttons"), [("wijkregisseur", 3), ("admin", 3), ("toezichthouder", 0), ("planner", 0)])
def test_each_sees_exactly_the_steps_that_they_may_take(site, as_, who, buttons):
    page = as_(who).get(address(site[3]["first"]))
    assert len(re.findall(r'name="naar"', page.text)) == buttons
    if not buttons:
        assert "Je kunt nu geen stap zetten" in words(page)
        refused = as_(who).post(address(site[3]["first"]), data={"van": "submitted", "naar": "agreement_draft"})
        assert refused.status_code == 403


def test_from_request_to_waiting_for_signatures_with_a_mail_at_each_step(site, as_, fresh):
    adoption, client = fresh(500), as_("wijkregisseur")
    for target in ("in_review", "site_visit", "agreement_draft", "awaiting_signatures"):
        assert step(client, adoption, target).status_code == 303, target
        assert state_of(site, adoption) == target
    assert [subject for subject, _ in mails_about(site, "Plek 500")] == [
        "We bekijken je aanvraag voor Plek 500",
        "We komen kijken bij Plek 500",
        "Plek 500 is van jou om voor te zorgen",
        "Lees en onderteken de afspraken voor Plek 500",
    ]
    read = words(client.get(address(adoption)))
    assert "Lees en onderteken voor de gemeente" in read
    assert 'value="active"' not in client.get(address(adoption)).text


def test_a_refusal_needs_a_reason_and_the_reason_is_mailed(site, as_, fresh):
    adoption, client = fresh(530), as_("wijkregisseur")
    bare = step(client, adoption, "refused")
    assert bare.status_code == 400
    assert "Vertel waarom. De reden blijft bij de wijziging bewaard." in words(bare)
    assert state_of(site, adoption) == "submitted"
    assert step(client, adoption, "refused", "Hier komt een fietspad.").status_code == 303
    [(subject, plain)] = mails_about(site, "Plek 530")
    assert subject == "Plek 530 kun je niet adopteren"
    assert "Hier komt een fietspad." in plain
    assert "kies" in plain.lower()


def test_of_two_staff_the_second_is_told_who_was_first_and_loses_nothing(site, as_, fresh):
    adoption = fresh(560)
    assert step(as_("admin"), adoption, "in_review").status_code == 303
    second = step(as_("wijkregisseur"), adoption, "refused", "Te smal om te maaien.", seen="submitted")
    assert second.status_code == 409
    read = words(second)
    assert "Al gedaan door Name of admin: de status is nu in behandeling" in read
    assert "Te smal om te maaien." in second.text
    assert state_of(site, adoption) == "in_review"


def test_staff_write_the_agreement_and_faults_are_told(site, as_, fresh):
    adoption, client = fresh(590), as_("wijkregisseur")
    assert client.get(f"{address(adoption)}/afspraken").status_code == 403
    step(client, adoption, "agreement_draft")
    page = client.get(f"{address(adoption)}/afspraken")
    assert 'value="Onkruid weghalen"' in page.text
    form = {"werk": ["Maaien", ""], "vaak": ["twee keer per jaar", ""], "wie": ["together", "residents"], "middel": ["budget"],
            "wat": ["Planten"], "euro": ["150"], "niveau": "A", "jaren": "5", "weken": "2"}  # fmt: skip
    wrong = client.post(f"{address(adoption)}/afspraken", data={**form, "jaren": "many", "euro": ["x"], "vaak": ["", ""]})
    assert wrong.status_code == 400
    assert "Schrijf een getal van 1 tot en met 25." in words(wrong)
    assert 'value="Maaien"' in wrong.text
    assert client.post(f"{address(adoption)}/afspraken", data=form).status_code == 303
    with site[0].database.sessions() as session:
        content = queries.newest(session, adoption.id).content
    assert [(task.work.nl, task.who) for task in content.tasks] == [
        ("Maaien", "together"),
        ("Bomen verzorgen en controleren", "municipality"),
    ]
    assert (content.means[0].euro_per_year, content.quality_level, content.term_years, content.notice_weeks) == (150, "A", 5, 2)
    assert content.renew_on - content.starts_on > timedelta(days=5 * 365)


def test_a_form_from_another_site_changes_nothing(site, as_, fresh):
    adoption, client = fresh(620), as_("wijkregisseur")
    client.headers["Origin"] = "https://elsewhere.example"
    assert step(client, adoption, "refused", "reason", seen="submitted").status_code == 403
    assert state_of(site, adoption) == "submitted"
