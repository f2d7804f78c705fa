"""What is stored of somebody, on the page and as a file; changing it, being forgotten, and what is forgotten by itself."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Uuid, text

from geo_service.adoptions import farewell
from geo_service.db.tables import all_tables
from geo_service.errors import Conflict
from geo_service.people import personal, sessions
from geo_service.people.models import Person
from geo_service.people.service import add_person, issue_token
from tests.mailed import link_in, newest_mail, sign_in, visitor
from tests.residents import add_actor, ask, build_town, keep, plot, step

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def here(module_server):
    return module_server


@pytest.fixture
def browser(here):
    with visitor(here) as client:
        yield client


def scalar(here, sql, **values):
    with here.database.sessions() as session:
        return session.execute(text(sql), values).scalar()


def test_no_table_that_points_at_a_person_is_left_out():
    pointing = {
        f"{table.name}.{column.name}"
        for table in all_tables().sorted_tables
        for column in table.columns
        if any(key.column.table is Person.__table__ for key in column.foreign_keys)
    }
    told = {f"{column.table.name}.{column.name}" for column in personal.references()}
    assert told - pointing == {"event.actor_id", "idempotency_key.person_id"}
    assert pointing <= told
    unkeyed = {
        f"{table.name}.{column.name}"
        for table in all_tables().sorted_tables
        for column in table.columns
        if isinstance(column.type, Uuid) and (column.name in ("person_id", "actor_id", "contact_id") or column.name.endswith("_by"))
    }
    assert unkeyed <= told, "a column that holds a person must have a foreign key, or be named in personal.WITHOUT_KEY"


def test_the_file_holds_all_of_me_and_nothing_of_others(here, browser):
    sign_in(browser, here.database, "dossier@example.org")
    browser.post("/mijn/gegevens", data={"naam": "Dos  Sier", "voorkeur": "en"})
    with here.database.sessions() as session:
        issue_token(session, "dossier@example.org", NOW)
        sign = add_person(session, "iemand-anders@example.org", "Ander")
        sessions.begin(session, sign, NOW)
        session.commit()
    answer = browser.get("/mijn/gegevens.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="mijn-gegevens.json"'
    assert answer.headers["cache-control"] == "no-store, private"
    told = json.loads(answer.text)["tables"]
    assert told["person"][0]["name"] == "Dos Sier"
    assert told["person"][0]["language"] == "en"
    assert {"browser_session", "token", "mailed_link", "message"} <= told.keys()
    assert "digest" not in answer.text
    assert "iemand-anders" not in answer.text
    page = browser.get("/mijn/gegevens?taal=nl").text
    assert "Apparaten waarop je bent ingelogd" in page
    with here.database.sessions() as session:
        person_id = UUID(told["person"][0]["id"])
        assert personal.counted(session, person_id) == {name: len(rows) for name, rows in told.items() if name != "person"}


def test_another_address_is_used_after_its_own_mail_was_opened(here, browser):
    sign_in(browser, here.database, "oud@example.org")
    with visitor(here) as elsewhere:
        sign_in(elsewhere, here.database, "oud@example.org")
        assert browser.post("/mijn/gegevens/adres", data={"email": "nieuw"}).status_code == 400
        assert browser.post("/mijn/gegevens/adres", data={"email": "nieuw@example.org"}).status_code == 303
        assert "oud@example.org" in browser.get("/mijn/gegevens").text
        link = link_in(newest_mail(here.database, "nieuw@example.org"))
        assert "nieuw@example.org" in browser.get(link).text
        assert browser.post(link).status_code == 303
        assert "nieuw@example.org" in browser.get("/mijn/gegevens").text
        assert elsewhere.get("/mijn/gegevens").status_code == 303
    assert browser.post(link).status_code == 410
    notice = newest_mail(here.database, "oud@example.org")
    assert "gewijzigd" in notice["subject"]
    assert "nieuw@example.org" not in notice["plain"]


def test_an_address_of_somebody_else_is_not_taken(here, browser):
    with here.database.sessions() as session:
        add_person(session, "bezet@example.org")
        session.commit()
    sign_in(browser, here.database, "kaper@example.org")
    browser.post("/mijn/gegevens/adres", data={"email": "Bezet@example.org"})
    link = link_in(newest_mail(here.database, "Bezet@example.org"))
    assert browser.post(link).status_code == 409
    assert "kaper@example.org" in browser.get("/mijn/gegevens").text


def test_sign_out_elsewhere_keeps_this_device(here, browser):
    sign_in(browser, here.database, "toestel@example.org")
    with visitor(here) as phone:
        sign_in(phone, here.database, "toestel@example.org")
        browser.post("/mijn/gegevens/uitloggen")
        assert (browser.get("/mijn/gegevens").status_code, phone.get("/mijn/gegevens").status_code) == (200, 303)


def test_being_forgotten_leaves_nobody_behind(here, browser):
    sign_in(browser, here.database, "weg@example.org")
    browser.post("/mijn/gegevens", data={"naam": "Wegmans", "voorkeur": "nl"})
    mine = scalar(here, "select id from geo.person where email = 'weg@example.org'")
    assert browser.post("/mijn/gegevens/verwijderen").status_code == 400
    done = browser.post("/mijn/gegevens/verwijderen", data={"zeker": "1"})
    assert done.status_code == 200
    assert "Je gegevens zijn verwijderd" in done.text
    assert browser.get("/mijn/gegevens").status_code == 303
    with here.database.sessions() as session:
        person = session.get_one(Person, mine)
        assert (person.email, person.name, person.oidc_subject) == (f"{mine}@forgotten.invalid", None, None)
        assert person.forgotten_at is not None
        assert set(personal.stored(session, mine)) <= {"person", "event"}
        everywhere = " ".join(
            str(session.execute(text(f"select json_agg(t) from (select * from geo.{table.name}) t")).scalar())
            for table in all_tables().sorted_tables
            if table.name in ("person", "message", "mailed_link", "event", "initiative_member")
        )
    assert "weg@example.org" not in everywhere
    assert "Wegmans" not in everywhere


def test_a_contact_with_ground_hands_over_first_and_staff_are_not_forgotten_by_accident(session, municipality):
    town = build_town(session)
    adoption = keep(session, town, plot(10, 10, 20), municipality)
    assert [name for _, name in farewell.in_the_way(session, town.resident.person_id)] == ["Groene buren"]
    for who in (town.resident, town.wijkregisseur):
        with pytest.raises(Conflict):
            farewell.forget(session, who.person_id, NOW)
    step(session, town.resident, adoption, "ended", municipality)
    farewell.forget(session, town.resident.person_id, NOW)
    session.execute(text("set constraints all immediate"))  # as at the commit
    kept = session.execute(text("select count(*) from geo.adoption where id = :id"), {"id": adoption.id}).scalar_one()
    assert kept == 1
    farewell.forget(session, town.wijkregisseur.person_id, NOW, staff_too=True)
    assert personal.stored(session, town.wijkregisseur.person_id)["person"][0]["name"] is None


def test_the_page_tells_the_way_on_to_a_contact(here, browser, municipality):
    with here.database.sessions() as session:
        town = build_town(session)
        ask(session, town.resident, plot(10, 10, 20), municipality, NOW)
        session.commit()
    sign_in(browser, here.database, "resident@example.org")
    page = browser.get("/mijn/gegevens/verwijderen").text
    assert 'href="/initiatief/groene-buren"' in page
    assert 'name="zeker"' not in page
    assert browser.post("/mijn/gegevens/verwijderen", data={"zeker": "1"}).status_code == 409
    assert scalar(here, "select count(*) from geo.person where email = 'resident@example.org'") == 1


def test_the_desk_forgets_and_retention_forgets_by_itself(run_cli, database, municipality):
    old = NOW - timedelta(days=800)
    with database.sessions() as session:
        build_town(session)
        session.execute(text("delete from geo.role_grant where role = 'resident'"))
        gone = ("resident", "neighbour", "stranger")  # never confirmed, and part of nothing
        session.execute(text("update geo.person set created_at = :old"), {"old": old})
        idle, kept = (add_person(session, f"{name}@example.org") for name in ("idle", "kept"))
        idle.confirmed_at = kept.confirmed_at = old
        add_actor(session, "kept", "resident")
        sessions.begin(session, kept, old)
        session.commit()
    dry = run_cli("people", "retention", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "unconfirmed, after 30 days: 3" in dry.stdout
    assert "idle, after 730 days: 1" in dry.stdout
    assert "sessions, after 1 days: 1" in dry.stdout
    assert "Nothing was forgotten" in dry.stdout
    assert run_cli("people", "retention").returncode == 0
    refused = run_cli("people", "forget", "planner@example.org")
    assert refused.returncode == 1
    assert run_cli("people", "forget", "planner@example.org", "--staff").returncode == 0
    with database.sessions() as session:
        left = " ".join(session.scalars(text("select email from geo.person")))
    assert not any(f"{name}@example.org" in left for name in (*gone, "idle", "planner"))
    assert "admin@example.org" in left
    assert "kept@example.org" in left


def test_the_privacy_page_tells_the_terms_in_both_languages(browser, municipality):
    dutch, english = browser.get("/privacy").text, browser.get("/privacy?taal=en").text
    assert dutch.count("Voorbeeld: de gemeente moet dit nog bepalen") == len(type(municipality.retention).model_fields)
    assert "data protection officer" in english
    assert municipality.contact_email in dutch
