"""What nobody of good will sends: every form and every page gets an answer that is no fault of ours."""

import json
import random
import re
import socket
from urllib.parse import quote

import pytest

from tests.web.everything import READ, SENT, fill, png

FIELDS = (
    "akkoord antwoord begin bericht bijschrift code dag doe domeinen agendas email euro groen groep herhaal hoeveel ingeleverd initiatief "
    "inzet jaren kaart kant kies klus maatregelen mensen met middel naam naam_plek naar niveau opgelost overal plaats plan plek reden "
    "schets sleutel soort spot straat stuk toelichting tot uren vaak van verder verhaal vingerafdruk voorkeur vorm wat weken werk wie "
    "woord woorden zeker zorg foto"
)
CHOICES = {
    "doe": ["toelaten", "uitnodigen", "rol", "verwijderen", "overdragen", "aannemen", "mails-aan", "stoppen"],
    "kies": ["hulp", "overnemen", "teruggeven"],
    "hoeveel": ["deel", "alles"],
    "naar": ["aanvraag", "later", "withdrawn", "refused", "bezwaar", "in_review"],
    "met": ["alleen", "buren"],
    "zorg": ["volledig", "deels"],
    "antwoord": ["support", "objection"],
    "inzet": ["once", "regular"],
    "maatregelen": ["pruning", "weeding"],
    "middel": ["budget"],
    "wie": ["residents", "municipality"],
    "akkoord": ["ja"],
    "zeker": ["ja"],
    "email": ["x@example.org"],
    "dag": ["2026-12-01"],
    "uren": ["2"],
    "spot": ["142000.0,484000.0"],
    "weken": ["8"],
    "jaren": ["5"],
}
SQUARE = [[5.2, 52.3], [5.3, 52.3], [5.3, 52.4], [5.2, 52.3]]
EVIL = [
    "",
    "\x00",
    "a" * 100_000,
    "‮\U0001f33b\ufeff\u2028Ä",
    "<script>alert(1)</script>",
    "{{7*7}}{0}{naam}{naam.__class__}%s%(x)s${x}{",
    "x@example.org\r\nBcc: y@example.org",
    "'; drop table geo.person; --",
    "-1",
    "1e400",
    "NaN",
    "²",
    "٣",
    "0001-01-01",
    "9999-12-31",
    "24:61",
    "//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "//[",
    "99999999999999999999",
    "00000000-0000-0000-0000-000000000000",
    "[" * 5000,
    json.dumps({"type": "Point", "coordinates": []}),
    json.dumps({"type": "Point", "coordinates": ["x", None]}),
    json.dumps({"type": "Point", "coordinates": [1e308, -1e308]}),
    '{"type": "Point", "coordinates": [NaN, Infinity]}',
    json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE]]}),
    json.dumps({"type": "Polygon", "coordinates": [SQUARE]}),
    json.dumps({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}),
    json.dumps({"type": "Polygon", "coordinates": [[[5, 52]] * 4]}),
    json.dumps({"type": "Polygon", "coordinates": [[[5 + n / 1e5, 52 + n % 2 / 1e5] for n in range(6000)]]}),
    json.dumps({"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}] * 50}),
    json.dumps({"type": ["x"], "coordinates": {}}),
    "null",
    "[]",
    '"\\ud800"',
]
BROKEN = {
    "multipart/form-data": b"--x\r\n",
    "multipart/form-data; boundary=": b"--x\r\n\r\n",
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nhalf',
    "multipart/form-data; boundary=x; charset=raw_unicode_escape": (
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800@b.nl\r\n--x--\r\n'
    ),
    "multipart/form-data; boundary=y; charset=idna": b'--y\r\nContent-Disposition: form-data; name="e\xff"\r\n\r\n..\xff\r\n--y--\r\n',
    "application/x-www-form-urlencoded; charset=utf-16": b"email=%ff%fe%00&naam=%ED%A0%80",
    "application/x-www-form-urlencoded": b"&".join(b"f%d=1" % n for n in range(3000)),
    "application/json": b'{"email": "x@example.org"}',
    "": b"\xff\xfe",
}
PHOTOS = {
    "cut off": png()[:60],
    "bomb": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (100_000).to_bytes(4, "big") * 2 + b"\x08\x06\x00\x00\x00" + bytes(40),
    "page": b"GIF89a<script>alert(1)</script>",
    "polyglot": png() + b"<script>alert(1)</script>%PDF-1.4",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "empty": b"",
    "jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\xff\xff\xff\xff" + bytes(30),
    "webp": b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(30),
}


@pytest.fixture(scope="module")
def all_there(module_server, municipality):
    return fill(module_server, municipality)


@pytest.fixture(scope="module")
def browsers(all_there):
    opened = {name: all_there.place.browser(name) for name in (None, "resident", "neighbour", "wijkregisseur")}
    yield opened
    for browser in opened.values():
        browser.close()


def held(answer, told) -> None:
    """No fault of ours, no way to another site, and nothing of it runs."""
    assert answer.status_code < 500, (answer.status_code, told, answer.text[-300:])
    assert not re.match(r"(?i)//|[a-z]+:|/?\\", answer.headers.get("location", "")), (answer.headers["location"], told)
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "<script>alert" not in answer.text
        assert "49{0}" not in answer.text


@pytest.mark.parametrize("name", PHOTOS)
def test_what_is_no_photo_is_told_and_a_photo_with_more_in_it_loses_the_rest(all_there, browsers, name):
    path = all_there.address("/initiatief/{slug}/fotos")
    answer = browsers["resident"].post(path, files={"foto": ("<b>.png", PHOTOS[name], "image/png")})
    assert answer.status_code == (303 if name == "polyglot" else 400), name
    if name == "polyglot":
        address = re.findall(r'"(/foto/[0-9a-f-]{36})', browsers["resident"].get(path).text)[-1]
        shown = browsers["resident"].get(address)
        assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/webp", "nosniff")
        assert b"script" not in shown.content


def filled_in(evil: str, chance: random.Random) -> dict[str, str]:
    """All fields of all forms. What is very long stands in three of them: in all, the form would be too large to be looked at."""
    fields = FIELDS.split()
    reached = fields if len(evil) < 10_000 else chance.sample(fields, 3)
    typed = {name: evil if name in reached else "x" for name in fields}
    return typed | {name: chance.choice(known) for name, known in CHOICES.items() if chance.random() < 0.7 and len(reached) == len(fields)}


@pytest.mark.parametrize("path", SENT)
def test_forms_survive_what_anybody_types(all_there, browsers, path):
    """Each form gets a quarter of it, in an order of its own, so that all forms together get all of it many times."""
    chance, address = random.Random(path), all_there.address(path)
    browser = browsers["wijkregisseur" if path.startswith("/beheer") else "resident"]
    for evil in chance.sample(EVIL, len(EVIL) // 4):
        form = filled_in(evil, chance)
        form |= {"zeker": ""} if path == "/mijn/gegevens/verwijderen" else {}
        held(browser.post(address, data=form), evil[:80])


@pytest.mark.parametrize("path", [path for path in SENT if path != "/uitloggen"][::2])
def test_forms_survive_what_is_no_form(all_there, browsers, path):
    chance, address = random.Random(path), all_there.address(path)
    browser = browsers["wijkregisseur" if path.startswith("/beheer") else "resident"]
    for kind in chance.sample(sorted(BROKEN), 3):
        held(browser.post(address, content=BROKEN[kind], headers={"Content-Type": kind}), kind)
    name, photo = chance.choice(sorted(PHOTOS.items()))
    fields = {each: (f"{each}.png", photo, "text/html") for each in ("foto", "naam", "email", "vorm", "dag", "uren", "werk", "wie", "code")}
    held(browser.post(address, files=fields, data={"bijschrift": ["twee", "keer"]}), name)


@pytest.mark.parametrize("path", [path for path in READ if not path.startswith(("/static", "/api"))])
def test_addresses_survive_what_anybody_types(all_there, browsers, path):
    chance = random.Random(path)
    keys = "groen schets plek initiatief bij q status soort vanaf tot toon weergave verder code klaar gedaan versie aanvraag pagina wijk at"
    for evil in chance.sample([each for each in EVIL if len(each) < 300], 4):
        held(browsers["resident"].get(all_there.address(path), params=dict.fromkeys(keys.split(), evil)), evil[:80])
        part = quote(evil.replace("\x00", ""), safe="") or "x"
        held(browsers["resident"].get(re.sub(r"\{\w+\}", lambda _, part=part: part, path)), part)


def test_slow_senders_keep_nobody_out(all_there):
    """More of them than requests that are worked on at once: the others are served meanwhile."""
    host, port = all_there.place.url.removeprefix("http://").split(":")
    head = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 90\r\n\r\nemail="
    slow = [socket.create_connection((host, int(port))) for _ in range(24)]
    for each in slow:
        each.sendall(f"POST /inloggen HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {all_there.place.url}\r\n{head}".encode())
    with all_there.place.browser("resident") as browser:
        assert browser.get("/mijn", timeout=20).status_code == 200
    for each in slow:
        each.close()


def test_strangers_fill_no_mailbox_and_lock_nobody_out(all_there, browsers):
    address, stranger = all_there.address("/initiatief/{slug}/meedoen"), browsers[None]
    asked = [stranger.post(address, data={"email": "victim@example.org", "inzet": "once"}).status_code for _ in range(8)]
    assert asked == [303] * 6 + [400] * 2
    idea = {"email": "victim@example.org", "naam": "Boom", "verhaal": "Een boom", "spot": "142000.0,484000.0"}
    assert stranger.post("/idee", data=idea).status_code == 400
    assert stranger.post("/inloggen", data={"email": "victim@example.org"}).status_code == 200


def test_a_stranger_asks_nothing_for_an_initiative_of_others(all_there, browsers):
    place = all_there.place
    form = {
        "sleutel": "0b0e7f0e-7d1f-4c8e-9d3b-2f1f4f1f4f1f", "groen": "G15", "naam_plek": "Hoek", "email": "resident@example.org",
        "met": str(place.kept.initiative_id), "zorg": "volledig", "akkoord": "ja", "plan": "Bloemen",
    }  # fmt: skip
    answer = browsers[None].post("/aanvraag", data=form)
    assert answer.status_code == 400
