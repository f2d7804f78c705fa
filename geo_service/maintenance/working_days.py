"""Terms in working days: no Saturdays and Sundays, nor the days off of the Algemene termijnenwet (article 3). Pure."""

from datetime import date, timedelta

from dateutil.easter import easter

FIXED = ((1, 1), (5, 5), (12, 25), (12, 26))
AROUND_EASTER = (-2, 1, 39, 50)
"""Good Friday, Easter Monday, Ascension Day and Whit Monday."""


def is_working_day(day: date) -> bool:
    """Whether the municipality works on this day."""
    return day.weekday() < 5 and day not in days_off(day.year)


def days_off(year: int) -> set[date]:
    """The generally recognised days off of a year, and Good Friday, which the law puts on a par with them."""
    moving = {easter(year) + timedelta(days=days) for days in AROUND_EASTER}
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:  # then it is kept on the day before
        kings_day -= timedelta(days=1)
    return {date(year, *fixed) for fixed in FIXED} | moving | {kings_day}


def after(day: date, working_days: int) -> date:
    """The last day of a term of so many working days that begins after ``day``."""
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_working_day(day)
    return day
