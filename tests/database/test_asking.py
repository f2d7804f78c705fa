"""Requests on the form: reservations that wait, are confirmed or lapse, and rounds in which requests compete."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import text

from geo_service.adoptions.asking import lapse
from geo_service.adoptions.asking import service as asking
from geo_service.adoptions.asking.schemas import Asker, Filled
from geo_service.adoptions.desk.queries import rivals
from geo_service.adoptions.retention import SWEEPS
from geo_service.adoptions.schemas import AdoptionRequest
from geo_service.db.engine import transaction
from geo_service.errors import Conflict, GroundTaken, LinkGone, NotAllowed, RuleForbids, TooManyRequests
from geo_service.history.queries import changes
from geo_service.municipality import Intake
from geo_service.notifications.schemas import Sender
from geo_service.people.queries import person_by_email
from tests.builders import add_adoption, box
from tests.residents import DAY, NOW, TODAY, ask, build_town, plot, step

BROWSER = sha256(b"this browser").digest()
BASE = "https://groen.example"
HOUR = timedelta(hours=1)
NEVER_SEEN = "noor@example.net"


@pytest.fixture
def town(session):
    return build_town(session)


def filled(x=10, **more):
    request = AdoptionRequest(asked=plot(x, 10, 20), initiative_name="Groene buren", name="Hoekje", **more)
    return Filled(uuid4(), request, "nl")


def reserve(session, municipality, form=None, email=NEVER_SEEN, now=NOW, name=None):
    asker = Asker(email, name, BROWSER)
    return asking.reserve(session, asker, form or filled(), Sender(municipality, BASE, now))


def mails(session):
    """Subject and text of all mail, oldest first."""
    return session.execute(text("select to_email, subject, plain from geo.message order by created_at, id")).all()


def secret(session, email=None):
    """The secret of the newest link that was mailed, to this address."""
    sent = [plain for to, _, plain in mails(session) if "/bevestig/" in plain and email in (None, to)]
    links = [plain.split("/bevestig/")[1].split()[0] for plain in sent]
    return links[-1]


def confirm(session, municipality, now=NOW, **more):
    return asking.confirm(session, more.get("secret") or secret(session), Sender(municipality, BASE, now))


def state(session, adoption_id):
    return session.execute(text("select state from geo.adoption where id = :id"), {"id": adoption_id}).scalar_one()


def test_an_unknown_person_reserves_confirms_and_is_in(session, town, municipality):
    made = reserve(session, municipality, name="Noor")
    status = asking.look(session, made)
    assert (status.state, status.reserved_until, status.waits(NOW)) == ("draft", NOW + 72 * HOUR, True)
    ((to, subject, plain),) = mails(session)
    assert (to, subject) == (NEVER_SEEN, "Bevestig je aanvraag voor PL-0001")
    assert "dinsdag 24 november, 13.00 uur" in plain
    person = person_by_email(session, NEVER_SEEN)
    assert (person.name, person.confirmed_at) == ("Noor", None)

    done = confirm(session, municipality, NOW + 71 * HOUR)
    assert (done.adoption_id, done.person_id, done.plot_code) == (made, person.id, "PL-0001")
    assert state(session, made) == "submitted"
    assert mails(session)[-1].subject == "We hebben je aanvraag voor PL-0001"
    with pytest.raises(LinkGone) as gone:
        confirm(session, municipality, NOW + 71 * HOUR)
    assert gone.value.details["why"] == "used"


def test_what_was_agreed_to_can_be_shown_later(session, town, municipality):
    made = reserve(session, municipality)
    row = session.execute(text("select conditions, agreed_at from geo.request_form where adoption_id = :id"), {"id": made}).one()
    assert list(row.conditions) == [condition.nl for condition in municipality.conditions]
    assert row.agreed_at == NOW


def test_a_form_sent_twice_is_one_request(session, town, municipality):
    form = filled()
    assert reserve(session, municipality, form) == reserve(session, municipality, form)
    mine = filled(60)
    first = asking.submit(session, town.resident, mine, Sender(municipality, BASE, NOW))
    assert asking.submit(session, town.resident, mine, Sender(municipality, BASE, NOW)) == first
    assert state(session, first) == "submitted"
    assert len(mails(session)) == 2


def test_typing_the_address_of_somebody_changes_nothing_of_them(session, town, municipality):
    reserve(session, municipality, email="RESIDENT@example.org", name="Somebody else")
    assert person_by_email(session, "resident@example.org").name == "Name of resident"


def test_nobody_blocks_a_district_with_reservations(session, town, municipality):
    for number in range(3):
        reserve(session, municipality, filled(10 + 50 * number))
    with pytest.raises(Conflict):
        reserve(session, municipality, filled(300), email=NEVER_SEEN.upper())
    reserve(session, municipality, filled(300), now=NOW + 73 * HOUR)


def test_the_link_is_mailed_again_but_not_too_often(session, town, municipality):
    made = reserve(session, municipality)
    with pytest.raises(TooManyRequests):
        asking.mail_again(session, made, BROWSER, None, Sender(municipality, BASE, NOW))
    with pytest.raises(NotAllowed):
        asking.mail_again(session, made, sha256(b"another").digest(), None, Sender(municipality, BASE, NOW + HOUR))
    asking.mail_again(session, made, BROWSER, None, Sender(municipality, BASE, NOW + HOUR))
    assert len(mails(session)) == 2
    assert asking.look(session, made).reserved_until == NOW + 72 * HOUR
    for number in range(2, 6):
        asking.mail_again(session, made, BROWSER, None, Sender(municipality, BASE, NOW + number * HOUR))
    with pytest.raises(Conflict):
        asking.mail_again(session, made, BROWSER, None, Sender(municipality, BASE, NOW + 9 * HOUR))


def test_a_mended_address_takes_the_request_along(session, town, municipality):
    made = reserve(session, municipality, name="Noor")
    wrong = secret(session)
    asking.mend_address(session, made, BROWSER, "noor@right.example", Sender(municipality, BASE, NOW + HOUR))
    with pytest.raises(LinkGone):
        confirm(session, municipality, secret=wrong)
    session.execute(text("update geo.mailed_link set used_at = null"))
    done = confirm(session, municipality)
    assert done.person_id == person_by_email(session, "noor@right.example").id
    assert person_by_email(session, "noor@right.example").name == "Noor"
    contact, members = session.execute(
        text("select i.contact_id, array(select person_id from geo.initiative_member) from geo.initiative i")
    ).one()
    assert (contact, members) == (done.person_id, [done.person_id])


def test_a_plot_that_was_granted_meanwhile_is_refused_at_the_confirmation(session, town, municipality):
    reserve(session, municipality)
    add_adoption(session, box(15, 10, 20), period=(TODAY, None))
    with pytest.raises(GroundTaken):
        confirm(session, municipality)


def test_a_reservation_lapses_once_and_says_so(session, town, municipality):
    made = reserve(session, municipality)
    link = secret(session)
    old = ask(session, town.resident, plot(500, 10, 20), municipality, draft=True)
    assert lapse.lapse(session, Sender(municipality, BASE, NOW + 71 * HOUR)) == 0
    late = NOW + 72 * HOUR
    assert lapse.lapse(session, Sender(municipality, BASE, late)) == 2
    assert lapse.lapse(session, Sender(municipality, BASE, late)) == 0
    assert (state(session, made), state(session, old.id)) == ("withdrawn", "withdrawn")
    assert changes(session, ("adoption",), str(made))[-1].note == "De reservering is niet op tijd bevestigd."
    assert changes(session, ("adoption",), str(made))[-1].actor_id is None
    last = mails(session)[-2:]
    assert {to for to, _, _ in last} == {NEVER_SEEN, "resident@example.org"}
    assert "https://groen.example/aanvraag?plek=PL-0001" in next(plain for to, _, plain in last if to == NEVER_SEEN)
    with pytest.raises(LinkGone) as gone:
        confirm(session, municipality, late, secret=link)
    assert gone.value.details["why"] == "over"
    again = Filled(uuid4(), AdoptionRequest(plot_code="PL-0001", initiative_name="Opnieuw"), "nl")
    assert state(session, reserve(session, municipality, again, now=late)) == "draft"


def test_who_never_confirmed_is_forgotten_after_a_while(database, municipality):
    long_ago = NOW - 60 * DAY
    (sweep,) = SWEEPS
    with transaction(database.sessions) as session:
        town = build_town(session)
        lapsed = reserve(session, municipality, now=long_ago, email="lapsed@example.net", name="Noor")
        reserve(session, municipality, filled(60), now=long_ago, email="confirmed@example.net")
        confirm(session, municipality, long_ago + HOUR, secret=secret(session, "confirmed@example.net"))
        reserve(session, municipality, filled(110), email="waits@example.net")
        reserve(session, municipality, filled(160), now=long_ago, email="resident@example.org")
        ask(session, town.resident, plot(500, 10, 20), municipality)
        lapse.lapse(session, Sender(municipality, BASE, NOW))
        session.execute(text("update geo.person set created_at = :then"), {"then": long_ago})
        session.execute(text("update geo.person set confirmed_at = :then where email = 'confirmed@example.net'"), {"then": long_ago})
    for count in (1, 0):
        with transaction(database.sessions) as session:
            assert sweep.clear(session, NOW - 30 * DAY) == count
    with database.sessions() as session:
        for kept in ("confirmed@example.net", "waits@example.net", "resident@example.org"):
            assert person_by_email(session, kept)
        assert person_by_email(session, "lapsed@example.net") is None
        assert session.execute(text("select count(*) from geo.person where name = 'Noor'")).scalar_one() == 0
        assert state(session, lapsed) == "withdrawn"


def test_who_lets_it_lapse_is_reminded_once(session, town, municipality):
    reserve(session, municipality)
    assert lapse.remind(session, Sender(municipality, BASE, NOW + 47 * HOUR)) == 0
    assert lapse.remind(session, Sender(municipality, BASE, NOW + 48 * HOUR)) == 1
    assert lapse.remind(session, Sender(municipality, BASE, NOW + 49 * HOUR)) == 0
    assert confirm(session, municipality, NOW + 50 * HOUR).plot_code == "PL-0001"
    assert lapse.remind(session, Sender(municipality, BASE, NOW + 50 * HOUR)) == 0


@pytest.fixture
def in_rounds(municipality):
    """A round of ten days that closes tomorrow."""
    why = {"nl": "Hoeveel buren meedoen", "en": "How many neighbours join"}
    days = {"opens": TODAY - 9 * DAY, "closes": TODAY + DAY, "decides_by": TODAY + 30 * DAY}
    spring = {"name": {"nl": "Najaarsronde", "en": "Autumn round"}, "criteria": [why], **days}
    return municipality.model_copy(update={"intake": Intake.model_validate({"mode": "rounds", "rounds": [spring]})})


def test_in_a_round_requests_compete_until_it_closes(session, town, in_rounds):
    first = ask(session, town.resident, plot(10, 10, 20), in_rounds)
    second = ask(session, town.neighbour, plot(20, 10, 20), in_rounds, now=NOW + HOUR)
    reserve(session, in_rounds, filled(15))
    told = rivals(session, second.id)
    assert [(one.id, one.overlap_m2, one.plot_code) for one in told] == [(first.id, 200, "PL-0001")]
    with pytest.raises(Conflict) as refusal:
        step(session, town.wijkregisseur, second, "agreement_draft", in_rounds)
    assert "compete until" in refusal.value.text
    later = NOW + 2 * DAY
    assert step(session, town.wijkregisseur, second, "agreement_draft", in_rounds, later).state == "agreement_draft"
    assert rivals(session, first.id) == []
    with pytest.raises(GroundTaken):
        step(session, town.wijkregisseur, first, "agreement_draft", in_rounds, later)


def test_who_reserved_in_a_round_may_confirm_after_it_closed(session, town, in_rounds):
    made = reserve(session, in_rounds)
    confirm(session, in_rounds, NOW + 50 * HOUR)
    assert state(session, made) == "submitted"
    receipt = mails(session)[-1].plain
    assert "Najaarsronde" in receipt
    assert "21 december 2026" in receipt
    with pytest.raises(RuleForbids):
        reserve(session, in_rounds, filled(300), now=NOW + 50 * HOUR)
