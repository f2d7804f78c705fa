"""A repeated request does its work once, also when both come at the same moment."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from geo_service.db.engine import transaction
from geo_service.errors import KeyReused, NotFound
from geo_service.history.schemas import StoredAnswer
from geo_service.history.service import KEEP, once

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ME = uuid.uuid4()


def work(session, marks):
    def add_setting():
        marks.append(1)
        session.execute(text("insert into geo.setting (key, value) values (:key, '{}')"), {"key": uuid.uuid4().hex})
        return StoredAnswer(201, b'{"n": %d}' % len(marks))

    return add_setting


def settings(database):
    with database.sessions() as session:
        return session.execute(text("select count(*) from geo.setting")).scalar_one()


def test_same_key_same_answer_other_request_refused(database):
    marks = []
    before = settings(database)
    for _ in range(3):
        with transaction(database.sessions) as session:
            assert once(session, ME, "key", "print", work(session, marks), NOW) == StoredAnswer(201, b'{"n": 1}')
    assert settings(database) == before + 1
    with pytest.raises(KeyReused), transaction(database.sessions) as session:
        once(session, ME, "key", "other", work(session, marks), NOW)
    with transaction(database.sessions) as session:
        assert once(session, uuid.uuid4(), "key", "other", work(session, marks), NOW).body == b'{"n": 2}'


def test_a_request_that_fails_leaves_no_key(database):
    def fail():
        raise NotFound

    with pytest.raises(NotFound), transaction(database.sessions) as session:
        once(session, ME, "key", "print", fail, NOW)
    with transaction(database.sessions) as session:
        assert once(session, ME, "key", "print", work(session, []), NOW).status == 201


def test_sixteen_at_once_do_the_work_once(database):
    marks, answers, start = [], [], threading.Barrier(16)
    before = settings(database)

    def send():
        start.wait()
        with transaction(database.sessions) as session:
            answers.append(once(session, ME, "key", "print", work(session, marks), NOW))

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [StoredAnswer(201, b'{"n": 1}')] * 16
    assert settings(database) == before + 1


def test_keys_are_kept_for_days_and_then_forgotten(database):
    with transaction(database.sessions) as session:
        once(session, ME, "old", "print", work(session, []), NOW)
    with transaction(database.sessions) as session:
        once(session, ME, "day after", "print", work(session, []), NOW + timedelta(days=1))
    with transaction(database.sessions) as session:
        once(session, ME, "new", "print", work(session, []), NOW + KEEP + timedelta(hours=1))
        left = session.scalars(text("select key from geo.idempotency_key order by created_at")).all()
    assert left == ["day after", "new"]
