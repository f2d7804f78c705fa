"""The worker: mail that waits, and the work that rooms do at set times (their ``jobs.py``), kept by procrastinate in the same database.

Every minute one tick gives out what is due, by the clock of Amsterdam, and takes back what a worker that died was doing. So each task may
be done twice without harm.
"""

import importlib
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import procrastinate
from croniter import croniter
from procrastinate.exceptions import AlreadyEnqueued

from geo_service.content import PACKAGE
from geo_service.days import AMSTERDAM
from geo_service.db.engine import transaction
from geo_service.installation import Installation
from geo_service.notifications.delivery import deliver
from geo_service.notifications.schemas import Job, Sweep, Work
from geo_service.notifications.service import DELIVER

logger = logging.getLogger("geo_service.work")
QUEUE = "work"
STALLED_S = 30
AT_ONCE = 2


class JobFailed(Exception):
    """A job that failed, by name: what went wrong may hold personal data, and is told without it."""


def all_jobs() -> tuple[Job, ...]:
    """The work of every room, found by the name of its file, as ``models`` are."""
    return tuple(job for module in _modules("jobs.py") for job in module.JOBS)


def all_sweeps() -> tuple[Sweep, ...]:
    """What every room forgets after a term, found in its ``retention.py``."""
    return tuple(sweep for module in _modules("retention.py") for sweep in module.SWEEPS)


def forget_what_is_old(work: Work) -> dict[str, int]:
    """Forget everything whose term is over; how many of each. Nothing is gone until the commit."""
    terms = work.municipality.retention
    return {sweep.what: sweep.clear(work.session, work.now - getattr(terms, sweep.what).term) for sweep in all_sweeps()}


def _forget(work: Work) -> None:
    for what, count in forget_what_is_old(work).items():
        if count:
            logger.info("forgotten after its term: %s, %d", what, count)


RETENTION = Job("forget-what-is-old", "35 3 * * *", _forget)


def make_worker(here: Installation, jobs: tuple[Job, ...]) -> procrastinate.App:
    """The tasks of one installation, on its database."""
    as_application = {"options": "-c search_path=jobs,public -c role=geo_app"}
    worker = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=here.url, kwargs=as_application, min_size=1, max_size=4))

    mail = _task(worker, DELIVER, partial(deliver, here.sessions, here.settings, here.municipality))
    tasks = {job: _task(worker, job.name, partial(_do, here, job)) for job in jobs}

    @worker.periodic(cron="* * * * *")
    @worker.task(name="tick", queue=QUEUE, queueing_lock="tick")
    async def tick(timestamp: int) -> None:
        for stalled in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
            await worker.job_manager.retry_job(stalled)
        await _give_out(mail)
        minute = datetime.fromtimestamp(timestamp, AMSTERDAM)
        for job, task in tasks.items():
            if croniter.match(job.cron, minute):
                await _give_out(task)

    return worker


def _task(worker: procrastinate.App, name: str, work: Callable[[], object]) -> Any:
    """One task: not twice at the same time, and told without what somebody wrote when it fails."""

    def run() -> None:
        try:
            work()
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            logger.error("%s failed: %s\n%s", name, type(error).__name__, where)  # not its text
            raise JobFailed(name) from None

    return worker.task(name=name, queue=QUEUE, lock=None if name == DELIVER else name)(run)


async def _give_out(task: Any) -> None:
    """Put a task in the queue, unless it waits there already."""
    try:
        await task.configure(queueing_lock=task.name).defer_async()
    except AlreadyEnqueued:
        return


def _do(here: Installation, job: Job) -> None:
    with transaction(here.sessions) as session:
        job.run(Work(session, here.municipality, here.settings, datetime.now(UTC)))


async def work_until_stopped(here: Installation) -> None:
    """Work until SIGTERM or Ctrl-C; what is being done then is finished."""
    worker = make_worker(here, (*all_jobs(), RETENTION))
    async with worker.open_async():
        await worker.run_worker_async(
            queues=[QUEUE], name="geo-service", concurrency=AT_ONCE, delete_jobs="always", shutdown_graceful_timeout=8
        )


def _modules(file_name: str) -> list[Any]:
    found = sorted(PACKAGE.rglob(file_name))
    return [importlib.import_module(".".join(("geo_service", *file.relative_to(PACKAGE).with_suffix("").parts))) for file in found]
