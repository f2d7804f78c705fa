"""The documentation says what is true now."""

import re
from pathlib import Path

from geo_service.adoptions.states import PUBLIC_STATUS, STATES
from geo_service.municipality import Intake, Municipality, Retention, Rules
from geo_service.settings import Settings
from tests.architecture.test_house import python_files, tracked

ROOT = Path(__file__).parents[2]


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, cells without backticks."""
    part = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip().strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("`", "") for cell in row] for row in rows[2:]]


def test_every_setting_is_documented():
    rows = table((ROOT / "docs/operations.md").read_text(), "Settings")
    documented = {name: meaning for name, _, meaning in rows}
    assert documented == {f"GEO_{name.upper()}": field.description for name, field in Settings.model_fields.items()}


def test_every_section_of_a_municipality_file_is_documented():
    text = (ROOT / "docs/municipality.md").read_text()
    assert {row[0] for row in table(text, "Sections")} == set(Municipality.model_fields)
    for heading, model in (("Rules", Rules), ("Intake", Intake)):
        assert {row[0] for row in table(text, heading)} == set(model.model_fields), heading
    terms = {name: (str(field.default.days), field.description) for name, field in Retention.model_fields.items()}
    assert {name: (days, meaning) for name, days, meaning in table(text, "Retention")} == terms


def test_the_glossary_rules_the_names_in_code():
    translated = {row[0].lower() for row in table((ROOT / "docs/glossary.md").read_text(), "Dutch that has an English name in code")}
    kept = {row[0].lower() for row in table((ROOT / "docs/glossary.md").read_text(), "Dutch in code")}
    assert translated
    assert not translated & kept
    found = set()
    for path in python_files():
        for name in re.findall(r"(?:def|class)\s+(\w+)|^\s*(\w+)\s*[:=]", path.read_text(), re.MULTILINE):
            words = re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", "".join(name)).lower())
            found |= {f"{path.relative_to(ROOT)}: {word}" for word in words if word in translated}
    assert sorted(found) == []


def test_the_glossary_has_every_state():
    rows = table((ROOT / "docs/glossary.md").read_text(), "Public words for a state")
    told = {state.strip(): word for word, states in rows for state in states.split(",")}
    assert told == PUBLIC_STATUS
    assert set(told) == set(STATES)


def test_every_room_is_in_the_architecture():
    text = (ROOT / "docs/architecture.md").read_text()
    rooms = {path.relative_to(ROOT / "geo_service").parts[0].removesuffix(".py") for path in python_files()} - {"__init__", "__main__"}
    assert [room for room in sorted(rooms) if f"`{room}`" not in text] == []


def test_links_between_documents_lead_somewhere():
    broken = []
    for path in tracked("*.md"):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} -> {target}")
    assert broken == []
