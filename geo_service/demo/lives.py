"""The steps by which an adoption came to be what it is: when, by whom and why. All invented, all in the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from geo_service.days import AMSTERDAM
from geo_service.demo.records import Adoption

RESIDENT, DECIDER, OVERSEER = "resident", "wijkregisseur", "toezichthouder"
WAY = ("draft", "submitted", "in_review", "site_visit", "agreement_draft", "awaiting_signatures", "active")
BY = {
    "draft": RESIDENT,
    "submitted": RESIDENT,
    "in_review": DECIDER,
    "site_visit": OVERSEER,
    "agreement_draft": DECIDER,
    "awaiting_signatures": DECIDER,
    "active": DECIDER,
    "improvement": OVERSEER,
    "notice_given": RESIDENT,
    "ended": DECIDER,
    "refused": DECIDER,
    "withdrawn": RESIDENT,
}
DAYS_BEFORE = {"submitted": 1, "in_review": 9, "site_visit": 8, "agreement_draft": 12, "awaiting_signatures": 9, "active": 12}
NOTICE_DAYS = 45
NOTES = {
    "improvement": ("Het gras groeit over het pad. Wij knippen het voor de zomer.", "Er liggen tegels los. De gemeente levert nieuwe."),
    "notice_given": ("We verhuizen en vinden niemand die het overneemt.", "Het werk wordt ons te zwaar."),
    "ended": ("De afspraak is in overleg beëindigd.", "Niemand nam het over; de gemeente verzorgt de plek weer."),
    "refused": ("De plek ligt boven hoofdkabels of in een zichthoek.", "Op deze plek komt een rioolwerk."),
    "withdrawn": ("Er deden te weinig buren mee.", "We kozen een plek dichter bij huis."),
}


@dataclass(frozen=True)
class Step:
    """One change of state. `at` is aware; `ends` closes the period."""

    state: str
    at: datetime
    by: str
    note: str
    ends: date | None = None


def life(adoption: Adoption, now: datetime, rng: np.random.Generator) -> list[Step]:
    """The steps of an adoption from its draft to its state, oldest first."""
    steps = []
    for state, day in days(adoption, now, rng):
        note = str(rng.choice(NOTES[state])) if state in NOTES else ""
        moment = datetime.combine(day, time(int(rng.integers(9, 20)), int(rng.integers(0, 60))), AMSTERDAM)
        at = min(moment, now - timedelta(hours=int(rng.integers(2, 8))))
        steps.append(Step(state, at, BY[state], note, adoption.ends if state == "ended" else None))
    return steps


def days(adoption: Adoption, now: datetime, rng: np.random.Generator) -> Iterator[tuple[str, date]]:
    """Every state of an adoption with the day on which it began."""
    today, state = now.astimezone(AMSTERDAM).date(), adoption.state
    recently = today - timedelta(days=int(rng.integers(4, 40)))
    if state == "draft":
        yield "draft", today
    elif state in ("refused", "withdrawn"):
        yield from asked("in_review", adoption.starts, rng)
        yield state, adoption.starts + timedelta(days=int(rng.integers(3, 20)))
    elif state in WAY and state != "active":
        yield from asked(state, recently, rng)
    else:
        yield from asked("active", adoption.starts, rng)
        if state in ("improvement", "notice_given"):
            yield state, max(recently, adoption.starts)
        if adoption.ends:
            yield "notice_given", adoption.ends - timedelta(days=NOTICE_DAYS)
            yield "ended", adoption.ends


def asked(last: str, day: date, rng: np.random.Generator) -> list[tuple[str, date]]:
    """The way from a draft to a state that began on a day; not every request needs a site visit."""
    way = WAY[: WAY.index(last) + 1]
    if last != "site_visit" and rng.random() < 0.6:
        way = tuple(state for state in way if state != "site_visit")
    result = []
    for state in reversed(way):
        result.append((state, day))
        day -= timedelta(days=DAYS_BEFORE.get(state, 0))
    return result[::-1]
