"""An adoption from request to its end: who may do what, what is refused and why, and what is remembered."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo_service.adoptions import queries, service
from geo_service.adoptions.schemas import AdoptionRequest
from geo_service.errors import GroundAskedFor, GroundTaken, InvalidInput, NotAllowed, NotFound, RuleForbids, WrongState
from geo_service.municipality import Intake
from geo_service.words import explain
from tests.residents import DAY, NOW, TODAY, ask, build_town, keep, plot, step


@pytest.fixture
def town(session):
    return build_town(session)


def coverage(session, day):
    statement = text("select coalesce(sum(adopted_m2), 0) from geo.coverage('gemeente', :day)")
    return session.execute(statement, {"day": day}).scalar_one()


def test_a_request_makes_initiative_plot_and_adoption(session, town, municipality):
    adoption = ask(session, town.resident, plot(10, 10, 20), municipality)
    assert (adoption.state, adoption.status, adoption.plot_code, adoption.area_m2) == ("submitted", "aangevraagd", "PL-0001", 400)
    assert (adoption.starts_on, adoption.ends_on, adoption.since, adoption.initiative_slug) == (TODAY, None, None, "groene-buren")
    assert service.next_steps(session, town.resident, adoption) == ("withdrawn",)
    assert service.next_steps(session, town.wijkregisseur, adoption) == ("in_review", "agreement_draft", "refused")
    again = ask(session, town.neighbour, plot(50, 10, 20), municipality)
    assert (again.plot_code, again.initiative_slug) == ("PL-0002", "groene-buren-2")


def test_whole_green_objects_make_a_plot_of_green_objects(session, town, municipality):
    municipality = municipality.model_copy(
        update={
            "rules": municipality.rules.model_copy(
                update={"maximum_area": municipality.rules.maximum_area.model_copy(update={"value": 1e6})}
            )
        }
    )
    adoption = ask(session, town.resident, ("G3",), municipality)
    assert adoption.area_m2 == pytest.approx(100_000)
    row = session.execute(text("select origin, green_object_ids from geo.plot_version")).one()
    assert tuple(row) == ("green_objects", ["G3"])


def test_ground_that_is_asked_for_is_refused_with_whom_to_join(session, town, municipality):
    ask(session, town.resident, plot(10, 10, 20), municipality)
    with pytest.raises(GroundAskedFor) as refusal:
        ask(session, town.neighbour, plot(20, 10, 20), municipality)
    assert refusal.value.details["claims"] == [{"plot": "PL-0001", "overlapM2": 200}]
    assert refusal.value.details["alternative"] == {"action": "join", "plots": ["PL-0001"]}
    outcomes = {rule["rule"]: rule["outcome"] for rule in refusal.value.details["rules"]}
    assert outcomes["already_asked"] == "failed"


def test_with_rounds_requests_compete_and_one_is_granted(session, town, municipality):
    rounds = municipality.model_copy(update={"intake": Intake(mode="rounds")})
    first = ask(session, town.resident, plot(10, 10, 20), rounds)
    second = ask(session, town.neighbour, plot(20, 10, 20), rounds)
    assert second.state == "submitted"
    step(session, town.wijkregisseur, second, "agreement_draft", rounds)
    with pytest.raises(GroundTaken) as refusal:
        step(session, town.wijkregisseur, first, "agreement_draft", rounds)
    assert refusal.value.details == {"conflicts": [{"plot": "PL-0002", "overlapM2": 200}]}


def test_granted_ground_is_refused_with_the_conflicts(session, town, municipality):
    first = ask(session, town.resident, plot(10, 10, 20), municipality)
    step(session, town.wijkregisseur, first, "agreement_draft", municipality)
    with pytest.raises(GroundTaken) as refusal:
        ask(session, town.neighbour, plot(20, 10, 20), municipality)
    assert refusal.value.details["conflicts"] == [{"plot": "PL-0001", "overlapM2": 200}]
    assert "200 m² of your plot lies over PL-0001" in explain(refusal.value, "en")


def test_touching_ground_is_granted(session, town, municipality):
    for x in (10, 30):
        adoption = ask(session, town.resident, plot(x, 10, 20), municipality)
        assert step(session, town.wijkregisseur, adoption, "agreement_draft", municipality).state == "agreement_draft"


def test_a_rule_that_fails_refuses_with_all_rules(session, town, municipality):
    with pytest.raises(RuleForbids) as refusal:
        ask(session, town.resident, plot(10, 10, 1), municipality)
    assert {rule["rule"]: rule["outcome"] for rule in refusal.value.details["rules"]}["minimum_area"] == "failed"
    assert session.execute(text("select count(*) from geo.plot")).scalar_one() == 0


def test_the_first_day_is_not_in_the_past(session, town, municipality):
    with pytest.raises(InvalidInput):
        ask(session, town.resident, plot(10, 10, 20), municipality, starts_on=TODAY - DAY)
    assert ask(session, town.resident, plot(10, 10, 20), municipality, starts_on=TODAY + DAY).starts_on == TODAY + DAY


def test_only_members_ask_for_an_initiative(session, town, municipality):
    mine = ask(session, town.resident, plot(10, 10, 20), municipality)
    request = AdoptionRequest(asked=plot(50, 10, 20), initiative_id=mine.initiative_id, name="Nog een")
    with pytest.raises(NotFound):
        service.request_adoption(session, town.neighbour, request, municipality, "en", NOW)
    assert service.request_adoption(session, town.resident, request, municipality, "en", NOW).adoption.initiative_id == mine.initiative_id


def test_a_plot_with_a_code_is_asked_for_again_after_it_is_free(session, town, municipality):
    adoption = keep(session, town, plot(10, 10, 20), municipality)
    step(session, town.resident, adoption, "ended", municipality, NOW + 10 * DAY)
    request = AdoptionRequest(plot_code=adoption.plot_code, initiative_name="Volgende")
    later = service.request_adoption(session, town.neighbour, request, municipality, "en", NOW + 10 * DAY).adoption
    assert (later.plot_code, later.area_m2) == (adoption.plot_code, 400)


def test_a_draft_reserves_for_a_while(session, town, municipality):
    draft = ask(session, town.resident, plot(10, 10, 20), municipality, draft=True)
    assert (draft.state, draft.status) == ("draft", "gereserveerd")
    assert draft.reserved_until == NOW + timedelta(hours=72)
    with pytest.raises(GroundAskedFor):
        ask(session, town.neighbour, plot(10, 10, 20), municipality, NOW + timedelta(hours=71))
    ask(session, town.neighbour, plot(10, 10, 20), municipality, NOW + timedelta(hours=73))
    with pytest.raises(GroundAskedFor):
        step(session, town.resident, draft, "submitted", municipality, NOW + timedelta(hours=74))


def test_a_draft_is_sent_in_while_reserved(session, town, municipality):
    draft = ask(session, town.resident, plot(10, 10, 20), municipality, draft=True)
    sent = step(session, town.resident, draft, "submitted", municipality, NOW + timedelta(hours=1))
    assert (sent.state, sent.reserved_until) == ("submitted", None)


@pytest.mark.parametrize(
    ("who", "target", "refusal"),
    [
        ("stranger", "agreement_draft", NotFound),
        ("elsewhere", "agreement_draft", NotFound),
        ("resident", "agreement_draft", NotAllowed),
        ("toezichthouder", "agreement_draft", NotAllowed),
        ("planner", "agreement_draft", NotAllowed),
        ("wijkregisseur", "active", WrongState),
        ("wijkregisseur", "nonsense", WrongState),
        ("wijkregisseur", "withdrawn", NotAllowed),
    ],
)
def test_who_may_not(session, town, municipality, who, target, refusal):
    adoption = ask(session, town.resident, plot(10, 10, 20), municipality)
    with pytest.raises(refusal):
        step(session, getattr(town, who), adoption, target, municipality)


def test_a_step_that_does_not_exist_tells_those_that_do(session, town, municipality):
    adoption = ask(session, town.resident, plot(10, 10, 20), municipality)
    with pytest.raises(WrongState) as refusal:
        step(session, town.resident, adoption, "active", municipality)
    assert refusal.value.details == {"state": "submitted", "allowed": ["withdrawn"]}


def test_a_reason_is_asked_where_it_matters(session, town, municipality):
    adoption = ask(session, town.resident, plot(10, 10, 20), municipality)
    with pytest.raises(InvalidInput):
        step(session, town.wijkregisseur, adoption, "refused", municipality, reason=" ")
    assert step(session, town.wijkregisseur, adoption, "refused", municipality, reason="works planned").state == "refused"


def test_a_wijkregisseur_of_another_stadsdeel_sees_granted_ground_but_may_not_touch_it(session, town, municipality):
    adoption = keep(session, town, plot(10, 10, 20), municipality)
    with pytest.raises(NotAllowed):
        step(session, town.elsewhere, adoption, "ended", municipality)


def test_ground_across_a_border_belongs_where_most_of_it_lies(session, town, municipality):
    adoption = ask(session, town.resident, plot(990, 10, 40, 10), municipality)
    assert set(queries.districts_of(session, adoption.id)) == {"BU2", "WK2", "SD2", "GM0034"}
    with pytest.raises(NotFound):
        step(session, town.wijkregisseur, adoption, "agreement_draft", municipality)
    assert step(session, town.elsewhere, adoption, "agreement_draft", municipality).state == "agreement_draft"


def test_figures_that_were_told_never_change(session, town, municipality):
    adoption = ask(session, town.resident, plot(10, 10, 20), municipality)
    for target, days in (("agreement_draft", 5), ("awaiting_signatures", 6), ("active", 7)):
        adoption = step(session, town.wijkregisseur, adoption, target, municipality, NOW + days * DAY)
    assert (adoption.starts_on, adoption.since, adoption.status) == (TODAY + 7 * DAY, 2026, "geadopteerd")
    assert [coverage(session, TODAY + days * DAY) for days in (0, 6, 7, 100)] == [0, 0, 400, 400]
    adoption = step(session, town.resident, adoption, "ended", municipality, NOW + 30 * DAY)
    assert (adoption.state, adoption.status, adoption.ends_on) == ("ended", "vrij", TODAY + 30 * DAY)
    assert [coverage(session, TODAY + days * DAY) for days in (6, 7, 29, 30)] == [0, 400, 400, 0]


def test_an_adoption_that_starts_later_holds_ground_from_that_day(session, town, municipality):
    later = ask(session, town.resident, plot(10, 10, 20), municipality, starts_on=TODAY + 30 * DAY)
    for target in ("agreement_draft", "awaiting_signatures", "active"):
        later = step(session, town.wijkregisseur, later, target, municipality)
    assert (later.starts_on, later.since) == (TODAY + 30 * DAY, None)
    ended = step(session, town.resident, later, "ended", municipality, NOW + DAY)
    assert (ended.starts_on, ended.ends_on) == (None, None)
    assert coverage(session, TODAY + 40 * DAY) == 0
    assert ask(session, town.neighbour, plot(10, 10, 20), municipality).state == "submitted"


def test_notice_is_taken_back_with_a_reason(session, town, municipality):
    adoption = keep(session, town, plot(10, 10, 20), municipality)
    adoption = step(session, town.resident, adoption, "notice_given", municipality)
    assert adoption.status == "geadopteerd"
    assert step(session, town.wijkregisseur, adoption, "active", municipality).starts_on == TODAY


def test_what_everybody_sees_and_what_members_and_staff_see(session, town, municipality):
    kept = keep(session, town, plot(10, 10, 20), municipality)
    asked = ask(session, town.neighbour, plot(100, 10, 20), municipality)
    seen = {
        name: [(view.id, view.full) for view in queries.listed(session, actor, TODAY)]
        for name, actor in {**town.people, "nobody": None}.items()
    }
    both = [(kept.id, True), (asked.id, True)]
    assert seen == {
        "nobody": [(kept.id, False)], "stranger": [(kept.id, False)], "elsewhere": [(kept.id, False)],
        "resident": [(kept.id, True)], "neighbour": [(kept.id, False), (asked.id, True)],
        "wijkregisseur": both, "toezichthouder": both, "planner": both, "admin": both,
    }  # fmt: skip
    assert queries.listed(session, None, TODAY, state="active") == []
    assert [view.id for view in queries.listed(session, town.wijkregisseur, TODAY, state="submitted")] == [asked.id]
    assert [view.id for view in queries.listed(session, None, TODAY, plot=kept.plot_code)] == [kept.id]


def test_the_log_tells_roles_and_reasons_but_no_person(session, town, municipality):
    adoption = keep(session, town, plot(10, 10, 20), municipality)
    step(session, town.toezichthouder, adoption, "improvement", municipality, reason="ivy in the path")
    entries = service.log(session, town.resident, adoption.id, TODAY)
    assert [(entry.what, entry.state, entry.by, entry.reason) for entry in entries] == [
        ("created", "submitted", "resident", None),
        ("agreement_draft", "agreement_draft", "wijkregisseur", "why"),
        ("awaiting_signatures", "awaiting_signatures", "wijkregisseur", "why"),
        ("active", "active", "wijkregisseur", "why"),
        ("improvement", "improvement", "toezichthouder", "ivy in the path"),
    ]
    with pytest.raises(NotAllowed):
        service.log(session, town.stranger, adoption.id, TODAY)


def test_every_writer_leaves_an_event_with_before_and_after(session, town, municipality):
    adoption = ask(session, town.resident, plot(10, 10, 20), municipality)
    session.execute(text("select set_config('geo.actor', '', true), set_config('geo.note', '', true)"))
    session.execute(text("update geo.adoption set plan = 'by hand' where id = :id"), {"id": adoption.id})
    session.execute(text("update geo.adoption set plan = 'by hand' where id = :id"), {"id": adoption.id})
    rows = session.execute(
        text("select kind, actor_id, database_user, before ->> 'plan', after ->> 'plan', after -> 'geom' ->> 'type'"
             " from geo.event where subject = 'adoption' order by id")
    ).all()  # fmt: skip
    assert [(row[0], row[1]) for row in rows] == [("insert", town.resident.person_id), ("update", None)]
    assert tuple(rows[1][3:]) == (None, "by hand", "MultiPolygon")
    assert rows[1].database_user


def test_initiatives_become_public_with_their_first_request(session, town, municipality):
    draft = ask(session, town.resident, plot(10, 10, 20), municipality, draft=True)
    assert queries.public_initiatives(session, None) == set()
    assert queries.public_initiatives(session, town.resident) == {draft.initiative_id}
    step(session, town.resident, draft, "submitted", municipality)
    assert queries.public_initiatives(session, None) == {draft.initiative_id}
    kept = keep(session, town, plot(100, 10, 20), municipality)
    assert queries.kept_by(session, {kept.initiative_id, draft.initiative_id}, TODAY) == {kept.initiative_id: (1, 400.0)}
    assert queries.kept_by(session, {kept.initiative_id}, date(2020, 1, 1)) == {}
