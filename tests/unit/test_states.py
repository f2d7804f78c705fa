"""The life of an adoption on paper."""

from pathlib import Path

from geo_service.adoptions import states

ROOT = Path(__file__).parents[2]


def test_the_diagram_in_the_docs_is_that_of_the_code():
    assert f"```mermaid\n{states.diagram()}\n```" in (ROOT / "docs/adoption-states.md").read_text()


def test_the_table_in_the_docs_names_every_state():
    text = (ROOT / "docs/adoption-states.md").read_text()
    for state, status in states.PUBLIC_STATUS.items():
        holds = "yes" if state in states.GRANTED else "asks" if state in states.CLAIMING else "no"
        assert f"| `{state}` | {holds} | {'yes' if state in states.ADOPTED else 'no'} | {status} |" in text


def test_every_state_is_reached_and_only_final_ones_lead_nowhere():
    reached = {"draft", "submitted"} | {step.target for step in states.TRANSITIONS}
    assert reached == set(states.STATES) == set(states.LABELS)
    assert {state for state in states.STATES if not any(step.source == state for step in states.TRANSITIONS)} == set(states.FINAL)


def test_each_step_is_there_once_and_ground_is_only_granted_by_staff():
    pairs = [(step.source, step.target) for step in states.TRANSITIONS]
    assert len(pairs) == len(set(pairs))
    granting = [step for step in states.TRANSITIONS if step.target in states.GRANTED and step.source not in states.GRANTED]
    assert granting
    assert all(states.RESIDENT not in step.by for step in granting)


def test_taking_something_from_residents_needs_a_reason():
    for step in states.TRANSITIONS:
        if step.target in ("refused", "improvement") or (step.source in ("active", "improvement") and step.target == "ended"):
            assert step.reason, step


def test_targets_depend_on_who_asks():
    assert states.targets("submitted", {"resident"}) == ("withdrawn",)
    assert states.targets("submitted", {"planner"}) == ()
    assert states.targets("ended", set(states.DECIDERS)) == ()
