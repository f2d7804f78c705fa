"""The months between the first adoption and today, as steps of a slider. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Self

FEWEST_MONTHS = 12


@dataclass(frozen=True)
class Timeline:
    """Step 0 is ``first`` (the first of January of a year), the last step is today itself."""

    first: date
    today: date

    @classmethod
    def until(cls, today: date, first_adoption: date | None) -> Self:
        """From the year of the first adoption; a year at least."""
        start = min(first_adoption or today, today)
        return cls(date(start.year if _months(date(start.year, 1, 1), today) >= FEWEST_MONTHS else start.year - 1, 1, 1), today)

    @property
    def last(self) -> int:
        """The step of today."""
        return _months(self.first, self.today) + 1

    def day(self, step: int) -> date:
        """The day of a step: the first of its month, or today."""
        if step >= self.last:
            return self.today
        year, month = divmod(self.first.month - 1 + step, 12)
        return date(self.first.year + year, month + 1, 1)

    def step(self, day: date) -> int:
        """The nearest step at or before a day."""
        return self.last if day >= self.today else max(0, _months(self.first, day))

    def years(self) -> list[tuple[int, float]]:
        """Each year with its place on the slider, 0..1."""
        return [(year, (year - self.first.year) * 12 / self.last) for year in range(self.first.year, self.today.year + 1)]


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month
