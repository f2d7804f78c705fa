"""Days are days in the Netherlands, whatever the server's clock says."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def day_of(moment: datetime) -> date:
    """The day in Amsterdam of an aware moment."""
    return moment.astimezone(AMSTERDAM).date()
