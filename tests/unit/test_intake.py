"""When requests are taken in: closed, a pause that comes back every year, rounds."""

from datetime import date

import pytest
from pydantic import ValidationError

from geo_service.municipality import Intake, Season
from geo_service.plots.intake import after_pause, next_round, round_of
from geo_service.plots.rules import intake_open
from tests.unit.grounds import lawn, square

SPRING = {"nl": "Voorjaarsronde", "en": "Spring round"}
WHY = [{"nl": "Hoeveel buren meedoen", "en": "How many neighbours join"}]
AUTUMN = {"nl": "Najaarsronde", "en": "Autumn round"}
ROUNDS = [
    {"name": SPRING, "opens": "2027-02-01", "closes": "2027-02-28", "decides_by": "2027-03-31", "criteria": WHY},
    {"name": AUTUMN, "opens": "2027-09-01", "closes": "2027-09-30", "decides_by": "2027-10-31", "criteria": WHY},
]
NEW_YEAR = {"first": "12-20", "last": "01-05", "reason": {"nl": "We zijn dan vrij.", "en": "We are off then."}}


def said(municipality, day, language="en", **intake):
    """Whether somebody may ask on a day, and what the rule says."""
    asked = municipality.model_copy(update={"intake": Intake.model_validate(intake)})
    outcome = intake_open(lawn(square(10, 10, 20, 20), asked_on=day), asked)
    return outcome.outcome, outcome.reason(language)


@pytest.mark.parametrize(
    ("day", "outcome", "text"),
    [
        (date(2027, 1, 31), "failed", "You can ask for a plot in the next round: Spring round, from February 1 2027 to February 28 2027."),
        (date(2027, 2, 1), "passed", "You can ask for a plot now."),
        (date(2027, 2, 28), "passed", "You can ask for a plot now."),
        (date(2027, 3, 1), "failed", "Autumn round"),
        (date(2027, 10, 1), "failed", "has not told yet when the next round opens"),
    ],
)
def test_outside_a_round_the_rule_says_when_the_next_one_opens(municipality, day, outcome, text):
    told = said(municipality, day, mode="rounds", rounds=ROUNDS)
    assert told[0] == outcome
    assert all(word in told[1] for word in text.replace(".", "").split() if word.isalpha())


def test_rounds_count_only_in_their_mode(municipality):
    assert said(municipality, date(2027, 1, 1), rounds=ROUNDS)[0] == "passed"
    assert said(municipality, date(2027, 1, 1), mode="rounds")[0] == "passed"
    assert round_of(Intake.model_validate({"rounds": ROUNDS}), date(2027, 2, 3)) is None
    assert next_round(Intake.model_validate({"mode": "rounds", "rounds": ROUNDS[::-1]}), date(2027, 1, 1)).name.nl == "Voorjaarsronde"


def test_a_pause_over_new_year_ends_on_the_day_that_is_told(municipality):
    for day in (date(2026, 12, 20), date(2026, 12, 31), date(2027, 1, 5)):
        outcome, text = said(municipality, day, "nl", pauses=[NEW_YEAR])
        assert outcome == "failed"
        assert text == "Je kunt nu geen plek aanvragen: We zijn dan vrij. Het kan weer vanaf 6 januari 2027."
    assert said(municipality, date(2027, 1, 6), pauses=[NEW_YEAR])[0] == "passed"
    assert said(municipality, None, pauses=[NEW_YEAR])[0] == "passed"
    always = Intake.model_validate({"pauses": [{**NEW_YEAR, "first": "01-01", "last": "12-31"}]})
    assert after_pause(always, date(2027, 1, 1)) is None


def test_mistakes_in_the_file_are_refused():
    for wrong in ([{**ROUNDS[0], "closes": "2027-01-01"}], [ROUNDS[0], ROUNDS[0]], [{**ROUNDS[0], "criteria": []}]):
        with pytest.raises(ValidationError):
            Intake.model_validate({"mode": "rounds", "rounds": wrong})
    with pytest.raises(ValidationError):
        Season(first="02-40", last="03-01", reason={"nl": "x", "en": "x"})
