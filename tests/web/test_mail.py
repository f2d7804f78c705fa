"""Mail leaves the outbox once, in both languages, also when the mail server refuses first or is away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo_service.notifications.delivery import MINUTES_BEFORE_AGAIN, deliver
from geo_service.notifications.schemas import Mail, Sender
from geo_service.notifications.service import post
from geo_service.settings import Settings
from tests.mailed import link_in, newest_mail, visitor
from tests.smtp_server import let_in, mail_server

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MAIL = Mail(
    subject="Sign in", paragraphs=("We mail you at {email}.",), values={"email": "<b>&"}, action=("Use this address", "/inloggen/x?a=1&b=2")
)


@pytest.fixture
def outbox(database, municipality):
    """Writes a mail; and sends what waits, at a moment."""

    class Outbox:
        def write(self, email="mo@example.org", mail=MAIL, language="nl"):
            with database.sessions() as session:
                post(session, email, mail, Sender(municipality, "https://groen.example", NOW), language)
                session.commit()

        def send(self, port, now=NOW, scheme="smtp", login=""):
            settings = Settings(smtp_url=f"{scheme}://{login}127.0.0.1:{port}", mail_from="groen@almere.example")
            return deliver(database.sessions, settings, municipality, lambda: now)

        def states(self):
            with database.sessions() as session:
                return [
                    tuple(row) for row in session.execute(text("select state, attempts, fault from geo.message order by created_at, id"))
                ]

    return Outbox()


def test_a_mail_has_text_and_html_in_the_language_of_its_reader(outbox, database):
    outbox.write()
    outbox.write("joe@example.org", language="en")
    with mail_server() as (arrived, port):
        assert outbox.send(port) == 2
        assert outbox.send(port) == 0
    dutch = next(mail for mail in arrived.mails if mail["To"] == "mo@example.org")
    english = next(mail for mail in arrived.mails if mail["To"] == "joe@example.org")
    assert (dutch["Subject"], english["Subject"]) == ("Inloggen", "Sign in")
    assert dutch["From"] == "Team Zelfbeheer Almere <groen@almere.example>"
    assert dutch["Auto-Submitted"] == "auto-generated"
    assert dutch["Message-ID"].endswith("@almere.example>")
    assert dutch["Message-ID"] != english["Message-ID"]
    plain = dutch.get_body(("plain",)).get_content()
    html = dutch.get_body(("html",)).get_content()
    assert "We mailen je op <b>&." in plain
    assert "https://groen.example/inloggen/x?a=1&b=2" in plain
    assert '<html lang="nl">' in html
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html
    assert "<img" not in html
    assert [state for state, *_ in outbox.states()] == ["sent", "sent"]


@pytest.mark.parametrize("answer", [("RCPT", "451 greylisted mo@example.org"), ("DATA", "421 busy"), ("DATA", "451 later")])
def test_a_server_that_refuses_first_gets_it_later(outbox, answer, caplog):
    outbox.write()
    with mail_server() as (arrived, port):
        arrived.refusals.append(answer)
        assert outbox.send(port) == 0
        assert outbox.states() == [("waiting", 1, f"SMTP {answer[1][:3]}")]
        assert outbox.send(port, NOW + timedelta(seconds=50)) == 0
        assert outbox.send(port, NOW + timedelta(minutes=2)) == 1
    assert len(arrived.mails) == 1
    assert "mo@example.org" not in caplog.text


def test_a_server_that_is_away_and_comes_back(outbox):
    outbox.write()
    with mail_server() as (_, port):
        pass
    assert outbox.send(port) == 0
    assert outbox.states() == [("waiting", 1, "ConnectionRefusedError")]
    with mail_server(port) as (arrived, _):
        assert outbox.send(port, NOW + timedelta(minutes=2)) == 1
    assert len(arrived.mails) == 1


def test_an_address_that_does_not_exist_is_given_up_and_others_go_on(outbox):
    outbox.write()
    with mail_server() as (arrived, port):
        arrived.refusals.append(("RCPT", "550 no such user"))
        outbox.send(port)
        outbox.write("joe@example.org")
        assert outbox.send(port) == 1
    assert sorted(outbox.states()) == [("failed", 1, "SMTP 550"), ("sent", 1, None)]


def test_in_the_end_it_is_given_up(outbox, caplog):
    outbox.write()
    moment = NOW
    with mail_server() as (_, port):
        pass
    for _ in range(len(MINUTES_BEFORE_AGAIN) + 1):
        outbox.send(port, moment)
        moment += timedelta(days=1)
    assert outbox.states() == [("failed", len(MINUTES_BEFORE_AGAIN) + 1, "ConnectionRefusedError")]
    assert "given up" in caplog.text


def test_two_workers_send_each_mail_once(outbox):
    for number in range(12):
        outbox.write(f"n{number}@example.org")
    with mail_server() as (arrived, port), ThreadPoolExecutor(2) as workers:
        counts = list(workers.map(outbox.send, (port, port)))
    assert sum(counts) == 12
    assert sorted(mail["To"] for mail in arrived.mails) == sorted(f"n{number}@example.org" for number in range(12))


def test_what_somebody_typed_cannot_add_a_header(outbox):
    hostile = "Groen\r\nBcc: spy@evil.example\n\nboe"
    outbox.write(mail=Mail(subject="{name}", paragraphs=("{name}",), values={"name": hostile}))
    outbox.write("mo@example.org\r\nBcc: spy@evil.example")
    with mail_server() as (arrived, port):
        outbox.send(port)
    assert [recipients for _, recipients in arrived.envelopes] == [["mo@example.org"]]
    assert arrived.mails[0]["Bcc"] is None
    assert arrived.mails[0]["Subject"] == "Groen Bcc: spy@evil.example boe"
    assert sorted(state for state, *_ in outbox.states()) == ["failed", "sent"]


def test_a_server_with_a_password(outbox):
    outbox.write()
    with mail_server(authenticator=let_in, auth_required=True, auth_require_tls=False) as (arrived, port):
        assert outbox.send(port, login="zelf:wrong@") == 0
        assert outbox.send(port, NOW + timedelta(minutes=2), login="zelf:be%2Fheer@") == 1
        outbox.write("joe@example.org")
        assert outbox.send(port, scheme="smtp+starttls", login="zelf:be%2Fheer@") == 0  # it offers no TLS
    assert len(arrived.mails) == 1


def test_without_a_mail_server_mail_waits(outbox, database, municipality):
    outbox.write()
    assert deliver(database.sessions, Settings(), municipality) == 0
    assert outbox.states() == [("waiting", 0, None)]


def test_in_the_demo_the_mailbox_shows_it(demo_server, municipality):
    with visitor(demo_server) as browser:
        browser.post("/inloggen", data={"email": "demo-lezer@example.org"})
        listed = browser.get("/postvak").text
        assert "demo-lezer@example.org" in listed
        address = listed.split('href="/postvak/')[1].split('"')[0]
        mail = browser.get(f"/postvak/{address}").text
        assert f'href="{demo_server.url}{link_in(newest_mail(demo_server.database, "demo-lezer@example.org"))}"' in mail
        shown = browser.get(f"/postvak/{address}/html")
        assert "sandbox" in shown.headers["content-security-policy"]
        assert "script-src" not in shown.headers["content-security-policy"]
        people = browser.get("/inloggen").text
        assert people.count('name="wie"') == 7
        assert browser.post("/inloggen/demo", data={"wie": "bewoner1@demo.example"}).status_code == 404
        assert browser.post("/inloggen/demo", data={"wie": "wijkregisseur@demo.example", "verder": "/mijn/gegevens"}).status_code == 303
        assert "Willeke Tuinman" in browser.get("/mijn/gegevens").text
