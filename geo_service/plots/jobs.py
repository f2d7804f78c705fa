"""Work on plots that is done at set times."""

from geo_service.notifications.schemas import Job, Work
from geo_service.plots import sketches


def _forget_old_sketches(work: Work) -> None:
    sketches.forget_old(work.session, work.now)


JOBS = (Job("forget-old-sketches", "25 3 * * *", _forget_old_sketches),)
