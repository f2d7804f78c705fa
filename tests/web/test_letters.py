"""The Zelfbeheerbrief as residents and staff read and sign it: on the page, as PDF and over the API."""

import hashlib
import io
import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2 as httpx
import pikepdf
import pytest
from pypdf import PdfReader

from geo_service.adoptions.agreements import light_track, queries, service
from geo_service.adoptions.agreements.paper import made
from geo_service.adoptions.schemas import AdoptionView
from geo_service.adoptions.service import seen_in_full
from geo_service.db.engine import transaction
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Sender
from geo_service.people.service import issue_token
from tests.builders import box, insert
from tests.conftest import Server
from tests.residents import Town, ask, build_town, plot, step
from tests.web.signed_in import browser, cookie_of, hidden, words

BASE = "https://zelfbeheer.example"
PLACES = itertools.count()


@dataclass(frozen=True)
class Site:
    """A server, the people of the town with their cookies and tokens."""

    server: Server
    town: Town
    municipality: Municipality
    cookies: dict[str, str]
    tokens: dict[str, str]

    def as_(self, who: str | None) -> httpx.Client:
        return browser(self.server.url, self.cookies[who] if who else None)

    def make(self, work: Callable) -> AdoptionView:
        """Do something in a transaction of its own, on ground that no other test uses."""
        place = plot(20 + 30 * next(PLACES), 30, 6)
        with transaction(self.server.database.sessions) as session:
            return work(session, place)

    def offered(self) -> AdoptionView:
        """A request whose agreement waits for two signatures."""
        now = datetime.now(UTC)

        def work(session, place):
            adoption = ask(session, self.town.resident, place, self.municipality, now)
            step(session, self.town.wijkregisseur, adoption, "agreement_draft", self.municipality, now)
            return service.offer(session, self.town.wijkregisseur, adoption.id, Sender(self.municipality, BASE, now), "en")

        return self.make(work)

    def light(self) -> AdoptionView:
        """A small plot that got its agreement at once."""
        now = datetime.now(UTC)

        def work(session, place):
            adoption = ask(session, self.town.resident, place, self.municipality, now)
            assert light_track.offer(session, adoption.id, Sender(self.municipality, BASE, now))
            return adoption

        return self.make(work)

    def state(self, adoption: AdoptionView) -> str:
        with self.server.database.sessions() as session:
            return seen_in_full(session, self.town.resident, adoption.id, datetime.now(UTC).date()).state

    def api(self, adoption: AdoptionView, who: str, **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "en", **headers}
        return httpx.get(f"{self.server.url}/api/v1/adoptions/{adoption.id}/zelfbeheerbrief", headers=given, timeout=60)


@pytest.fixture(scope="module")
def site(module_server: Server, municipality) -> Site:
    with transaction(module_server.database.sessions) as session:
        town = build_town(session)
        for number in range(40):
            address = {"street": "Laan", "number": str(number), "households": 1}
            insert(session, "address", register_id=f"a{number}", geom=box(25 * number, 60, 1).centroid, **address)
        cookies = {who: cookie_of(session, f"{who}@example.org") for who in town.people}
        tokens = {who: issue_token(session, f"{who}@example.org", datetime.now(UTC)) for who in town.people}
        return Site(module_server, town, municipality, cookies, tokens)


def letter(adoption: AdoptionView) -> str:
    return f"/plek/{adoption.plot_code}/zelfbeheerbrief"


def sign(client: httpx.Client, adoption: AdoptionView, side: str = "bewoners", **fields: str) -> httpx.Response:
    page = client.get(letter(adoption))
    sent = {"kant": side, "vingerafdruk": hidden(page, "vingerafdruk"), "akkoord": "ja", **fields}
    return client.post(letter(adoption), data=sent)


def test_the_contact_reads_and_signs_then_staff(site):
    adoption = site.offered()
    resident, staff = site.as_("resident"), site.as_("wijkregisseur")
    page = resident.get(letter(adoption))
    assert page.status_code == 200
    read = words(page)
    expected = (
        "Wie doet wat",
        "Bomen verzorgen en controleren als het nodig is Gemeente",
        "36 m²",
        "Je mag altijd stoppen, zonder reden.",
        "Name of wijkregisseur, wijkregisseur@example.org",
        "Ik ga akkoord en onderteken",
        "Nog niet ondertekend",
    )
    for said in expected:
        assert said in read, said
    assert sign(resident, adoption).status_code == 303
    assert "De bewoners hebben ondertekend" in words(resident.get(letter(adoption)))
    assert site.state(adoption) == "awaiting_signatures"
    assert sign(staff, adoption, "gemeente").status_code == 303
    assert site.state(adoption) == "active"
    done = words(resident.get(letter(adoption)))
    assert "Beide kanten hebben ondertekend" in done
    assert "Name of resident" in done
    assert "onderteken de afspraken" not in done.lower()
    story = words(resident.get(f"/mijn/plek/{adoption.plot_code}"))
    assert story.count("Afspraken ondertekend, versie 1") == 2


