"""Residents and staff do whatever they like for weeks; a small model knows what must come of it."""

from dataclasses import dataclass
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import text

from geo_service.adoptions import parts
from geo_service.adoptions.states import ADOPTED, CLAIMING, GRANTED, KEPT, find
from geo_service.db.engine import transaction
from geo_service.errors import GeoServiceError
from tests.residents import NOW, ask, build_town, plot, step

CELL = 10
FOLLOWING = {"submitted": "agreement_draft", "agreement_draft": "awaiting_signatures", "awaiting_signatures": "active"}
Cells = frozenset[tuple[int, int]]


@dataclass
class Kept:
    """What the model knows of an adoption: its cells, its state, its days (whole days since the beginning), and its changes."""

    cells: Cells
    state: str
    first: int = 0
    last: float = float("inf")
    changes: int = 1

    def holds(self, first: int) -> bool:
        return self.state in GRANTED and self.last > max(first, self.first) and self.first < self.last


def cells_of(x: int, y: int, width: int, height: int) -> Cells:
    return frozenset((column, row) for column in range(x, x + width) for row in range(y, y + height))


def machine(database, town, municipality):
    """The state machine on a database with a town; every run is rolled back."""

    class Adoptions(RuleBasedStateMachine):
        adoptions = Bundle("adoptions")

        def __init__(self) -> None:
            super().__init__()
            self.session = database.sessions()
            self.day, self.kept, self.told = 0, {}, {}

        def teardown(self) -> None:
            self.session.rollback()
            self.session.close()

        @property
        def now(self):
            return NOW + timedelta(days=self.day)

        def attempt(self, work):
            """The result, or the code of the refusal; a refusal changes nothing."""
            savepoint = self.session.begin_nested()
            try:
                made = work()
                savepoint.commit()
                return made
            except GeoServiceError as error:
                savepoint.rollback()
                return error.code

        @rule(
            target=adoptions, who=st.sampled_from(["resident", "neighbour", "stranger"]),
            x=st.integers(1, 5), y=st.integers(1, 3), width=st.integers(1, 3), height=st.integers(1, 3),
        )  # fmt: skip
        def request(self, who, x, y, width, height):
            cells = cells_of(x, y, width, height)
            shape = plot(x * CELL, y * CELL, width * CELL, height * CELL)
            made = self.attempt(lambda: ask(self.session, getattr(town, who), shape, municipality, self.now))
            met = [one for one in self.kept.values() if one.cells & cells]
            if any(one.holds(self.day) for one in met):
                assert made == "ground-taken"
            elif any(one.state in CLAIMING for one in met):
                assert made == "ground-asked-for"
            else:
                self.kept[made.id] = Kept(cells, "submitted", self.day)
                return (who, made)
            return multiple()

        @rule(chosen=adoptions, times=st.integers(1, 3))
        def staff_go_on(self, chosen, times):
            for _ in range(times):
                if following := FOLLOWING.get(self.kept[chosen[1].id].state):
                    self.change(chosen, "wijkregisseur", "wijkregisseur", following)

        @rule(chosen=adoptions, target_state=st.sampled_from(["agreement_draft", "awaiting_signatures", "active", "refused", "ended"]))
        def staff_step(self, chosen, target_state):
            self.change(chosen, "wijkregisseur", "wijkregisseur", target_state)

        @rule(chosen=adoptions, target_state=st.sampled_from(["withdrawn", "notice_given", "ended", "active"]))
        def resident_step(self, chosen, target_state):
            self.change(chosen, chosen[0], "resident", target_state)

        def change(self, chosen, who, role, target_state):
            adoption, known = chosen[1], self.kept[chosen[1].id]
            transition = find(known.state, target_state)
            made = self.attempt(lambda: step(self.session, getattr(town, who), adoption, target_state, municipality, self.now))
            if transition is None:
                assert made == "wrong-state"
            elif role not in transition.by:
                assert made == "not-allowed"
            else:
                assert made.state == target_state
                if target_state in ("agreement_draft", "awaiting_signatures", "active") and known.state not in KEPT:
                    known.first = max(known.first, self.day)
                if target_state == "ended":
                    known.last = max(self.day, known.first)
                known.state, known.changes = target_state, known.changes + 1

        @rule(target=adoptions, chosen=consumes(adoptions), columns=st.integers(0, 3))
        def hand_back(self, chosen, columns):
            who, adoption = chosen
            known = self.kept[adoption.id]
            left = min(x for x, _ in known.cells)
            gone = frozenset(cell for cell in known.cells if cell[0] < left + columns)
            part = plot(left * CELL, 0, max(columns, 0.5) * CELL, 100) if columns else plot(900, 900, 10)
            made = self.attempt(
                lambda: parts.hand_back(self.session, getattr(town, who), adoption.id, part, "too much", municipality, self.now)
            )
            if known.state not in KEPT or not gone or gone == known.cells:
                assert made == "conflict"
                return chosen
            self.kept[made.id] = Kept(known.cells - gone, known.state, max(known.first, self.day))
            known.state, known.last, known.changes = "ended", max(self.day, known.first), known.changes + 1
            return (who, made)

        @rule(days=st.integers(1, 9))
        def time_goes_by(self, days):
            self.told |= self.figures([self.now.date()])
            self.day += days

        def figures(self, days):
            adopted = text(
                "select day, coalesce(sum(area_m2), 0) from unnest(cast(:days as date[])) day"
                " left join geo.adoption on adopted and period @> day group by day"
            )
            return dict(self.session.execute(adopted, {"days": days}).all())

        @invariant()
        def figures_that_were_told_never_change(self):
            assert self.figures(list(self.told)) == self.told

        @invariant()
        def each_cell_has_one_keeper_and_every_change_an_event(self):
            holders = [one for one in self.kept.values() if one.holds(self.day)]
            assert sum(len(one.cells) for one in holders) == len(frozenset().union(*(one.cells for one in holders)))
            counted = text("select (select count(*) from geo.adoption), (select count(*) from geo.event where subject = 'adoption')")
            changes = sum(one.changes for one in self.kept.values())
            assert tuple(self.session.execute(counted).one()) == (len(self.kept), changes)
            adopted = [one for one in self.kept.values() if one.state in ADOPTED and one.first <= self.day < one.last]
            assert self.figures([self.now.date()]) == {self.now.date(): sum(len(one.cells) for one in adopted) * CELL * CELL}
            overlaps = text(
                "select count(*) from geo.adoption a join geo.adoption b on a.id < b.id and a.granted and b.granted"
                " and a.period && b.period and st_area(st_intersection(a.geom, b.geom)) > 0"
            )
            assert self.session.execute(overlaps).scalar_one() == 0

    return Adoptions


def test_never_two_keepers_of_one_square_metre(database, municipality):
    with transaction(database.sessions) as session:
        town = build_town(session)
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    limits = settings(
        max_examples=20, stateful_step_count=40, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=checks
    )
    run_state_machine_as_test(machine(database, town, municipality), settings=limits)
