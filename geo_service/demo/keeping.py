"""What the demo's resident and their neighbours do on their plots: tasks, work, a question and a noodknop. All invented."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from geo_service.days import AMSTERDAM, day_of
from geo_service.demo.records import Town
from geo_service.demo.residents import People, lively_initiatives
from geo_service.maintenance.working_days import after

TASK = """insert into geo.task (adoption_id, what, note, day, starts, ends, every_weeks, made_by, created_at, changed_at)
    select :adoption, :what, :note, :day, cast(:starts as time), cast(:ends as time), cast(:every_weeks as int), cast(:actor as uuid),
           cast(:at as timestamptz), cast(:at as timestamptz) from told"""
WORK = """insert into geo.work (adoption_id, person_id, day, measures, half_hours, people, note, created_at)
    select :adoption, cast(:actor as uuid), :day, :measures, :half_hours, :people, :note, cast(:at as timestamptz) from told"""
INCIDENT = """insert into geo.incident (adoption_id, person_id, kind, words, day, answer_by, created_at)
    select :adoption, cast(:actor as uuid), :kind, :words, :day, :answer_by, cast(:at as timestamptz) from told"""
ANSWER = """update geo.incident i set state = :state, answer = :answer, answered_by = cast(:actor as uuid),
    answered_at = cast(:at as timestamptz), solved_at = cast(:solved_at as timestamptz)
    from told where i.adoption_id = :adoption and i.words = :words"""
TASKS = (
    ("Blad ruimen", "Groenafval aan de stoeprand.", 6, (time(10), time(12)), None),
    ("Wieden met koffie", None, 13, (time(10), time(11, 30)), 2),
    ("Bollen planten", "Er liggen narcissen klaar.", 20, (None, None), None),
)
LABOUR = (
    (8, ("weeding", "pruning"), 6, 3, "De randen langs het pad zijn weer vrij."),
    (29, ("leaves",), 4, 2, None),
    (64, ("weeding", "watering"), 3, 1, None),
    (118, ("watering",), 2, 1, "Elke avond twee gieters."),
)
QUESTION = "Mogen we een bankje bij de plek zetten?"
HELP = "Het is droog en we zijn met te weinig mensen om water te geven."
HELPED = "We gaven drie weken water. Er verandert niets aan je afspraak."

Change = tuple[datetime, str, dict[str, Any]]


def kept(town: Town, people: People, adoptions: Sequence[UUID], now: datetime) -> Iterator[Change]:
    """Changes on the plot that the demo's resident keeps the longest, each at its moment."""
    lively = lively_initiatives(town)[:1]
    own = [k for k, adoption in enumerate(town.adoptions) if adoption.initiative in lively and adoption.state == "active"]
    if not own:
        return
    oldest = min(own, key=lambda k: town.adoptions[k].starts)
    about = {"adoption": adoptions[oldest], "actor": str(people.named("resident"))}
    today = day_of(now)
    for what, note, ahead, (starts, ends), every_weeks in TASKS:
        values = {
            "what": what,
            "note": note,
            "day": today + timedelta(days=ahead),
            "starts": starts,
            "ends": ends,
            "every_weeks": every_weeks,
        }
        yield now - timedelta(days=2), TASK, {**about, **values}
    for ago, measures, half_hours, count, note in LABOUR:
        day = today - timedelta(days=ago)
        done = {"day": day, "measures": list(measures), "half_hours": half_hours, "people": count, "note": note}
        yield evening(day), WORK, {**about, **done}
    yield from _told(about, people, today)


def _told(about: dict[str, Any], people: People, today: date) -> Iterator[Change]:
    asked, helped = today - timedelta(days=1), today - timedelta(days=110)
    for day, kind, words in ((helped, "help", HELP), (asked, "question", QUESTION)):
        yield evening(day), INCIDENT, {**about, "kind": kind, "words": words, "day": day, "answer_by": after(day, 2)}
    solved = evening(helped + timedelta(days=22))
    answer = {"state": "solved", "answer": HELPED, "words": HELP, "solved_at": solved}
    yield solved, ANSWER, {**about, "actor": str(people.named("wijkregisseur")), **answer}


def evening(day: date) -> datetime:
    """Half past seven in Amsterdam."""
    return datetime.combine(day, time(19, 30), AMSTERDAM)
