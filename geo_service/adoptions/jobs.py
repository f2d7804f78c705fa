"""What is done for adoptions at set times."""

from geo_service.adoptions import farewell
from geo_service.adoptions.asking import lapse
from geo_service.notifications.schemas import Job, Work


def lapse_reservations(work: Work) -> None:
    """Ground whose reservation passed is free again, and its asker hears it."""
    lapse.lapse(work.session, work.sender)


def remind_of_reservations(work: Work) -> None:
    """Who did not confirm yet hears it some hours before."""
    lapse.remind(work.session, work.sender)


def forget_again(work: Work) -> None:
    """Who came back by a restored backup is forgotten, as soon as nobody depends on them."""
    farewell.forget_again(work.session, work.now)


JOBS: tuple[Job, ...] = (
    Job("lapse-reservations", "*/5 * * * *", lapse_reservations),
    Job("remind-of-reservations", "*/15 * * * *", remind_of_reservations),
    Job("forget-again", "40 3 * * *", forget_again),
)
