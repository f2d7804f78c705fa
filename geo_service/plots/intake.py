"""When the municipality takes requests in: always, not in a pause, or in rounds. Pure; days are Amsterdam's."""

from datetime import date, timedelta

from geo_service.municipality import Intake, Round, Season

LOOK_AHEAD_DAYS = 366


def round_of(intake: Intake, day: date) -> Round | None:
    """The round that is open on a day."""
    return next((each for each in intake.rounds if intake.mode == "rounds" and each.opens <= day <= each.closes), None)


def next_round(intake: Intake, day: date) -> Round | None:
    """The first round that opens after a day."""
    coming = [each for each in intake.rounds if intake.mode == "rounds" and each.opens > day]
    return min(coming, key=lambda each: each.opens, default=None)


def pause_on(intake: Intake, day: date) -> Season | None:
    """The yearly pause in which a day lies."""
    return next((pause for pause in intake.pauses if pause.holds(day)), None)


def after_pause(intake: Intake, day: date) -> date | None:
    """The first day after ``day`` that lies in no pause; None when a whole year is pause."""
    days = (day + timedelta(days=number) for number in range(1, LOOK_AHEAD_DAYS))
    return next((each for each in days if pause_on(intake, each) is None), None)


def between_rounds(intake: Intake, day: date) -> bool:
    """Requests are taken in rounds, and none is open."""
    return intake.mode == "rounds" and bool(intake.rounds) and round_of(intake, day) is None
