"""One keeper of record per m² per day: whoever writes, however many at once, and checked by shapely, not by the database."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
import shapely
from psycopg import errors
from sqlalchemy import text

from tests.builders import add_adoption, add_initiative, box, insert

CONNECTIONS = 32
SECONDS = 6
START = date(2020, 1, 1)
GRANTED = ("agreement_draft", "awaiting_signatures", "active", "improvement", "notice_given")
INSERT = """insert into geo.adoption (initiative_id, plot_id, state, period, geom)
            values (%(initiative)s, %(plot)s, %(state)s, daterange(%(first)s, %(last)s), st_geomfromwkb(%(geom)s, 28992))"""
REFUSED = (errors.ExclusionViolation, errors.ActiveSqlTransaction, errors.InvalidTransactionState)


@pytest.fixture
def ground(database):
    """An initiative and a plot to write adoptions with."""
    with database.sessions() as session:
        ids = {"initiative": add_initiative(session), "plot": insert(session, "plot", name="Plek")}
        session.commit()
    return ids


class Writer:
    """One connection that writes as residents, staff, psql and QGIS might: every way to hold ground."""

    def __init__(self, url: str, ground: dict, seed: int, role: str | None = "geo_app") -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("set lock_timeout = '20s'")
        if role:
            self.connection.execute(f"set role {role}")
        self.ground, self.random, self.outcomes = ground, random.Random(seed), Counter()

    def values(self, state: str | None = None, size: tuple[float, float] = (10, 60)) -> dict:
        """A rotated rectangle somewhere in 600 x 600 m, and a period of some months, often open."""
        width, height = self.random.uniform(*size), self.random.uniform(*size)
        shape = shapely.affinity.rotate(
            box(self.random.uniform(0, 600), self.random.uniform(0, 600), width, height), self.random.uniform(0, 90)
        )
        first = START + timedelta(days=self.random.randrange(0, 2000))
        last = None if self.random.random() < 0.5 else first + timedelta(days=self.random.randrange(30, 700))
        geom = shapely.to_wkb(shapely.MultiPolygon([shapely.set_precision(shape, 0.001)]))
        return {**self.ground, "state": state or self.random.choice(GRANTED), "first": first, "last": last, "geom": geom}

    def one(self) -> None:
        self.connection.execute(INSERT, self.values())

    def big(self) -> None:
        self.connection.execute(INSERT, self.values(size=(200, 400)))

    def three_km(self) -> None:
        """So wide that all ground is locked at once."""
        shape = shapely.MultiPolygon([box(-1500, self.random.uniform(0, 600), 3000, self.random.uniform(1, 2))])
        self.connection.execute(INSERT, {**self.values(), "geom": shapely.to_wkb(shape)})

    def many_rows(self) -> None:
        rows = [self.values(size=(5, 20)) for _ in range(self.random.randrange(2, 5))]
        names = ("initiative", "plot", "state", "first", "last", "geom")
        row = "(%s::uuid, %s::int, %s, daterange(%s, %s), st_geomfromwkb(%s, 28992))"
        sql = f"insert into geo.adoption (initiative_id, plot_id, state, period, geom) values {', '.join([row] * len(rows))}"
        self.connection.execute(sql, [values[name] for values in rows for name in names])

    def two_in_one_transaction(self) -> None:
        with self.connection.transaction():
            self.one()
            self.one()

    def draft_then_grant(self) -> None:
        values = self.values("draft")
        made = self.connection.execute(f"{INSERT} returning id", values).fetchone()
        self.connection.execute("update geo.adoption set state = 'active' where id = %s", made)

    def copy(self) -> None:
        with self.connection.cursor() as cursor, cursor.copy(
            "copy geo.adoption (initiative_id, plot_id, state, period, geom) from stdin"
        ) as copy:  # fmt: skip
            for _ in range(3):
                values = self.values(size=(5, 20))
                period = f"[{values['first']},{values['last'] or ''})"
                geom = shapely.to_wkb(shapely.set_srid(shapely.from_wkb(values["geom"]), 28992), hex=True, include_srid=True)
                copy.write_row((values["initiative"], values["plot"], values["state"], period, geom))

    def change(self, what: str) -> None:
        """Change an existing row by hand."""
        self.connection.execute(
            f"update geo.adoption set {what} where id in (select id from geo.adoption order by md5(id::text || %s) limit 1)",
            [str(self.random.random())],
        )

    def other_period(self) -> None:
        self.change(f"period = daterange(date '2020-01-01' + {self.random.randrange(2000)}, null), state = 'active'")

    def move(self) -> None:
        self.change(f"geom = st_translate(geom, {self.random.randrange(-40, 40)}, {self.random.randrange(-40, 40)})")

    def end(self) -> None:
        self.change("state = 'ended', period = daterange(lower(period), coalesce(upper(period), lower(period) + 200))")

    def let_go(self) -> None:
        self.change("state = 'refused'")

    def again(self) -> None:
        self.change("state = 'active'")

    def merge(self) -> None:
        self.connection.execute(
            """merge into geo.adoption a using (select id from geo.adoption order by random() limit 1) s on a.id = s.id
               when matched then update set geom = st_translate(a.geom, 7, 3), state = 'active'"""
        )

    def other_isolation(self) -> None:
        level = self.random.choice((psycopg.IsolationLevel.REPEATABLE_READ, psycopg.IsolationLevel.SERIALIZABLE))
        self.connection.isolation_level = level
        try:
            with self.connection.transaction():
                self.connection.execute("select count(*) from geo.adoption")
                self.one()
        finally:
            self.connection.isolation_level = None

    def write_until(self, end: float, ways: list[str]) -> None:
        while time.monotonic() < end:
            way = self.random.choice(ways)
            try:
                getattr(self, way)()
                self.outcomes[f"{way} done"] += 1
            except REFUSED as error:
                self.outcomes[f"{way} {error.sqlstate}"] += 1
            except (errors.DeadlockDetected, errors.LockNotAvailable) as error:
                self.outcomes[error.sqlstate] += 1


WAYS = [
    "one", "one", "one", "big", "three_km", "many_rows", "two_in_one_transaction", "draft_then_grant", "copy",
    "other_period", "move", "end", "let_go", "again", "merge", "other_isolation",
]  # fmt: skip


def race(database, ground, ways: list[str], roles: Callable[[int], str | None] = lambda _: "geo_app", seconds: float = SECONDS) -> Counter:
    """All connections write at once; returns what came of it."""
    writers = [Writer(database.url, ground, seed, roles(seed)) for seed in range(CONNECTIONS)]
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=writer.write_until, args=(end, ways)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.connection.close()
    return sum((writer.outcomes for writer in writers), Counter())


def overlapping_pairs(database) -> tuple[int, list]:
    """Independent of the trigger: all pairs of granted rows whose interiors and periods meet, by shapely."""
    sql = """select lower(period), coalesce(upper(period), '9999-12-31'), st_asbinary(geom) from geo.adoption
             where granted and not isempty(period)"""
    with database.sessions() as session:
        rows = session.execute(text(sql)).all()
    shapes = [shapely.from_wkb(bytes(row[2])) for row in rows]
    tree = shapely.STRtree(shapes)
    found = []
    for a, b in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        in_time = rows[a][0] < rows[b][1] and rows[b][0] < rows[a][1]
        if a < b and in_time and shapely.relate_pattern(shapes[a], shapes[b], "T********"):
            found.append((shapes[a].intersection(shapes[b]).area, rows[a][:2], rows[b][:2]))
    return len(rows), found


def test_every_kind_of_writer_at_once(database, ground):
    outcomes = race(database, ground, WAYS)
    print(outcomes)
    granted, overlaps = overlapping_pairs(database)
    assert overlaps == []
    assert granted > 30
    assert outcomes["one done"] > 0
    assert outcomes["one 23P01"] > 0
    assert outcomes["draft_then_grant 23P01"] > 0
    assert outcomes["other_isolation 25000"] > 0
    assert outcomes["other_isolation done"] == 0


def test_inserts_as_the_service_makes_them_never_deadlock(database, ground):
    """One statement that grants per transaction, as every request and every decision has: locks in one order."""
    outcomes = race(database, ground, ["one", "big", "three_km", "many_rows", "draft_then_grant", "copy"], seconds=SECONDS / 2)
    granted, overlaps = overlapping_pairs(database)
    assert overlaps == []
    assert granted > 30
    assert (outcomes["40P01"], outcomes["55P03"]) == (0, 0)


def test_the_owner_with_ordinary_triggers_off(database, ground):
    """session_replication_role = replica, as restores and replication use it: the guard and the history stay on."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        writer = Writer(database.url, ground, 1, role=None)
        values = writer.values("active")
        connection.execute(INSERT, values)
        with pytest.raises(errors.ExclusionViolation):
            connection.execute(INSERT, values)
        assert connection.execute("select count(*) from geo.event where subject = 'adoption'").fetchone() == (1,)


