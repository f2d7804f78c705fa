"""``geo-service people``: who may sign in, and as what."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from geo_service.adoptions import farewell
from geo_service.cli.common import err, language, out, session
from geo_service.errors import N_
from geo_service.notifications.schemas import Work
from geo_service.people import service
from geo_service.words import say
from geo_service.work import forget_what_is_old

app = typer.Typer(no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="E-mail address.", show_default=False)]


@app.command()
def add(
    email: Email,
    role: Annotated[str, typer.Option(help="resident, wijkregisseur, toezichthouder, planner, analyst or admin.")] = "resident",
    district: Annotated[list[str] | None, typer.Option(help="Code of a district where the role holds; repeat for more.")] = None,
    name: Annotated[str | None, typer.Option(help="Name, seen by the person and by staff only.")] = None,
) -> None:
    """Add a person, or give one another role. Without --district a role holds everywhere.

    Examples:

      geo-service people add mo@example.org

      geo-service people add wies@example.org --role wijkregisseur --district SD1 --district SD2
    """
    with session() as (_, open_session):
        person = service.add_person(open_session, email, name)
        service.grant_role(open_session, person, role, district or ())
    where = ", ".join(district) if district else say(N_("everywhere"), language())
    out.print(say(N_("{email}: {role}, {where}"), language(), email=email, role=role, where=where), markup=False, highlight=False)


@app.command()
def token(
    email: Email,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is valid.")] = service.TOKEN_DAYS,
) -> None:
    """Print a new token of a person, once: Authorization: Bearer TOKEN.

    Example:

      TOKEN=$(geo-service people token mo@example.org --days 7)
    """
    now = datetime.now(UTC)
    with session() as (_, open_session):
        made = service.issue_token(open_session, email, now, days)
    err.print(say(N_("Valid for {days} days. It is shown only now; keep it secret."), language(), days=days), markup=False)
    print(made)  # noqa: T201  (bare, so that a shell can catch it)


@app.command()
def forget(
    email: Email,
    staff: Annotated[bool, typer.Option("--staff", help="Also when this person works for the municipality here.")] = False,
) -> None:
    """Make nobody of a person who asks for it. What the law keeps stays, without a name. There is no way back.

    Example:

      geo-service people forget mo@example.org
    """
    with session() as (_, open_session):
        person = service.person_with(open_session, email)
        farewell.forget(open_session, person.id, datetime.now(UTC), staff_too=staff)
    out.print(say(N_("This person is forgotten."), language()), markup=False)


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be forgotten.")] = False,
) -> None:
    """Forget what is older than the municipality's terms ([retention]); the worker does this every night.

    Example:

      geo-service people retention --dry-run
    """
    with session() as (opened, open_session):
        counts = forget_what_is_old(Work(open_session, opened.municipality, opened.settings, datetime.now(UTC)))
        if dry_run:
            open_session.rollback()
        for what, count in counts.items():
            days = getattr(opened.municipality.retention, what).days
            told = say(N_("{what}, after {days} days: {count}"), language(), what=what, days=days, count=count)
            out.print(told, markup=False, highlight=False)
    if dry_run:
        out.print(say(N_("Nothing was forgotten: this was a dry run."), language()), markup=False)
