"""The Zelfbeheerbrief: who may make, read and sign it, what is signed stays, and small plots that get it at once."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo_service.adoptions import service as adoptions
from geo_service.adoptions.agreements import light_track, queries, service
from geo_service.adoptions.agreements.standard import chosen_of, standard, years_later
from geo_service.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from geo_service.municipality import Task
from geo_service.notifications.schemas import Sender
from geo_service.words import Told
from tests.builders import insert
from tests.residents import DAY, NOW, TODAY, ask, build_town, plot, step

BASE = "https://zelfbeheer.example"
RIGHT_BUT_NOT_THEIRS = ("toezichthouder", "planner", "elsewhere", "stranger", "neighbour")


@pytest.fixture(scope="module")
def prepared(module_database):
    with module_database.sessions() as session:
        town = build_town(session)
        for number, (x, y) in enumerate([(15, 40), (25, 40), (35, 40)]):
            address = {"street": "Laan", "number": str(number), "households": 1}
            insert(session, "address", register_id=f"a{number}", geom=plot(x, y, 1).centroid, **address)
        session.commit()
    return module_database, town


@pytest.fixture
def town(prepared):
    return prepared[1]


@pytest.fixture
def session(prepared):
    with prepared[0].sessions() as opened:
        yield opened


@pytest.fixture
def sender(municipality):
    return Sender(municipality, BASE, NOW)


def mailed(session) -> list[tuple[str, str]]:
    return [tuple(row) for row in session.execute(text("select to_email, subject from geo.message order by created_at, to_email"))]


def granted(session, town, municipality, shape=None):
    adoption = ask(session, town.resident, shape or plot(10, 10, 20), municipality)
    return step(session, town.wijkregisseur, adoption, "agreement_draft", municipality)


def offered(session, town, municipality, sender):
    adoption = granted(session, town, municipality)
    return service.offer(session, town.wijkregisseur, adoption.id, sender, "en")


def signed_by_residents(session, town, adoption, sender):
    version = queries.newest(session, adoption.id)
    return service.sign(session, town.resident, adoption.id, "residents", version.digest, sender)


def test_from_granted_to_active_with_a_signature_of_each_side(session, town, municipality, sender):
    adoption = offered(session, town, municipality, sender)
    assert adoption.state == "awaiting_signatures"
    version = queries.newest(session, adoption.id)
    assert (version.number, version.track, version.signatures) == (1, "standard", ())
    assert version.content.tasks[-1].who == "municipality"
    assert version.content.contact.name == "Name of wijkregisseur"
    assert version.content.renew_on == years_later(TODAY, 3)
    first = signed_by_residents(session, town, adoption, sender)
    assert (first.signed, first.signed_by("residents").name) == (False, "Name of resident")
    done = service.sign(session, town.wijkregisseur, adoption.id, "municipality", version.digest, sender)
    assert (done.signed, done.has_paper) == (True, True)
    assert queries.paper(session, done.id).startswith(b"%PDF-")
    view = adoptions.seen_in_full(session, town.resident, adoption.id, TODAY)
    assert (view.state, view.starts_on) == ("active", TODAY)
    subjects = [subject for email, subject in mailed(session) if email == "resident@example.org"]
    assert subjects == ["Lees en onderteken de afspraken voor Hoekje", "Jij verzorgt Hoekje"]


def test_staff_choose_rows_level_and_term(session, town, municipality, sender):
    adoption = granted(session, town, municipality)
    own = Task(work=Told(nl="Maaien", en="Mow"), frequency=Told(nl="twee keer per jaar", en="twice a year"), who="together")
    chosen = standard(municipality).model_copy(update={"tasks": (own,), "quality_level": "A", "term_years": 5})
    version = service.write(session, town.wijkregisseur, adoption.id, chosen, municipality, NOW)
    assert version.content.tasks == (own, municipality.letter.trees)
    assert chosen_of(version.content) == chosen
    again = service.write(session, town.wijkregisseur, adoption.id, standard(municipality), municipality, NOW)
    assert (again.id, again.number) == (version.id, 1)
    assert again.digest != version.digest


def test_the_text_that_was_read_is_the_text_that_is_signed(session, town, municipality, sender):
    adoption = offered(session, town, municipality, sender)
    read = queries.newest(session, adoption.id).digest
    step(session, town.wijkregisseur, adoption, "agreement_draft", municipality)
    chosen = standard(municipality).model_copy(update={"term_years": 9})
    service.write(session, town.wijkregisseur, adoption.id, chosen, municipality, NOW)
    service.offer(session, town.wijkregisseur, adoption.id, sender, "en")
    with pytest.raises(Conflict, match="changed after you read it"):
        service.sign(session, town.resident, adoption.id, "residents", read, sender)


def test_a_change_after_a_signature_is_a_new_version_and_the_old_one_stays(session, town, municipality, sender):
    adoption = offered(session, town, municipality, sender)
    first = signed_by_residents(session, town, adoption, sender)
    step(session, town.wijkregisseur, adoption, "agreement_draft", municipality)
    second = service.write(session, town.wijkregisseur, adoption.id, standard(municipality), municipality, NOW)
    assert [version.number for version in queries.versions(session, adoption.id)] == [2, 1]
    assert queries.versions(session, adoption.id)[1] == first
    assert second.signatures == ()
    assert [version.number for version in service.read(session, town.resident, adoption.id, TODAY)[1]] == [1]
    assert [version.number for version in service.read(session, town.wijkregisseur, adoption.id, TODAY)[1]] == [2, 1]


def test_a_kept_plot_gets_a_next_version_that_the_municipality_signs_first(session, town, municipality, sender):
    adoption = offered(session, town, municipality, sender)
    version = signed_by_residents(session, town, adoption, sender)
    service.sign(session, town.wijkregisseur, adoption.id, "municipality", version.digest, sender)
    chosen = standard(municipality).model_copy(update={"quality_level": "A+"})
    following = service.write(session, town.wijkregisseur, adoption.id, chosen, municipality, NOW)
    with pytest.raises(WrongState):
        service.sign(session, town.resident, adoption.id, "residents", following.digest, sender)
    service.sign(session, town.wijkregisseur, adoption.id, "municipality", following.digest, sender)
    assert queries.in_force(session, adoption.id).number == 1
    service.sign(session, town.resident, adoption.id, "residents", following.digest, sender)
    assert queries.in_force(session, adoption.id).number == 2


def test_only_the_contact_and_who_decides_sign(session, town, municipality, sender):
    adoption = offered(session, town, municipality, sender)
    digest = queries.newest(session, adoption.id).digest
    insert(session, "initiative_member", returning="effort", initiative_id=adoption.initiative_id,
           person_id=town.neighbour.person_id, effort="regular")  # fmt: skip
    for who in RIGHT_BUT_NOT_THEIRS:
        for side in ("residents", "municipality"):
            with pytest.raises((NotAllowed, NotFound)):
                service.sign(session, town.people[who], adoption.id, side, digest, sender)
    with pytest.raises(NotAllowed):
        service.sign(session, town.wijkregisseur, adoption.id, "residents", digest, sender)
    with pytest.raises(NotAllowed):
        service.sign(session, town.resident, adoption.id, "municipality", digest, sender)
    with pytest.raises(NotFound):
        service.read(session, town.stranger, adoption.id, TODAY)
    assert len(service.read(session, town.neighbour, adoption.id, TODAY)[1]) == 1


def test_staff_cannot_start_what_is_not_signed_but_may_where_it_was_done_on_paper(session, town, municipality, sender):
    adoption = offered(session, town, municipality, sender)
    with pytest.raises(WrongState, match="not signed by both sides") as refused:
        step(session, town.admin, adoption, "active", municipality)
    assert refused.value.details["missing"] == ["residents", "municipality"]
    other = granted(session, town, municipality, plot(50, 10, 20))
    step(session, town.wijkregisseur, other, "awaiting_signatures", municipality)
    assert step(session, town.wijkregisseur, other, "active", municipality).state == "active"


@pytest.mark.parametrize(
    "change",
    [
        "update geo.agreement set content = '{}', digest = encode(sha256('{}'), 'hex')",
        "delete from geo.agreement",
        "update geo.agreement_signature set signed_at = now()",
        "delete from geo.agreement_signature",
        "update geo.agreement_paper set pdf = ''",
        "delete from geo.agreement_paper",
    ],
)
def test_what_is_signed_stays_whoever_writes(session, town, municipality, sender, change):
    adoption = offered(session, town, municipality, sender)
    version = signed_by_residents(session, town, adoption, sender)
    service.sign(session, town.wijkregisseur, adoption.id, "municipality", version.digest, sender)
    session.execute(text("reset role"))
    with pytest.raises(DBAPIError, match=r"stays? as"):
        session.execute(text(change))


def test_a_digest_that_is_not_that_of_the_content_is_refused(session, town, municipality):
    adoption = granted(session, town, municipality)
    with pytest.raises(DBAPIError, match="is not that of its content"):
        insert(session, "agreement", adoption_id=adoption.id, number=1, track="standard", content="{}", digest="00", made_at=NOW)


# -- the light track


def light(session, town, municipality, shape=None, **more):
    adoption = ask(session, town.resident, shape or plot(20, 30, 6), municipality, **more)
    return adoption, light_track.offer(session, adoption.id, Sender(municipality, BASE, NOW))


def test_a_small_plot_is_active_with_one_signature(session, town, municipality, sender):
    adoption, went = light(session, town, municipality)
    assert went
    version = queries.newest(session, adoption.id)
    assert (version.track, version.objection_until) == ("light", TODAY + timedelta(days=14))
    assert version.signed_by("municipality").name is None
    assert mailed(session) == [
        ("resident@example.org", "Lees en onderteken de afspraken voor Hoekje"),
        ("wijkregisseur@example.org", "Een kleine plek kreeg zijn afspraken: Hoekje"),
    ]
    done = signed_by_residents(session, town, adoption, sender)
    assert done.has_paper
    assert adoptions.seen_in_full(session, town.resident, adoption.id, TODAY).state == "active"
    log = adoptions.log(session, town.resident, adoption.id, TODAY)
    assert [(entry.state, entry.by) for entry in log][-2:] == [("awaiting_signatures", "service"), ("active", "resident")]


def test_what_is_large_or_far_from_homes_or_elsewhere_takes_the_long_way(session, town, municipality):
    assert light(session, town, municipality, plot(20, 30, 8))[1] is False  # 64 m²
    closed = municipality.model_copy(update={"light_track": municipality.light_track.model_copy(update={"open": False})})
    assert light(session, town, closed, plot(40, 30, 5))[1] is False
    rounds = municipality.model_copy(update={"intake": municipality.intake.model_copy(update={"mode": "rounds"})})
    assert light(session, town, rounds, plot(50, 30, 5))[1] is False
    assert light(session, town, municipality, plot(60, 30, 5), draft=True)[1] is False


def test_ground_that_needs_consent_takes_the_long_way(session, town, municipality):
    zone = {"kind": "cables", "effect": "needs_consent", "disclosure": "hidden", "valid": (None, None)}
    insert(session, "zone", register_id="z", geom=plot(20, 30, 2), **zone)
    assert light(session, town, municipality)[1] is False


def test_staff_object_before_it_began_and_the_request_keeps_its_place(session, town, municipality, sender):
    adoption, _ = light(session, town, municipality)
    digest = queries.newest(session, adoption.id).digest
    with pytest.raises(InvalidInput):
        light_track.object_to(session, town.wijkregisseur, adoption.id, " ", sender)
    with pytest.raises(NotAllowed):
        light_track.object_to(session, town.toezichthouder, adoption.id, "why", sender)
    assert light_track.object_to(session, town.wijkregisseur, adoption.id, "Hier komt een bankje.", sender).state == "in_review"
    with pytest.raises(WrongState):
        service.sign(session, town.resident, adoption.id, "residents", digest, sender)
    told = session.execute(text("select plain from geo.message where subject like 'We willen eerst%'")).scalar_one()
    assert "Hier komt een bankje." in told
    assert "niets verkeerd" in told


def test_staff_object_after_it_began_and_nothing_that_was_told_changes(session, town, municipality, sender):
    adoption, _ = light(session, town, municipality)
    signed_by_residents(session, town, adoption, sender)
    later = Sender(municipality, BASE, NOW + 3 * DAY)
    view = light_track.object_to(session, town.wijkregisseur, adoption.id, "Toch kabels.", later)
    assert (view.state, view.starts_on, view.ends_on) == ("notice_given", TODAY, None)


def test_nobody_objects_after_the_term_or_off_the_track(session, town, municipality, sender):
    adoption, _ = light(session, town, municipality)
    with pytest.raises(WrongState):
        light_track.object_to(session, town.wijkregisseur, adoption.id, "late", Sender(municipality, BASE, NOW + 15 * DAY))
    other = offered(session, town, municipality, sender)
    with pytest.raises(WrongState):
        light_track.object_to(session, town.wijkregisseur, other.id, "why", sender)