def test_the_refusal_tells_the_plot_and_the_area(session):
    add_adoption(session, box(0, 0, 10))
    code = session.execute(text("select code from geo.plot")).scalar_one()
    with pytest.raises(Exception, match="already granted") as refusal:
        add_adoption(session, box(5, 0, 10))
    diagnosis = refusal.value.orig.diag
    assert (refusal.value.orig.sqlstate, diagnosis.constraint_name) == ("23P01", "adoption_exclusive")
    assert f'"plot": "{code}"' in diagnosis.message_detail
    assert '"overlapM2": 50' in diagnosis.message_detail


@pytest.mark.parametrize(
    ("state", "period"),
    [("submitted", (START, None)), ("active", (START, date(2021, 1, 1))), ("ended", (START, date(2021, 1, 1))), ("refused", (START, None))],
)
def test_what_does_not_stand_in_the_way(session, state, period):
    """Requests, what is refused, and what is kept in another period: half-open, so one may begin on the day the other ends."""
    add_adoption(session, box(0, 0, 10), state=state, period=period)
    add_adoption(session, box(0, 0, 10), period=(date(2021, 1, 1), None))
    add_adoption(session, box(10, 0, 10), period=(date(2021, 1, 1), None))


def test_ended_ground_stays_held_in_its_own_period(session):
    add_adoption(session, box(0, 0, 10), state="ended", period=(START, date(2021, 1, 1)))
    with pytest.raises(Exception, match="already granted"):
        add_adoption(session, box(0, 0, 10), period=(date(2020, 12, 31), None))


