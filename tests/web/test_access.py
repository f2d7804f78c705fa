"""Who may see and do what: every page and every form, as nobody, as others, and from elsewhere."""

import re

import pytest

from tests.web.everything import EMAIL, NAME, READ, SENT, WORDS, fill
from tests.web.signed_in import words

OPEN_FORMS = re.compile(
    r"/kies/\w+|/aanvraag(/voorstel|/\{adoption_id\}/(opnieuw|adres))?|/(inloggen|uitloggen|idee|steun)|/inloggen/demo|"
    r"/initiatief/\{slug\}/(meedoen|steun)|.*\{secret\}(/opnieuw)?"
)
"""Forms that somebody may send without signing in: the rest asks for it."""
OPEN_PAGES = re.compile(
    r"/(zoek|kies|aanvraag|spelregels|inloggen|privacy|initiatieven|idee|steun|over|toegankelijkheid|catalogus)?|/kaart(je|en)/.*|/(groen|maps|static|api)/.*|"
    r"/plek/\{code\}(/kaart.svg)?|/aanvraag/.*|/initiatief/\{slug\}(/kaart.svg|/steun)?|/oidc/.*|/postvak.*|.*\{secret\}.*|/foto/.*"
)
OF_A_MEMBER = re.compile(
    r"/mijn/(plek|klus)/.*|/initiatief/\{slug\}/(bewerken|fotos|leden|berichten)|/foto/.*|/plek/\{code\}/zelfbeheerbrief.*"
)
OF_STAFF = re.compile(r"/beheer.*")
PRIVATE = re.compile(rf"{NAME}|{EMAIL}|{WORDS}|take_over|noodknop|gepauzeerd", re.IGNORECASE)


@pytest.fixture(scope="module")
def all_there(module_server, municipality):
    return fill(module_server, municipality)


@pytest.fixture(scope="module")
def browsers(all_there):
    opened = {name: all_there.place.browser(name) for name in (None, "resident", "neighbour", "elsewhere", "wijkregisseur")}
    yield opened
    for browser in opened.values():
        browser.close()


def leak(answer):
    """What is told of somebody else, in the headers or the page."""
    headers = " ".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "location")
    shown = re.sub(r'(href|action|src)="[^"]*"|<header.*</header>', "", answer.text, flags=re.DOTALL)
    return PRIVATE.search(headers + shown)


ELSEWHERE = ("https://evil.example", "null", "http://[", "//", "")


@pytest.mark.parametrize("path", SENT)
def test_a_form_comes_from_our_own_pages_and_from_who_may_send_it(all_there, browsers, path):
    address, stranger = all_there.address(path), browsers[None]
    closed = not OPEN_FORMS.fullmatch(path)
    for origin in (*ELSEWHERE, f"{all_there.place.url}.evil.example", f"https://evil.example/{all_there.place.url}"):
        asked = {"data": {"email": "x@example.org"}, "headers": {"Origin": origin, "Referer": "https://evil.example/"}}
        assert browsers["wijkregisseur" if path.startswith("/beheer") else "resident"].post(address, **asked).status_code == 403
        assert stranger.post(address, **asked).status_code == (401 if closed else 403)
    if closed:
        assert stranger.post(address).status_code == 401


@pytest.mark.parametrize("path", READ)
def test_a_stranger_sees_nothing_personal(all_there, browsers, path):
    answer = browsers[None].get(all_there.address(path))
    if not OPEN_PAGES.fullmatch(path):
        assert (answer.status_code, answer.headers["location"].split("=")[0]) == (303, "/inloggen?verder")
        assert not answer.content
        return
    assert answer.status_code in (200, 303, 400, 404, 410)
    assert not (found := leak(answer)) or path in ("/privacy", "/spelregels", "/over", "/toegankelijkheid"), found


def refused(path, who):
    """An initiative is public: one hears that one may not. The rest is not there, and the desk is for staff."""
    if path.startswith("/initiatief"):
        return (403, 409) if path.endswith("/deurkaarten.pdf") else (403,)
    return (403,) if OF_STAFF.fullmatch(path) and who == "neighbour" else (404,)


@pytest.mark.parametrize("who", ["neighbour", "elsewhere"])
@pytest.mark.parametrize("path", [path for path in READ if OF_A_MEMBER.fullmatch(path) or OF_STAFF.fullmatch(path)])
def test_pages_about_others_tell_nobody_anything(all_there, browsers, path, who):
    answer = browsers[who].get(all_there.address(path))
    if "{" in path or who == "neighbour":
        assert answer.status_code in refused(path, who), words(answer)
    assert not (found := leak(answer)), found


@pytest.mark.parametrize("path", [path for path in SENT if not OPEN_FORMS.fullmatch(path) and "{" in path])
def test_forms_about_others_change_nothing(all_there, browsers, path):
    for who in ("neighbour", "elsewhere"):
        answer = browsers[who].post(all_there.address(path), data={"doe": "stoppen", "dag": "2030-01-01", "naar": "ended", "kies": "hulp"})
        assert answer.status_code in refused(path, who), words(answer)
        assert not (found := leak(answer)), found


@pytest.mark.parametrize("path", [path for path in READ if not path.startswith(("/api", "/static"))])
def test_what_only_one_may_see_is_kept_by_no_cache(all_there, browsers, path):
    for who in ("resident", "wijkregisseur"):
        answer = browsers[who].get(all_there.address(path))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        if answer.status_code == 200:
            assert "content-security-policy" in answer.headers or answer.headers["content-type"].startswith(
                ("application/", "text/calendar")
            )
            if not OPEN_PAGES.fullmatch(path) or answer.headers["content-type"].startswith("text/html"):
                assert "no-store" in answer.headers["cache-control"] or "/maps/" in path