def test_who_has_no_part_in_it_finds_nothing(site):
    adoption = site.offered()
    for who in ("stranger", "neighbour", "elsewhere"):
        for path in (letter(adoption), f"{letter(adoption)}.pdf"):
            assert site.as_(who).get(path).status_code == 404
        assert site.as_(who).post(letter(adoption), data={"akkoord": "ja"}).status_code == 404
        assert site.api(adoption, who).status_code == 404
    asked_in = site.as_(None).get(letter(adoption))
    assert (asked_in.status_code, asked_in.headers["location"]) == (303, f"/inloggen?verder=/plek/{adoption.plot_code}/zelfbeheerbrief")
    assert site.as_("resident").get("/plek/PL-9999/zelfbeheerbrief").status_code == 404


def test_without_the_tick_nothing_is_signed_and_the_fault_is_told(site):
    adoption = site.offered()
    answer = sign(site.as_("resident"), adoption, akkoord="")
    assert answer.status_code == 400
    assert "Vink aan dat je akkoord gaat" in words(answer)
    assert 'aria-invalid="true"' in answer.text
    assert site.api(adoption, "resident").json()["signatures"] == []


def test_a_form_from_another_site_signs_nothing(site):
    adoption = site.offered()
    client = site.as_("resident")
    client.headers["Origin"] = "https://elsewhere.example"
    assert sign(client, adoption).status_code == 403
    assert site.api(adoption, "resident").json()["signatures"] == []


def test_a_text_that_changed_meanwhile_is_read_again(site):
    adoption = site.offered()
    answer = sign(site.as_("resident"), adoption, vingerafdruk="0" * 64)
    assert answer.status_code == 409
    assert "Lees ze opnieuw" in words(answer)


def test_signing_twice_is_told(site):
    adoption = site.offered()
    client = site.as_("resident")
    digest = hidden(client.get(letter(adoption)), "vingerafdruk")
    assert sign(client, adoption).status_code == 303
    again = client.post(letter(adoption), data={"kant": "bewoners", "vingerafdruk": digest, "akkoord": "ja"})
    assert (again.status_code, "Iemand heeft dit al ondertekend" in words(again)) == (409, True)


def test_the_api_tells_content_that_has_the_digest(site):
    adoption = site.offered()
    told = site.api(adoption, "resident").json()
    canonical = json.dumps(told["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == told["sha256"]
    assert (told["version"], told["signed"], told["track"]) == (1, False, "standard")
    assert "Name of resident" not in json.dumps(told)
    assert site.api(adoption, "resident").headers["cache-control"] == "no-store"


def test_before_staff_wrote_it_residents_read_that_it_comes(site):
    now = datetime.now(UTC)
    adoption = site.make(lambda session, place: ask(session, site.town.resident, place, site.municipality, now))
    assert "De afspraken zijn nog niet klaar" in words(site.as_("resident").get(letter(adoption)))
    assert site.as_("resident").get(f"{letter(adoption)}.pdf").status_code == 404
    assert site.api(adoption, "resident").status_code == 404


# -- the paper


def test_the_paper_is_tagged_dutch_and_kept_as_it_was_signed(site):
    adoption = site.light()
    client = site.as_("resident")
    assert sign(client, adoption).status_code == 303
    assert site.state(adoption) == "active"
    answer = client.get(f"{letter(adoption)}.pdf")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/pdf", "no-store")
    assert answer.content == site.api(adoption, "resident", Accept="application/pdf").content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for said in ("Zelfbeheerbrief", adoption.plot_code, "Onkruid weghalen", "Name of resident", "Ondertekend met mandaat"):
        assert said in text, said
    with pikepdf.open(io.BytesIO(answer.content)) as paper:
        assert paper.Root.MarkInfo.Marked
        assert str(paper.Root.Lang) == "nl-NL"
        meta = paper.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        kinds = {str(each.S) for each in paper.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each and "/P" in each}
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds
        alts = [str(each.Alt) for each in paper.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
        assert alts == ["Kaart van Hoekje, 36 m²."]


def test_the_same_version_gives_the_same_bytes_and_names_are_text(site):
    adoption = site.offered()
    with site.server.database.sessions() as session:
        version = queries.newest(session, adoption.id)
        hostile = version.content.model_copy(update={"initiative": '#panic() *x* $y$ "]\\', "plan": "#import <a>"})
        strange = type(version)(**{**vars(version), "content": hostile})
        first, again = made(session, strange, "nl"), made(session, strange, "nl")
        assert first == again
        assert first != made(session, strange, "en")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    assert "#panic() *x* $y$" in text


# -- two at once


def test_a_resident_signs_while_staff_object_and_one_of_them_is_first(site):
    outcomes = set()
    for _ in range(3):
        adoption = site.light()
        resident, staff = site.as_("resident"), site.as_("wijkregisseur")
        digest = hidden(resident.get(letter(adoption)), "vingerafdruk")
        signing = {"kant": "bewoners", "vingerafdruk": digest, "akkoord": "ja"}
        objecting = {"naar": "bezwaar", "van": "awaiting_signatures", "reden": "Eerst samen kijken."}
        with ThreadPoolExecutor(2) as pool:
            signed = pool.submit(resident.post, letter(adoption), data=signing)
            objected = pool.submit(staff.post, f"/beheer/aanvragen/{adoption.id}", data=objecting)
        assert objected.result().status_code == 303
        outcomes.add((signed.result().status_code, site.state(adoption)))
    assert outcomes <= {(303, "notice_given"), (409, "in_review")}