def test_two_plots_swap_their_ground_in_one_statement(session):
    first, second = add_adoption(session, box(0, 0, 10)), add_adoption(session, box(20, 0, 10))
    swap = """update geo.adoption a set geom = b.geom from geo.adoption b
              where a.id in (:one, :two) and b.id in (:one, :two) and a.id <> b.id"""
    assert session.execute(text(swap), {"one": first, "two": second}).rowcount == 2


@pytest.mark.parametrize(
    "statement",
    [
        "delete from geo.adoption",
        "truncate geo.adoption cascade",
        "alter table geo.adoption disable trigger all",
        "drop trigger adoption_1_exclusive_insert on geo.adoption",
        "insert into geo.event (subject, subject_id, kind) values ('adoption', '1', 'active')",
        "update geo.event set note = null",
        "select geo.refuse_overlap(null, null)",
        "create table geo.child () inherits (geo.adoption)",
    ],
)
def test_the_application_cannot_get_around_it(database, statement):
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("set role geo_app")
        with pytest.raises((errors.InsufficientPrivilege, errors.WrongObjectType)):
            connection.execute(statement)


def test_the_owner_does_not_forget_either(database, ground):
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("set role geo_owner")
        for statement in ("truncate geo.adoption cascade", "delete from geo.event", "update geo.event set note = ''", "truncate geo.event"):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)
