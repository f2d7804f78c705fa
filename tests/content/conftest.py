"""A small town in which every layer has something to show."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from geo_service.catalogue.registry import load_catalogue
from geo_service.content import content_root
from geo_service.days import day_of
from geo_service.db.engine import transaction
from tests import builders
from tests.builders import X, Y, box

TODAY = day_of(datetime.now(UTC))
LONG_AGO = date(2018, 5, 1)


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue(content_root())


@pytest.fixture
def town(database):
    """Two buurten; green; a street; adoptions that are kept, asked for, reserved, ended, and one that is paused in part."""
    return build_town(database)


NAMES = ("=1+1", "+31 6 12345678", "-5", "@som(A1)", "\t=2+2", 'O\'Neil; \\ "é" 漢字 🌳 %s {x}', "", "1,5", "x" * 300)
"""What people may call a street, and a spreadsheet may take for something else."""


@pytest.fixture(scope="module")
def kept_town(module_database):
    """The same town for the tests of one file that only look, with streets whose names are hard on a file."""
    made = build_town(module_database)
    with transaction(module_database.sessions) as session:
        for n, name in enumerate(NAMES):
            shape = box(n * 30, 180, 20, 5)
            builders.insert(session, "ground", register_id=f"N{n}", family="road", appearance="fietspad", name=name, geom=shape)
        builders.add_green(session, "GROOT", box(0, 300, 100), constructed=1999, valid=(date(1850, 2, 28), None), quality_target="A+")
    return made


def build_town(database):
    with transaction(database.sessions) as session:
        builders.assume_managed(session, "G0034")
        for level, code, parent in (("gemeente", "GM0034", None), ("stadsdeel", "SD1", "GM0034"), ("wijk", "WK003401", "SD1")):
            builders.add_district(session, code, box(0, 0, 400, 200), level=level, parent=parent, population=100, homes=40)
        builders.add_district(session, "BU00340101", box(0, 0, 200, 200), parent="WK003401")
        builders.add_district(session, "BU00340102", box(200, 0, 200, 200), parent="WK003401")
        for n in range(10):
            builders.add_green(session, f"G{n}", box(n * 40, 0, 40, 150), plus_type="heesters" if n % 2 else None)
        builders.add_green(
            session, "OUD", box(0, 150, 40, 10), valid=(date(2010, 1, 1), date(2015, 1, 1)), applies=(None, date(2015, 1, 1))
        )
        builders.insert(
            session, "ground", register_id="W1", family="road", appearance="fietspad", name='Spoordreef "Zuid"\n2', geom=box(0, 170, 400, 5)
        )
        builders.insert(
            session, "zone", register_id="Z1", kind="kabels", effect="forbidden", disclosure="hidden", geom=box(0, 160, 20),
            valid=(date(2016, 1, 1), None),
        )  # fmt: skip
        builders.rebuild(session)
        kept = _adoptions(session)
        builders.add_idea(session, "Bloemen", 150, 20, confirmed_at=LONG_AGO)
        _refreshed(session, kept["active"])
        return SimpleNamespace(kept=kept, today=TODAY, long_ago=LONG_AGO, corner=(X, Y))


def _refreshed(session, adoption_id):
    """What a refresh of the green would have noted: one object moved under an adoption, and one is new."""
    run = builders.insert(session, "register_import", kind="green", source="bgt", report="{}")
    common = {"import_id": run, "day": TODAY, "shared_m2": 0, "what": "{}"}
    moved = builders.insert(
        session, "lineage", kind="moved", before_id="G0", after_id="G0", before_m2=6000, after_m2=6000,
        before_geom=box(0, 0, 40, 150), after_geom=box(1, 0, 40, 150), geom=box(40, 0, 1, 150), **common,
    )  # fmt: skip
    builders.insert(
        session, "lineage", kind="appeared", after_id="N1", after_m2=100, after_geom=box(0, 160, 10), geom=box(0, 160, 10), **common
    )
    builders.insert(
        session, "lineage_adoption", "lineage_id", lineage_id=moved, adoption_id=adoption_id, before_m2=200, after_m2=190
    )  # fmt: skip


def _adoptions(session):
    """The ids by what they show."""
    add = builders.add_adoption
    made = {
        "active": add(session, box(0, 0, 20, 10), period=(LONG_AGO, None)),
        "paused": add(session, box(40, 0, 20, 10), period=(LONG_AGO, None), care="partial", measures=["watering", "weeding"]),
        "ended": add(session, box(80, 0, 20, 10), period=(LONG_AGO, TODAY - timedelta(days=30)), state="ended"),
        "later": add(session, box(120, 0, 20, 10), period=(TODAY + timedelta(days=40), None)),
        "submitted": add(session, box(160, 0, 20, 10), period=(TODAY, None), state="submitted"),
        "draft": add(session, box(200, 0, 20, 10), period=(TODAY, None), state="draft", reserved_until=TODAY + timedelta(days=2)),
        "lapsed": add(session, box(240, 0, 20, 10), period=(TODAY, None), state="draft", reserved_until=TODAY - timedelta(days=2)),
        "refused": add(session, box(280, 0, 20, 10), period=(TODAY, None), state="refused"),
    }
    pause = (TODAY - timedelta(days=3), TODAY + timedelta(days=3))
    builders.insert(session, "pause", adoption_id=made["paused"], period=pause, geom=box(50, 0, 10, 10))
    return made
