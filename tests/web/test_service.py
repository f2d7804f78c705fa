"""The outer side of the service: health, headers, problems, and what the framework refuses itself."""

import httpx2 as httpx


def test_health_and_readiness(module_server):
    assert httpx.get(f"{module_server.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{module_server.url}/readyz").json()
    assert ready == {"status": "ok", "municipality": "Almere", "rdGrid": True}


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
