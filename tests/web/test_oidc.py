"""Sign in with the municipality's own login, against a provider that checks us, and that lies."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import text

from tests.conftest import serving
from tests.mailed import sign_in, visitor
from tests.oidc_provider import CLIENT, SECRET, provider


@pytest.fixture(scope="module")
def login():
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def server(module_database, login):
    settings = {"GEO_OIDC_ISSUER": login.address, "GEO_OIDC_CLIENT_ID": CLIENT, "GEO_OIDC_CLIENT_SECRET": SECRET}
    with serving(module_database, **settings) as running:
        yield running


@pytest.fixture
def browser(server, login):
    login.reset()
    with visitor(server) as client:
        yield client


def go(browser: httpx.Client, verder: str = "/mijn/gegevens") -> httpx.Response:
    """To the login and back, as a browser follows."""
    return browser.get(there(browser, verder))


def there(browser: httpx.Client, verder: str = "/mijn/gegevens") -> str:
    """To the login, which answers with the way back."""
    begun = browser.get("/oidc/start", params={"verder": verder})
    assert begun.status_code == 303, begun.text
    return httpx.get(begun.headers["location"]).headers["location"]


def people(server, email: str) -> int:
    with server.database.sessions() as session:
        return session.execute(text("select count(*) from geo.person where email = :email"), {"email": email}).scalar_one()


def test_there_and_back(browser, server):
    assert "/oidc/start" in browser.get("/inloggen").text
    done = go(browser)
    assert (done.status_code, done.headers["location"]) == (303, "/mijn/gegevens")
    page = browser.get("/mijn/gegevens").text
    assert "mo@example.org" in page
    assert 'value="Mo"' in page


def test_the_same_person_by_number_when_the_address_changed(browser, server, login):
    go(browser)
    login.claims |= {"email": "mo-new@example.org", "email_verified": False}
    assert go(browser).status_code == 303
    assert "mo@example.org" in browser.get("/mijn/gegevens").text
    assert people(server, "mo-new@example.org") == 0


def test_a_resident_of_before_is_found_by_a_confirmed_address(browser, server, login):
    sign_in(browser, server.database, "fatma@example.org")
    login.claims |= {"sub": "fatma-9", "email": "Fatma@example.org"}
    assert go(browser).status_code == 303
    assert people(server, "fatma@example.org") == 1
    login.claims["sub"] = "impostor"
    assert go(browser).status_code == 409


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ({"nonce": "other"}, "klopt niet"),
        ({"nonce": None}, "klopt niet"),
        ({"aud": "someone-else"}, "klopt niet"),
        ({"iss": "http://127.0.0.1:9"}, "klopt niet"),
        ({"exp": int(time.time()) - 3600}, "klopt niet"),
        ({"exp": None}, "klopt niet"),
        ({"sub": None}, "klopt niet"),
        ({"azp": "someone-else"}, "klopt niet"),
        ({"email_verified": False}, "bevestigd e-mailadres"),
        ({"email_verified": "true"}, "bevestigd e-mailadres"),
        ({"email": None}, "bevestigd e-mailadres"),
    ],
)
def test_a_token_that_is_not_right_signs_nobody_in(browser, server, login, lie, told):
    login.claims |= {"sub": "liar", "email": "liar@example.org", **lie}
    answer = go(browser)
    assert answer.status_code == 502
    assert told in answer.text
    assert browser.get("/mijn/gegevens").status_code == 303
    assert people(server, "liar@example.org") == 0


def test_a_signature_of_others_is_refused(browser, login):
    login.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert go(browser).status_code == 502
    login.reset()
    for forged in ("HS256", "none"):
        login.forged = forged
        assert go(browser).status_code == 502


def test_keys_that_changed_are_read_again(browser, login):
    assert go(browser).status_code == 303
    login.reset()
    assert go(browser).status_code == 303


def test_the_answer_belongs_to_the_browser_that_asked_and_is_used_once(browser, server):
    back = there(browser)
    with visitor(server) as victim:
        assert victim.get(back).status_code == 410
        assert victim.get("/mijn/gegevens").status_code == 303
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 410


def test_stopped_at_the_login_and_a_wrong_code(browser):
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    stopped = browser.get("/oidc/terug", params={"state": state, "error": "access_denied"})
    assert stopped.status_code == 502
    assert "gestopt" in stopped.text
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    assert browser.get("/oidc/terug", params={"state": state, "code": "made-up"}).status_code == 502


def test_one_goes_on_to_own_pages_only(browser):
    assert go(browser, "https://evil.example").headers["location"] == "/mijn"


def test_a_login_that_stops_answering_is_told(browser, login):
    back = there(browser)
    login.key, login.broken = RSAKey.generate_key(2048, {"kid": "one"}), True  # so its keys are asked for again
    answer = browser.get(back)
    assert answer.status_code == 502
    assert "antwoordt niet" in answer.text
    assert browser.get("/oidc/start").status_code == 502
