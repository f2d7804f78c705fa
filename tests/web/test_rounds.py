"""A round from the page that tells its criteria to the request that is granted, as residents and the wijkregisseur walk it."""

from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from sqlalchemy import text

from geo_service.content import municipality_file
from geo_service.db.engine import transaction
from geo_service.people.service import issue_token
from tests.builders import add_district, add_green, assume_managed, box, rebuild
from tests.conftest import serving
from tests.residents import add_actor
from tests.web.signed_in import browser, cookie_of, words

NOW = datetime.now(UTC)
ROUND = """mode = "rounds"
[[intake.rounds]]
name = {{ nl = "Najaarsronde", en = "Autumn round" }}
opens = {opens}
closes = {closes}
decides_by = {decides}
criteria = [{{ nl = "Hoeveel buren meedoen", en = "How many neighbours join" }}]
"""


def in_a_round(folder, closes_in_days):
    """The municipality's file with a round of a month that closes so many days from now."""
    closes = (NOW + timedelta(days=closes_in_days)).date()
    days = {"opens": closes - timedelta(days=30), "closes": closes, "decides": closes + timedelta(days=30)}
    lines = municipality_file("almere").read_text().split("\n")
    start, end = lines.index("[intake]"), lines.index("# when somebody who asks hears from us")
    told = "[intake]\n" + ROUND.format(**days)
    made = folder / f"ronde{closes_in_days}.toml"
    made.write_text("\n".join([*lines[:start], told, *lines[end:]]))
    return str(made)


@pytest.fixture
def tokens(database):
    with transaction(database.sessions) as session:
        for code, level, parent in (
            ("GM0034", "gemeente", None),
            ("SD1", "stadsdeel", "GM0034"),
            ("WK1", "wijk", "SD1"),
            ("BU1", "buurt", "WK1"),
        ):
            add_district(session, code, box(0, 0, 200), level=level, parent=parent)
        add_green(session, "G1", box(10, 10, 20))
        assume_managed(session, "G0034")
        rebuild(session)
        names = {"resident": (), "neighbour": (), "wijkregisseur": ("SD1",)}
        for name, districts in names.items():
            add_actor(session, name, "resident" if not districts else name, *districts)
        return {name: issue_token(session, f"{name}@example.org", NOW) for name in names}


def send(server, who, path, body, tokens):
    headers = {"Authorization": f"Bearer {tokens[who]}", "Accept-Language": "en"}
    return httpx.post(f"{server.url}/api/v1{path}", json=body, headers=headers)


def test_requests_compete_in_a_round_and_one_is_granted_when_it_is_closed(database, tokens, tmp_path):
    with serving(database, GEO_MUNICIPALITY=in_a_round(tmp_path, 5)) as server, browser(server.url, None) as stranger:
        page = words(stranger.get("/groen/G1"))
        assert "Najaarsronde" in page
        assert "Hoeveel buren meedoen" in page
        made = {}
        for who in ("resident", "neighbour"):
            body = {"initiative": {"name": f"Groen van {who}"}, "name": "Hoekje", "greenObjectIds": ["G1"]}
            answer = send(server, who, "/adoptions", body, tokens)
            assert answer.status_code == 201, answer.text
            made[who] = answer.json()["id"]
        early = send(server, "wijkregisseur", f"/adoptions/{made['neighbour']}/transitions", {"to": "agreement_draft"}, tokens)
        assert early.status_code == 409
        assert "compete until" in early.json()["detail"]
        with transaction(database.sessions) as session:
            cookie = cookie_of(session, "wijkregisseur@example.org")
        with browser(server.url, cookie) as desk:
            assert "Aanvragen voor dezelfde grond" in words(desk.get(f"/beheer/aanvragen/{made['resident']}"))
    with transaction(database.sessions) as session:
        session.execute(text("update geo.adoption set created_at = created_at - interval '10 days'"))
    with serving(database, GEO_MUNICIPALITY=in_a_round(tmp_path, -2)) as server, browser(server.url, None) as stranger:
        granted = send(server, "wijkregisseur", f"/adoptions/{made['neighbour']}/transitions", {"to": "agreement_draft"}, tokens)
        assert (granted.status_code, granted.json()["state"]) == (200, "agreement_draft")
        lost = send(server, "wijkregisseur", f"/adoptions/{made['resident']}/transitions", {"to": "agreement_draft"}, tokens)
        assert (lost.status_code, lost.json()["code"]) == (409, "ground-taken")
        assert "Najaarsronde" not in stranger.get("/groen/G1").text
