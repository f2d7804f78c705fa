"""Sign in with a mailed link, and out again: over HTTP, as browsers do."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx
import pytest
from sqlalchemy import text

from geo_service.web.links import own_path
from tests.conftest import serving
from tests.mailed import link_in, newest_mail, sign_in, visitor

COOKIE = "zb_sessie"


@pytest.fixture
def browser(module_server):
    with visitor(module_server) as client:
        yield client


def test_a_page_for_members_sends_one_to_sign_in_and_back(browser, module_server):
    refused = browser.get("/mijn/gegevens")
    assert (refused.status_code, refused.headers["location"]) == (303, "/inloggen?verder=/mijn/gegevens")
    done = sign_in(browser, module_server.database, "noor@example.org", "/mijn/gegevens")
    assert (done.status_code, done.headers["location"]) == (303, "/mijn/gegevens")
    assert "noor@example.org" in browser.get("/mijn/gegevens").text


def test_the_link_works_on_another_device_and_once(browser, module_server):
    browser.post("/inloggen", data={"email": "twee@example.org", "verder": "/initiatieven?taal=en"})
    link = link_in(newest_mail(module_server.database, "twee@example.org"))
    with visitor(module_server) as phone:
        shown = phone.get(link)
        assert shown.status_code == 200
        assert "twee@example.org" in shown.text
        assert "no-store" in shown.headers["cache-control"]
        assert phone.post(link).headers["location"] == "/initiatieven?taal=en"
    assert COOKIE not in browser.cookies
    gone = browser.get(link)
    assert gone.status_code == 410
    assert "Stuur een nieuwe link" in gone.text
    assert browser.post(link).status_code == 410
    again = browser.post(f"{link}/opnieuw")
    assert again.status_code == 200
    assert link_in(newest_mail(module_server.database, "twee@example.org")) != link


def test_two_who_use_a_link_at_once_are_one(module_server):
    with visitor(module_server) as first, visitor(module_server) as second:
        first.post("/inloggen", data={"email": "race@example.org"})
        link = link_in(newest_mail(module_server.database, "race@example.org"))
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(lambda browser: browser.post(link).status_code, (first, second)))
    assert sorted(answers) == [303, 410]


def test_a_link_that_is_over_and_one_that_never_was(browser, module_server):
    browser.post("/inloggen", data={"email": "laat@example.org"})
    link = link_in(newest_mail(module_server.database, "laat@example.org"))
    with module_server.database.sessions() as session:
        session.execute(text("update geo.mailed_link set expires_at = now() where email = 'laat@example.org'"))
        session.commit()
    over, unknown = browser.get(link), browser.get("/inloggen/verzonnen")
    assert (over.status_code, unknown.status_code) == (410, 410)
    assert "verlopen" in over.text
    assert "/opnieuw" not in unknown.text
    assert 'href="/inloggen"' in unknown.text


def test_known_and_unknown_addresses_get_the_same_answer(browser, module_server):
    sign_in(browser, module_server.database, "bekend@example.org")
    with visitor(module_server) as stranger:
        known, unknown = (stranger.post("/inloggen", data={"email": email}).text for email in ("bekend@example.org", "nieuws@example.org"))
    assert known.replace("bekend@", "nieuws@") == unknown


@pytest.mark.parametrize("email", ["", "geen adres", "a@b", "a@b.nl,c@d.nl", "a@b.nl\nBcc: c@d.nl", "<script>@x.nl"])
def test_no_address_is_told_beside_the_field(browser, email):
    answer = browser.post("/inloggen", data={"email": email, "verder": "/mijn"})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert "<script>@" not in answer.text


def test_signing_in_gives_a_new_session_and_ends_the_old_one(browser, module_server):
    sign_in(browser, module_server.database, "wissel@example.org")
    old = browser.cookies[COOKIE]
    answer = sign_in(browser, module_server.database, "wissel@example.org")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert browser.cookies[COOKIE] != old
    thief = httpx.get(f"{module_server.url}/mijn/gegevens", cookies={COOKIE: old}, headers={"Accept": "text/html"})
    assert thief.status_code == 303
    with module_server.database.sessions() as session:
        kept = session.execute(text("select string_agg(encode(digest, 'escape'), ' ') from geo.browser_session")).scalar_one()
        assert browser.cookies[COOKIE] not in kept


def test_sign_out_here_and_everywhere(module_server):
    with visitor(module_server) as laptop, visitor(module_server) as phone, visitor(module_server) as tablet:
        for each in (laptop, phone, tablet):
            sign_in(each, module_server.database, "overal@example.org")
        assert laptop.post("/uitloggen").headers["location"] == "/"
        assert [each.get("/mijn/gegevens").status_code for each in (laptop, phone, tablet)] == [303, 200, 200]
        phone.post("/uitloggen", data={"overal": "1"})
        assert [each.get("/mijn/gegevens").status_code for each in (phone, tablet)] == [303, 303]


def test_a_session_ends_after_its_time(browser, module_server):
    sign_in(browser, module_server.database, "lang@example.org")
    with module_server.database.sessions() as session:
        session.execute(text("update geo.browser_session set expires_at = now()"))
        session.commit()
    assert browser.get("/mijn/gegevens").status_code == 303


def test_forms_of_other_sites_and_made_up_hosts_are_refused(module_server):
    address = f"{module_server.url}/inloggen"
    for headers in ({}, {"Origin": "https://evil.example"}, {"Host": "evil.example", "Origin": "http://evil.example"}):
        refused = httpx.post(address, data={"email": "doel@example.org"}, headers={"Accept": "text/html", **headers})
        assert refused.status_code == 403
    with module_server.database.sessions() as session:
        assert session.execute(text("select count(*) from geo.message where to_email = 'doel@example.org'")).scalar_one() == 0


def test_nobody_fills_a_mailbox_with_links(browser):
    answers = [browser.post("/inloggen", data={"email": "Vol@example.org" if n % 2 else "vol@example.org"}) for n in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]
    assert int(answers[-1].headers["retry-after"]) > 60
    assert re.search(r"Probeer het over \d+ seconden", answers[-1].text)


def test_the_log_holds_no_secret_and_no_address(browser, module_server):
    sign_in(browser, module_server.database, "log@example.org")
    link = link_in(newest_mail(module_server.database, "log@example.org"))
    log = module_server.log.read_text()
    assert "POST /inloggen/… 303" in log
    assert link.split("/")[-1] not in log
    assert "log@example.org" not in log


def test_without_the_demo_nobody_is_offered(browser):
    assert "/inloggen/demo" not in browser.get("/inloggen").text
    assert browser.post("/inloggen/demo", data={"wie": "admin@demo.example"}).status_code == 404
    assert browser.get("/postvak").status_code == 404


def test_under_tls_the_cookie_stays_there_and_one_client_has_a_limit(module_database):
    settings = {"GEO_BASE_URL": "https://groen.example", "GEO_SIGN_INS_PER_MINUTE": "2"}
    with serving(module_database, **settings) as server, visitor(server) as browser:
        browser.headers["Origin"] = "https://groen.example"
        browser.post("/inloggen", data={"email": "tls@example.org"})
        mail = newest_mail(module_database, "tls@example.org")
        assert "https://groen.example/inloggen/" in mail["plain"]
        assert "Secure" in browser.post(link_in(mail)).headers["set-cookie"]
        limited = [browser.post("/inloggen", data={"email": f"{n}@example.org"}).status_code for n in range(4)]
        assert (limited[0], limited[-1]) == (200, 429)  # one more may be let in on a slow machine: a place comes free every 30 s


ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/a\r\nSet-Cookie: x",
    "",
)


@pytest.mark.parametrize("asked", [*ELSEWHERE, "/\t/evil.example", "/" + "a" * 600])
def test_one_goes_on_to_own_pages_only(asked):
    assert own_path(asked, "/mijn") == "/mijn"


def test_own_pages_keep_their_query():
    assert own_path("/kies?groen=G1&groen=G2#kaart", "/mijn") == "/kies?groen=G1&groen=G2#kaart"
