"""Ground that somebody chose is kept for 30 days."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import shapely
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geo_service.errors import NotFound
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Work
from geo_service.plots.jobs import JOBS
from geo_service.plots.sketches import LIVES, keep, sketch
from geo_service.settings import Settings
from tests.builders import box

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DRAWN = shapely.MultiPolygon([box(0, 0, 20, 10)])


def test_drawn_ground_and_whole_objects_come_back_as_they_were(session: Session) -> None:
    drawn, objects = keep(session, DRAWN, (), NOW), keep(session, None, ("G2", "G1"), NOW)
    assert sketch(session, drawn, NOW).equals(DRAWN)
    assert sketch(session, objects, NOW) == ("G2", "G1")


def test_neither_or_both_is_refused_by_the_database(session: Session) -> None:
    for shape, ids in ((None, ()), (DRAWN, ("G1",))):
        with pytest.raises(IntegrityError), session.begin_nested():
            keep(session, shape, ids, NOW)


def test_what_is_old_or_unknown_is_not_found(session: Session) -> None:
    made = keep(session, DRAWN, (), NOW)
    sketch(session, made, NOW + LIVES - timedelta(seconds=1))
    for sketch_id, now in ((made, NOW + LIVES), (uuid4(), NOW)):
        with pytest.raises(NotFound, match="30 days"):
            sketch(session, sketch_id, now)


def test_the_job_removes_only_what_is_old(session: Session, municipality: Municipality) -> None:
    old, young = keep(session, DRAWN, (), NOW), keep(session, DRAWN, (), NOW + timedelta(days=1))
    JOBS[0].run(Work(session, municipality, Settings(), NOW + LIVES))
    with pytest.raises(NotFound):
        sketch(session, old, NOW)
    assert sketch(session, young, NOW + timedelta(days=1)).equals(DRAWN)
