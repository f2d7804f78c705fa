"""What somebody who asks for ground gets in their mailbox."""

from geo_service.adoptions.asking.schemas import RequestStatus
from geo_service.days import day_of
from geo_service.errors import N_
from geo_service.municipality import Municipality
from geo_service.notifications.schemas import Mail
from geo_service.plots.intake import round_of

NOT_YOU = N_("Did you not ask for this? Then do nothing. We hold nothing for you after that moment.")


def please_confirm(status: RequestStatus, secret: str) -> Mail:
    """The link, and until when it works."""
    asked = N_("You asked for plot {plot}, {m2} m². Confirm it with the button below.")
    return _with_link(N_("Confirm your request for {plot}"), asked, status, secret)


def reminder(status: RequestStatus, secret: str) -> Mail:
    """The reservation lapses soon."""
    asked = N_("You asked for plot {plot}, {m2} m². You did not confirm it yet.")
    return _with_link(N_("{plot} is held for you until {until}"), asked, status, secret)


def lapsed(plot_code: str) -> Mail:
    """The plot is free again, and how to try again."""
    return Mail(
        subject=N_("{plot} is free again"),
        paragraphs=(
            N_("You did not confirm your request for {plot} in time. So it is free for everybody again."),
            N_("Do you still want to look after it? Ask again: the form takes five minutes."),
        ),
        values={"plot": plot_code},
        action=(N_("Ask for {plot} again"), f"/aanvraag?plek={plot_code}"),
    )


def received(status: RequestStatus, municipality: Municipality) -> Mail:
    """The request has arrived, and what comes next."""
    competes = round_of(municipality.intake, day_of(status.created_at))
    values = {**_values(status), "days": int(municipality.answer.first_look_days.value)}
    if competes:
        values |= {"round": competes.name, "closes": competes.closes, "decides": competes.decides_by}
    return Mail(
        subject=N_("We have your request for {plot}"),
        paragraphs=(
            N_("Your request for {plot}, {m2} m², has arrived."),
            N_("It joins {round}, which closes on {closes}. You hear from us on {decides} at the latest.")
            if competes
            else N_("The wijkregisseur looks at it within {days} days."),
            N_("On your own page you see what happens next. Keep this mail: it brings you back there."),
        ),
        values=values,
        action=(N_("See my request"), f"/mijn/plek/{status.plot_code}"),
    )


def _values(status: RequestStatus) -> dict[str, object]:
    return {"plot": status.plot_code, "m2": status.area_m2, "until": status.reserved_until}


def _with_link(subject: str, asked: str, status: RequestStatus, secret: str) -> Mail:
    until = N_("We hold the plot for you until {until}. After that it is free for everybody again.")
    confirm = (N_("Confirm my request"), f"/bevestig/{secret}")
    return Mail(subject=subject, paragraphs=(asked, until, NOT_YOU), values=_values(status), action=confirm)
