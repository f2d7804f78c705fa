"""The outer side of the service: health, headers, problems, and what the framework refuses itself."""

import httpx2 as httpx
import pytest


def test_health_and_readiness(module_server):
    assert httpx.get(f"{module_server.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{module_server.url}/readyz").json()
    assert ready.pop("rdErrorMm") < 1
    assert ready == {"status": "ok", "municipality": "Almere", "rdGrid": True, "rastersLost": 0}


def test_unknown_path_is_a_problem_in_the_askers_language(module_server):
    dutch = httpx.get(f"{module_server.url}/api/v1/niets", headers={"Accept-Language": "nl"})
    english = httpx.get(f"{module_server.url}/api/v1/niets", headers={"Accept-Language": "en"})
    assert (dutch.status_code, dutch.headers["content-type"]) == (404, "application/problem+json")
    assert dutch.json()["title"] == "Niet gevonden"
    assert english.json()["title"] == "Not found"
    for header in ("API-Version", "Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy"):
        assert header in dutch.headers
    assert dutch.headers["cache-control"] == "no-store"


def test_openapi_document_names_the_municipality(module_server):
    document = httpx.get(f"{module_server.url}/api/v1/openapi.json").json()
    assert document["info"]["title"] == "Zelfbeheer Almere"
    assert document["info"]["contact"]["email"]


def test_a_browser_elsewhere_may_ask_the_api(module_server):
    asks = {"Origin": "https://buurt.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = httpx.request("OPTIONS", f"{module_server.url}/api/v1/plot-checks", headers=asks)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-methods" not in httpx.request("OPTIONS", f"{module_server.url}/kaarten/dekking", headers=asks).headers


def test_head_is_get_without_the_body(module_server):
    for path in ("/healthz", "/api/v1/layers"):
        head, get = (httpx.request(method, module_server.url + path) for method in ("HEAD", "GET"))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(get.content))


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"])
@pytest.mark.parametrize("path", ["plot-checks", "adoptions", "adoptions/0d4ad8bd-9d92-4ba8-a6d9-e1d7b8d7f1a7/transitions"])
def test_only_json_is_taken(module_server, path, media_type):
    answer = httpx.post(f"{module_server.url}/api/v1/{path}", content=b"{}", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong-media-type")


def test_too_large_is_told_alike_with_and_without_a_declared_length(module_server):
    pieces = (b" " * 65536 for _ in range(40))
    for body in (b" " * 3_000_000, pieces):
        answer = httpx.post(f"{module_server.url}/api/v1/plot-checks", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
        assert "2 MB" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["adoptions?stat=active", "layers/wijken/export?box=5,52,6,53", "coverage?levl=wijk"])
def test_a_key_that_is_not_known_is_told(module_server, path):
    answer = httpx.get(f"{module_server.url}/api/v1/{path}")
    assert (answer.status_code, len(answer.json()["errors"])) == (400, 1)


def test_one_request_is_one_line_in_the_log(module_server):
    httpx.get(f"{module_server.url}/api/v1/x%0AINFO%20forged%1b[31m")
    assert "/api/v1/x%0AINFO%20forged%1B" in module_server.log.read_text()


def test_an_empty_installation_has_pages_too(module_server):
    for address in (
        "/",
        "/over",
        "/kaarten/dekking",
        "/toegankelijkheid",
        "/api/v1/docs",
        "/maps/dekking",
        "/kaarten/dekking?niveau=buurten",
    ):
        assert httpx.get(module_server.url + address).status_code == 200
    assert "geo-service import districts" in httpx.get(module_server.url + "/kaarten/dekking").text
