"""The worker as a process: mail within seconds, work at set times once, what a killed worker did, and a child of serve that comes back."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import procrastinate
import pytest
from croniter import croniter
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from geo_service.notifications.schemas import Job, Mail, Sender
from geo_service.notifications.service import post
from geo_service.work import all_jobs, all_sweeps, make_worker
from tests.conftest import ROOT, serving
from tests.smtp_server import mail_server

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SCHEMA = "c70ec4b400a6"


def until(true, seconds=40):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen")


def one(database, sql, **values):
    with database.sessions() as session:
        return session.execute(text(sql), values).scalar()


@contextmanager
def working(database, folder, **settings):
    """``geo-service work`` as a process."""
    env = {**os.environ, **database.environment, "GEO_DATA_DIR": str(folder), **settings}
    with (folder / "log").open("a") as log:
        process = subprocess.Popen([sys.executable, "-m", "geo_service", "work"], cwd=ROOT, env=env, stderr=log, stdout=log)
        try:
            until(lambda: one(database, "select count(*) from jobs.procrastinate_workers"))
            yield process
        finally:
            process.terminate()
            process.wait(20)


def write(database, municipality, email="mo@example.org"):
    with database.sessions() as session:
        post(session, email, Mail("Sign in", ("Sign in",)), Sender(municipality, "https://groen.example", datetime.now(UTC)), "nl")
        session.commit()


def test_the_schema_is_that_of_the_library_that_the_migration_was_made_with():
    """When it moves, the library's own numbered SQL files (its ``sql/migrations``) go into a new migration of ours."""
    assert procrastinate.__version__ == "3.10.0"
    assert hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest().startswith(SCHEMA)


def test_every_job_has_a_name_of_its_own_and_a_time_that_comes():
    jobs, sweeps = all_jobs(), all_sweeps()
    assert len({job.name for job in jobs}) == len(jobs)
    assert all(croniter.is_valid(job.cron) for job in jobs)
    assert len({sweep.what for sweep in sweeps}) == len(sweeps)


def test_every_sweep_has_a_term_and_every_term_a_sweep(municipality):
    assert {sweep.what for sweep in all_sweeps()} == set(type(municipality.retention).model_fields)


def test_a_mail_and_its_task_are_gone_when_its_transaction_is(database, municipality):
    with database.sessions() as session:
        post(session, "mo@example.org", Mail("Sign in", ("Sign in",)), Sender(municipality, "https://groen.example", NOW), "nl")
        session.rollback()
    assert one(database, "select count(*) from jobs.procrastinate_jobs") == 0


def test_mail_leaves_within_seconds_and_a_killed_worker_leaves_no_work_behind(database, municipality, tmp_path):
    with mail_server() as (arrived, port):
        settings = {"GEO_SMTP_URL": f"smtp://127.0.0.1:{port}"}
        with working(database, tmp_path, **settings) as first:
            write(database, municipality)
            until(lambda: arrived.mails, seconds=8)
            first.send_signal(signal.SIGKILL)
            first.wait()
        # as if it was killed while it sent: its task stays as being done, and its heart stood still
        write(database, municipality, "joe@example.org")
        with database.sessions() as session:
            session.execute(text("set local search_path = jobs, public"))
            of_the_dead = "update procrastinate_jobs set status = 'doing', worker_id = (select max(id) from procrastinate_workers)"
            session.execute(text(f"{of_the_dead} where task_name = 'deliver' and status = 'todo'"))
            session.execute(text("delete from procrastinate_periodic_defers"))  # so that the next worker ticks at once
            session.execute(text("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'"))
            session.commit()
        with working(database, tmp_path, **settings):
            until(lambda: len(arrived.mails) == 2, seconds=75)
            until(lambda: one(database, "select count(*) from jobs.procrastinate_jobs where status = 'doing'") == 0)
    assert [mail["To"] for mail in arrived.mails] == ["mo@example.org", "joe@example.org"]


def test_a_job_that_fails_is_told_without_what_it_was_about(database, caplog):
    address = "mo@example.org"

    def fail(_work):
        raise ValueError(f"{address} is in the way")

    here = SimpleNamespace(url=database.url, sessions=database.sessions, settings=None, municipality=None)
    task = make_worker(here, (Job("fails", "0 3 * * *", fail),)).tasks["fails"]
    with pytest.raises(Exception, match=r"^fails$"):
        task.func()
    assert "fails failed: ValueError" in caplog.text
    assert address not in caplog.text


def test_serve_keeps_a_worker_that_comes_back_and_leaves_with_it(database):
    def workers():
        listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
        return [int(line.split()[0]) for line in listed.splitlines() if f" {parent} " in line and "work --beside" in line]

    with serving(database, GEO_WORKER="true") as server:
        parent = server.process.pid
        first = until(workers)[0]
        os.kill(first, signal.SIGKILL)
        second = until(lambda: [pid for pid in workers() if pid != first])[0]
        assert re.search(r"the worker ended \(-9\)", server.log.read_text())
        server.process.kill()  # however serve ends
        until(lambda: not Path(f"/proc/{second}").exists(), seconds=20)
