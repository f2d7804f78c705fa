"""Pages and map documents over HTTP: headers, languages, errors, and answers that need not be sent again."""

from collections.abc import Iterator
from datetime import date

import httpx2
import pytest

from geo_service.db.engine import transaction
from tests.builders import add_adoption, box
from tests.conftest import Database, Server, serving
from tests.small_town import build

PAGES = ["/", "/over", "/kaarten/dekking", "/toegankelijkheid", "/api/v1/docs"]
BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(module_database: Database) -> Iterator[Server]:
    with module_database.sessions() as session:
        build(session)
    with serving(module_database) as running:
        yield running


@pytest.mark.parametrize("address", PAGES)
def test_pages_allow_nothing_inline_and_nobody_to_frame_them(site: Server, address: str) -> None:
    answer = httpx2.get(site.url + address)
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text


def test_a_map_may_be_framed_by_our_own_pages_only(site: Server) -> None:
    policy = httpx2.get(site.url + "/maps/dekking").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy


def test_an_unchanged_map_is_not_sent_again_and_keeps_its_policy(site: Server) -> None:
    first = httpx2.get(site.url + "/maps/dekking")
    again = httpx2.get(site.url + "/maps/dekking", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


@pytest.mark.parametrize("change", ["?niveau=stadsdelen", "?at=2020-01-01", "?taal=en", "?stadsdeel=SD1"])
def test_another_view_is_another_document(site: Server, change: str) -> None:
    first, other = httpx2.get(site.url + "/maps/dekking"), httpx2.get(site.url + "/maps/dekking" + change)
    assert first.headers["etag"] != other.headers["etag"]
    nonces = [answer.headers["content-security-policy"].split("nonce-")[1].split("'")[0] for answer in (first, other)]
    assert nonces[0] != nonces[1]


def test_a_new_adoption_changes_the_map(site: Server) -> None:
    before = httpx2.get(site.url + "/maps/dekking").headers["etag"]
    with transaction(site.database.sessions) as session:
        add_adoption(session, box(1100, 1200, 20), period=(date(2024, 1, 1), None))
    answer = httpx2.get(site.url + "/maps/dekking", headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer.headers["etag"] != before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nergens", 404),
        ("/maps/nergens", 404),
        ("/kaarten/dekking?stadsdeel=SD9", 404),
        ("/kaarten/dekking?niveau=straten", 400),
        ("/kaarten/dekking?at=gisteren", 400),
        ("/kaarten/dekking?maand=-1", 400),
        ("/maps/dekking?at=2026-02-30", 400),
    ],
)
def test_people_get_a_page_and_programs_a_problem(site: Server, address: str, status: int) -> None:
    page = httpx2.get(site.url + address, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert '<main id="inhoud"' in page.text
    program = httpx2.get(site.url + address)
    assert (program.status_code, program.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("address", ["/kaarten/dekking?at=0001-01-01", "/maps/dekking?at=9999-12-31", "/kaarten/dekking?maand=12000"])
def test_far_away_days_are_answered(site: Server, address: str) -> None:
    assert httpx2.get(site.url + address).status_code == 200


def test_the_api_keeps_its_problems_for_browsers(site: Server) -> None:
    answer = httpx2.get(site.url + "/api/v1/nergens", headers=BROWSER)
    assert answer.headers["content-type"] == "application/problem+json"


def test_dutch_unless_asked_otherwise_and_then_it_is_kept(site: Server) -> None:
    with httpx2.Client(headers={"Accept-Language": "en"}) as reader:
        assert '<html lang="nl">' in reader.get(site.url + "/over").text
        assert '<html lang="en">' in reader.get(site.url + "/?taal=en").text
        assert '<html lang="en">' in reader.get(site.url + "/kaarten/dekking").text
        assert '<html lang="en">' in reader.get(site.url + "/?taal=fr").text


def test_assets_may_be_kept_for_ever_because_their_names_change(site: Server) -> None:
    page = httpx2.get(site.url + "/over").text
    names = [part.split('"')[0] for part in page.split('"/static/')[1:]]
    assert names
    for name in names:
        answer = httpx2.get(f"{site.url}/static/{name}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["..%2Fassets.py", "%2e%2e/assets.py", "site.css", "manifest.jsn"])
def test_only_built_assets_are_served(site: Server, name: str) -> None:
    assert httpx2.get(f"{site.url}/static/{name}").status_code == 404


def test_the_start_tells_of_the_stadsdeel_what_the_database_holds(site: Server) -> None:
    """Haven of the small town: two wijken of 1,000 x 1,000 m."""
    page = httpx2.get(site.url + "/over").text
    assert "Haven in cijfers" in page
    assert "<dd>200 ha</dd>" in page
    assert f"{site.url}/api/v1/layers/zelfbeheerplekken/export?format=gpkg" in page
