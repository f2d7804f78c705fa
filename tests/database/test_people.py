"""People through the command line: roles with districts, and tokens that the database does not know."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo_service.errors import NotSignedIn
from geo_service.people.schemas import Actor
from geo_service.people.service import add_person, grant_role, issue_token, who_is

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_add_and_token_by_command(database, run_cli):
    assert run_cli("people", "add", "Wies@example.org", "--role", "wijkregisseur", "--district", "SD1", "--district", "SD2").returncode == 0
    assert run_cli("people", "add", "wies@example.org", "--role", "planner", "--name", "Wies").returncode == 0
    made = run_cli("people", "token", "WIES@example.org", "--days", "2")
    token = made.stdout.strip()
    assert len(token) > 40
    with database.sessions() as session:
        actor = who_is(session, token, datetime.now(UTC))
        assert actor.roles == {"wijkregisseur": ("SD1", "SD2"), "planner": ()}
        assert session.execute(text("select count(*) from geo.person")).scalar_one() == 1
        kept = session.execute(text("select string_agg(t::text, ' ') from geo.token t")).scalar_one()
        assert token not in kept
        with pytest.raises(NotSignedIn):
            who_is(session, token, datetime.now(UTC) + timedelta(days=2))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "no-address"), "no-address is not an e-mail address."),
        (("add", "a@example.org", "--role", "king"), "There is no role king"),
        (("token", "nobody@example.org"), "Nobody here has the address nobody@example.org."),
    ],
)
def test_mistakes_are_one_line(run_cli, arguments, told):
    answer = run_cli("people", *arguments)
    assert answer.returncode == 1
    assert told in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_unknown_token_is_not_signed_in(session):
    with pytest.raises(NotSignedIn):
        who_is(session, "zb_unknown", NOW)


def test_a_role_changed_is_an_event_without_the_address(session):
    person = add_person(session, "mo@example.org")
    grant_role(session, person, "resident")
    grant_role(session, person, "toezichthouder", ["SD1"])
    grant_role(session, person, "toezichthouder", ["SD2"])
    rows = session.execute(
        text("select kind, after ->> 'role', after -> 'districts' from geo.event where subject = 'role_grant' order by id")
    )
    assert [tuple(row) for row in rows] == [
        ("insert", "resident", []), ("insert", "toezichthouder", ["SD1"]), ("update", "toezichthouder", ["SD2"]),
    ]  # fmt: skip
    assert "mo@example.org" not in session.execute(text("select string_agg(e::text, ' ') from geo.event e")).scalar_one()


def test_token_of_now_is_valid_until_its_last_day(session):
    add_person(session, "mo@example.org")
    token = issue_token(session, "mo@example.org", NOW, days=1)
    assert who_is(session, token, NOW + timedelta(hours=23)).roles == {}
    with pytest.raises(NotSignedIn):
        who_is(session, token, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("roles", "districts", "held"),
    [
        ({"wijkregisseur": ()}, (), True),
        ({"wijkregisseur": ()}, ("SD9",), True),
        ({"wijkregisseur": ("SD1",)}, ("BU1", "WK1", "SD1", "GM1"), True),
        ({"wijkregisseur": ("BU1",)}, ("BU1", "WK1", "SD1", "GM1"), True),
        ({"wijkregisseur": ("SD2",)}, ("BU1", "WK1", "SD1", "GM1"), False),
        ({"wijkregisseur": ("SD1",)}, (), False),
        ({"planner": ()}, ("SD1",), False),
    ],
)
def test_staff_roles_hold_in_their_districts(roles, districts, held):
    assert Actor(None, roles).holds(("wijkregisseur", "admin"), districts) is held  # type: ignore[arg-type]
